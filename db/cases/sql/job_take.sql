-- Leases the oldest pending job. jobs_waiting. $1 lease
update jobs j set lease = $1::uuid, leased_until = now() + interval '10 seconds',
    started_at = coalesce(j.started_at, now())
where j.id = (select id from jobs where finished_at is null and leased_until <= now() order by leased_until, id limit 1
    for update skip locked)
returning {{job}}
