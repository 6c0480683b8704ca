-- Keeps work in progress; no row where somebody has saved since $6, of which null asks nothing. $7: who saves is a helper of the
-- case from then on (workflow/insider.go). drafts_pkey, case_parties_pkey
with saved as (
  insert into drafts as d (case_id, actor_id, slot, body, at)
  select $1::uuid, $2::uuid, $3::text, $4::jsonb, $5::timestamptz
  where $6::timestamptz is null or not exists (select from drafts n where n.case_id = $1::uuid and n.slot = $3::text and n.at > $6::timestamptz
    and ($3::text = 'answers' or n.actor_id = $2::uuid))
  on conflict (case_id, slot, actor_id) do update set body = excluded.body, at = excluded.at
    where $6::timestamptz is null or d.at <= $6::timestamptz
  returning d.at
), helper as (
  insert into case_parties (who, part, case_id)
  select $2::uuid, 'helper', $1::uuid from saved where $7::boolean
  on conflict do nothing
)
select at from saved
