-- Stores a one-time token, unless there is a system administrator. $1 hash of the token, $2 seconds valid
insert into setup_tokens (token_hash, expires_at)
select $1::bytea, now() + make_interval(secs => $2::float8)
where not exists (select 1 from role_grants g where g.role = 'sysadmin' and (g.until is null or g.until > now()))
returning expires_at
