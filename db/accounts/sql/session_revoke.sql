-- Ends the live sessions of an account but one, and its jobs, with one audit row. sessions_user, jobs_actor. $1 user,
-- $2 actor, $3 address, $4 the one or null
with ended as (
  update sessions set ended_at = now() where user_id = $1::uuid and id is distinct from $4::uuid and ended_at is null
    and expires_at > now() and last_seen_at + idle > now() returning id
), noted as (
  insert into audit (act, actor_id, subject, address, success, detail)
  select 'sessions_revoked', $2::uuid, u.login, $3::text, true, (select count(*) from ended) || ' sessions' from users u
      where u.id = $1
)
select count(*)::int, end_jobs($1::uuid, null, 'sessions') from ended
