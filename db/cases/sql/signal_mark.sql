-- Marks a signal as done, or stores its problem and next try. signals_pkey. $1 key, $2 problem, $3 milliseconds
update signals set done_at = case when $2::text = '' then now() end, problem = $2,
    next_at = now() + $3::bigint * interval '1 millisecond'
where key = $1 and done_at is null
