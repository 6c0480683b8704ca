-- Stores a new job; no row if its actor has $12 unfinished ones, or used the key before. job_key_once, jobs_actor. $1
-- id, $2 actor, $3 key, $4 keyed, $5 confirmed, $6 digest, $7 action, $8 round, $9 total, $10 request, $11 mac
insert into jobs (id, actor_id, key, keyed, confirmed, digest, action, round_id, total, request, mac)
select $1::uuid, $2::uuid, $3::text, $4::boolean, $5::boolean, $6::bytea, $7::text, $8::uuid, $9::int, $10::text,
  $11::bytea
where (select count(*) from jobs o where o.actor_id = $2::uuid and o.finished_at is null) < $12::int
on conflict on constraint job_key_once do nothing
returning true
