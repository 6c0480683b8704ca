-- An actor's job by id ($2) or key ($3). jobs_pkey, job_key_once. $1 actor
select {{job}} from jobs j where j.actor_id = $1::uuid and (j.id = $2::uuid or j.key = $3::text)
