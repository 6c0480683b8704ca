-- Saves a draft. For answers, which are shared: no row if another save came after number $6 or the case moved on from
-- version $9; replaced texts are kept, the last ten of a question. drafts_pkey, cases_pkey, replaced_answers_case. A
-- user who saves for the applicant becomes a helper of the case (workflow/insider.go): case_parties_pkey
-- $1 case, $2 actor, $3 slot, $4 body, $5 time, $6 number (null: not answers), $7 authors by question, $8 replaced,
-- $9 version, $10 saves as a helper
with still as (
  select c.id from cases c where $6::int is not null and c.id = $1::uuid and c.version = $9::int for share
), saved as (
  insert into drafts as d (case_id, actor_id, slot, body, at, number, written)
  select $1::uuid, $2::uuid, $3::text, $4::jsonb, $5::timestamptz, coalesce($6::int + 1, 0), $7::jsonb
  where $6::int is null or exists (select from still)
    and not exists (select from drafts n where n.case_id = $1::uuid and n.slot = 'answers' and n.number > $6::int)
  on conflict (case_id, slot, actor_id) do update set body = excluded.body, at = excluded.at, number = excluded.number,
    written = excluded.written where $6::int is null or d.number <= $6::int
  returning d.at
), helper as (
  insert into case_parties (who, part, case_id)
  select $2::uuid, 'helper', $1::uuid from saved where $10::boolean
  on conflict do nothing
), kept as (
  insert into replaced_answers (case_id, question, value, actor_id, at, replaced_by, replaced_at)
  select $1::uuid, r.question, r.value, r.by, r.at, r.replaced_by, r.replaced_at
  from jsonb_to_recordset($8::jsonb) r(question text, value jsonb, by uuid, at timestamptz, replaced_by uuid,
    replaced_at timestamptz)
  where exists (select from saved)
), many as (
  delete from replaced_answers o using (
    select r.id, row_number() over (partition by r.question order by r.replaced_at desc, r.id desc) as n
    from replaced_answers r where jsonb_array_length($8::jsonb) > 0 and r.case_id = $1::uuid) x
  where o.id = x.id and x.n >= 10
)
select at from saved
