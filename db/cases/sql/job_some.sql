-- Whether a job is pending. jobs_waiting
select exists (select 1 from jobs j where j.finished_at is null and j.leased_until <= now())
