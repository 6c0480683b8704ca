-- Opens a session with its audit row and resets the throttle. No row if the account was disabled or its password
-- changed meanwhile. users_pkey, login_throttle_pkey. $1 session, $2 hash of the token, $3 user, $4 password hash
-- that was compared, $5 address, $6 idle seconds, $7 seconds at most, $8 bucket of account, $9 of both, $10 of
-- address, $11 hash of the token that this browser held, $12 sessions of an account at most
with person as (
  select u.id, u.login, u.name, u.organization_id, u.agency_id from users u
  where u.id = $3::uuid and not u.disabled and u.password_hash = $4::text
  for no key update -- serializes an account's sign-ins, so that their sessions are counted
), opened as (
  insert into sessions (id, token_hash, user_id, address, idle, expires_at)
  select $1::uuid, $2::bytea, p.id, $5::text, make_interval(secs => $6::float8),
    now() + make_interval(secs => $7::float8)
  from (select p.id, end_oldest_sessions(p.id, $12::int - 1) from person p offset 0) p
  returning expires_at
), replaced as (
  update sessions s set ended_at = now() from person where s.token_hash = $11::bytea and s.ended_at is null
    returning s.user_id
), left_behind as (
  insert into audit (act, actor_id, subject, address, success, detail)
  select 'logout', u.id, u.login, $5, true, 'signed in again' from replaced r join users u on u.id = r.user_id
), told as (
  update account_codes c set told_at = now() from person where c.user_id = person.id and c.used_at is not null
    and c.told_at is null
  returning c.started_by, c.approved_by, c.used_at
), forgiven as (
  update login_throttle t set failures = greatest(t.failures - 1, 0),
    blocked_until = case when t.failures - 1 < case when t.bucket = $10 then 50 else 5 end then '-infinity'
        else t.blocked_until end
  from person where t.bucket in ($8::text, $10::text)
), cleared as (
  delete from login_throttle t using person where t.bucket = $9::text
), known as (
  insert into known_addresses (user_id, address) select p.id, $5 from person p
  on conflict (user_id, address) do update set last_at = now()
), noted as (
  insert into audit (act, actor_id, subject, address, success)
  select 'login', p.id, p.login, $5, true from person p
)
select opened.expires_at, p.id, p.login, p.name, p.organization_id, p.agency_id,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency',
      coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')) order by g.since,
          g.id)
    from role_grants g where g.user_id = p.id and g.since <= now() and (g.until is null or g.until > now())),
      '[]')::text as roles,
  coalesce((select jsonb_build_object('started_by', s.name, 'approved_by', a.name, 'at', t.used_at)
    from told t join users s on s.id = t.started_by join users a on a.id = t.approved_by)::text, 'null') as told
from opened, person p
