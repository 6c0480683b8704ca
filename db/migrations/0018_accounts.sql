-- Accounts: bounds on sessions, duties that exclude each other.
-- +goose Up

-- Ends the live sessions of an account beyond so many, those unused for longest first. A function of its own, because it has
-- to see what sign-ins before it have written while this one waited for the account.
-- +goose StatementBegin
create function end_oldest_sessions(who uuid, keep int) returns void language sql volatile as $$
  update sessions set ended_at = now() where id in (
    select s.id from sessions s where s.user_id = who and s.ended_at is null and s.expires_at > now() and s.last_seen_at + s.idle > now()
    order by s.last_seen_at desc, s.created_at desc, s.id desc offset keep)
$$;
-- +goose StatementEnd

-- Duties that one person never holds together, whatever their place; workflow.Conflicts has the table in words.
alter table role_grants
  add constraint finance_is_two exclude using gist (user_id with =, role with <>, tstzrange(since, until) with &&)
    where (role in ('finance_maker', 'finance_checker')),
  add constraint deciding_is_apart exclude using gist (user_id with =, (case when role = 'decider' then 1 else 0 end) with <>, tstzrange(since, until) with &&)
    where (role in ('decider', 'officer', 'checker')),
  add constraint auditing_is_apart exclude using gist (user_id with =, (case when role = 'auditor' then 1 else 0 end) with <>, tstzrange(since, until) with &&)
    where (role in ('auditor', 'officer', 'checker', 'reviewer', 'decider', 'finance_maker', 'finance_checker', 'evaluator'));

insert into schema_releases values (18, '0.1.0');
