-- Timers to run. timers_fire. $1 now, $2 rows
select case_id, name, since, action, fires_at from timers
where fires_at <= $1::timestamptz and (tried_at is null or tried_at <= $1::timestamptz - interval '1 day'
    or tried_at > $1::timestamptz)
order by fires_at, case_id, name limit $2::int
