-- Records the use of a session, at most once a minute. sessions_pkey. $1 session
update sessions set last_seen_at = now()
where id = $1::uuid and ended_at is null and last_seen_at < now() - interval '1 minute'
