-- Ends a job of its actor's before its last case, if it has not ended. jobs_pkey, users_pkey. $1 actor, $2 id, $3 why
select end_jobs($1::uuid, $2::uuid, $3::text) from jobs j where j.id = $2::uuid and j.actor_id = $1::uuid
