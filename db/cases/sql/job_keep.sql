-- Appends verdicts to a job under its lease, and ends it with the last one: what was asked for is in the events then.
-- One that was ended meanwhile still takes what was done before its worker noticed. No row where another worker holds
-- it. jobs_pkey. $1 id, $2 lease, $3 position, $4 verdicts, $5 how many, $6 of them done
update jobs j set verdicts = j.verdicts || $4::jsonb, position = j.position + $5::int,
    succeeded = j.succeeded + $6::int, tries = 0, problem = '',
    request = case when j.position + $5::int = j.total then '' else j.request end,
    ended = case when j.position + $5::int = j.total then '' else j.ended end,
    finished_at = case when j.position + $5::int = j.total then coalesce(j.finished_at, now()) else j.finished_at end,
    leased_until = now() + interval '10 seconds'
where j.id = $1::uuid and j.lease = $2::uuid and j.position = $3::int and j.position < j.total
returning true
