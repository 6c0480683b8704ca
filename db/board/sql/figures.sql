-- Figures for alarms in one row, each from the end of an index: timers_fire, signals_pending, audit_at,
-- chain_roots_pkey. Deltas are counted up to a limit. $1 domain time
select
  (select count(*) from timers t where t.fires_at <= $1::timestamptz and t.refusals <> '') as timers_refused,
  coalesce((select extract(epoch from $1::timestamptz - min(t.fires_at)) from timers t
      where t.fires_at <= $1::timestamptz and t.tried_at is null), 0)::float8 as timers_late,
  coalesce((select extract(epoch from now() - min(s.next_at)) from signals s where s.done_at is null
      and s.next_at < now()), 0)::float8 as signals_late,
  (select count(*) from signals s where s.done_at is null and s.tries >= 5) as signals_failing,
  (select count(*) from audit a where a.at > now() - interval '1 hour' and a.act = 'login_refused') as logins_refused,
  (select count(*) from login_throttle t where t.blocked_until > now()) as logins_blocked,
  coalesce((select extract(epoch from r.at) from chain_roots r order by r.id desc limit 1), 0)::float8 as root_at,
  (select count(*) from (select 1 from board_deltas limit 100000) d) as board_pending
