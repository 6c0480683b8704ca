-- Deletes quiet throttles, long ended sessions, unused addresses and tokens, old jobs and keys. The audit trail
-- stays. sessions_expires, login_throttle_age, idempotency_keys_age, jobs_old.
with a as (delete from login_throttle where last_at < now() - interval '1 day' and blocked_until < now()),
  b as (delete from sessions where expires_at < now() - interval '30 days'),
  c as (delete from known_addresses where last_at < now() - interval '90 days'),
  d as (delete from setup_tokens where expires_at < now() - interval '30 days' and used_at is null),
  e as (delete from jobs where finished_at < now() - interval '90 days')
delete from idempotency_keys where not forever and created_at < now() - interval '90 days'
