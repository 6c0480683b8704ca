-- Releases a lease; with a problem the next case is retried after $4 milliseconds. jobs_pkey. $1 id, $2 lease, $3
-- problem
update jobs j set lease = null, leased_until = now() + $4::bigint * interval '1 millisecond', problem = $3::text,
    tries = case when $3::text = '' then j.tries else j.tries + 1 end
where j.id = $1::uuid and j.lease = $2::uuid and j.finished_at is null
