-- Counts a try to sign in before the password is compared, so that concurrent tries count too. A blocked bucket
-- counts nothing and lets no one through; one that reaches its limit is blocked for a time that doubles with every
-- failure, up to 15 minutes, and forgets after 15 quiet minutes. An address from which the account has signed in is
-- not throttled by strangers' tries elsewhere. login_throttle_pkey, login_once. $1 bucket of account, $2 of both, $3
-- of address, $4 login, $5 address
with person as (
  select u.id, u.password_hash, u.disabled,
    exists (select 1 from known_addresses k where k.user_id = u.id and k.address = $5
        and k.last_at > now() - interval '90 days') as known
  from users u where u.login = $4::text
), limits as (
  select * from (values (1, $1::text, 5), (2, $2::text, 5), (3, $3::text, 50)) v (rank, bucket, free)
  where rank > 1 or not coalesce((select known from person), false)
), before as (
  select l.rank, l.bucket, l.free, coalesce(t.blocked_until, '-infinity') as blocked_until,
      coalesce(t.turned_away, 0) as turned_away
  from limits l left join login_throttle t on t.bucket = l.bucket
), counted as (
  insert into login_throttle as t (bucket, failures, last_at, blocked_until)
  select b.bucket, 1, now(), '-infinity' from before b
  where not exists (select 1 from before where blocked_until > now())
  order by b.rank
  on conflict (bucket) do update set last_at = now(), turned_away = 0,
    failures = case when t.last_at < now() - interval '15 minutes' then 1 else t.failures + 1 end,
    blocked_until = case when t.last_at < now() - interval '15 minutes' then '-infinity'
      else coalesce((select now() + least(interval '15 minutes', interval '10 seconds' * power(2,
          least(t.failures + 1 - l.free, 10)))
        from limits l where l.bucket = t.bucket and t.failures + 1 >= l.free), '-infinity') end
  where t.blocked_until <= now()
  returning bucket
), away as (
  update login_throttle t set turned_away = t.turned_away + 1
  where t.bucket in (select bucket from before where blocked_until > now())
  returning t.turned_away
), noted as (
  insert into audit (act, actor_id, subject, address, success, detail)
  select 'login_throttled', (select id from person), case when exists (select 1 from person) then $4 else '' end, $5,
      false, 'too many tries'
  where exists (select 1 from away where turned_away = 1)
)
select (select id from person) as id, (select password_hash from person) as password_hash,
  coalesce((select disabled from person), false) as disabled,
  (select count(*) from counted) = (select count(*) from limits) as through,
  greatest(1, coalesce(ceil(extract(epoch from (select max(blocked_until) from before
      where blocked_until > now()) - now())), 1))::int as wait_seconds
