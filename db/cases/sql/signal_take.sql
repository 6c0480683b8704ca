-- Leases pending signals. signals_pending. $1 rows
update signals s set next_at = now() + interval '30 seconds', tries = tries + 1
where key in (select key from signals where done_at is null and next_at <= now() order by next_at
    limit $1::int for update skip locked)
returning key, to_case, action, fields, tries
