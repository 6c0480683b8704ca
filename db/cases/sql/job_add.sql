-- Keeps a new job, unless its actor used the key before, has $13 that are not done, or has lost the session meanwhile
-- ($12; null for none): said tells which of the two. The person's row is held, so that jobs of one person follow each
-- other, and a job and what ends it too. users_pkey, job_key_once, jobs_actor. $1 id, $2 actor, $3 key, $4 keyed,
-- $5 confirmed at, $6 digest, $7 action, $8 round, $9 cases, $10 request, $11 mac, $14 created at
with person as (
  select u.id from users u where u.id = $2::uuid and not u.disabled for no key update
), asked as materialized (
  select p.id, job_refused(p.id, $12::uuid, $13::int) as said from person p
), added as (
  insert into jobs (id, actor_id, key, keyed, confirmed_at, digest, action, round_id, refs, total, request, mac,
    created_at)
  select $1::uuid, a.id, $3::text, $4::boolean, $5::timestamptz, $6::bytea, $7::text, $8::uuid, $9::text[],
    cardinality($9::text[]), $10::text, $11::bytea, $14::timestamptz
  from asked a where a.said = ''
  on conflict on constraint job_key_once do nothing
)
select coalesce((select said from asked), 'no_session')
