-- A user's jobs of the last week, unfinished ones first, then newest first. jobs_actor. $1 user, $2 round or null for
-- all
select j.id, j.action, coalesce(j.round_id::text, '') as round_id, coalesce(c.ref, '') as round_ref,
  coalesce(r.name_zh, '') as round_zh, coalesce(r.name_en, '') as round_en,
  j.refs[1] as first_ref, j.total, j.position, j.succeeded, j.ended,
  j.created_at, j.started_at, j.finished_at
from jobs j
left join cases c on c.id = j.round_id
left join rounds r on r.id = j.round_id
where j.actor_id = $1::uuid and ($2::uuid is null or j.round_id = $2::uuid)
  and j.created_at > now() - interval '7 days'
order by j.finished_at is not null, j.created_at desc, j.id limit 20
