-- Appends verdicts to a job under its lease; the last one ends the job, whose request is then in the events. No row
-- if another worker holds it. jobs_pkey. $1 id, $2 lease, $3 position, $4 verdicts, $5 count, $6 of them done
update jobs j set verdicts = j.verdicts || $4::jsonb, position = j.position + $5::int,
    succeeded = j.succeeded + $6::int, tries = 0, problem = '',
    request = case when j.position + $5::int = j.total then '' else j.request end,
    finished_at = case when j.position + $5::int = j.total then now() end,
    leased_until = now() + interval '10 seconds'
where j.id = $1::uuid and j.lease = $2::uuid and j.position = $3::int and j.finished_at is null
returning true
