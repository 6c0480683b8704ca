-- Accounts: codes in two halves, bounds on sessions, duties that exclude each other.
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

-- The latest code of an account, with which its owner chooses a password: one person starts it, another approves it, each has
-- seen one half. The halves themselves are nowhere. Times are real ones: a demonstration's clock does not move them.
create table account_codes (
  user_id     uuid primary key references users,
  id          uuid not null,
  started_by  uuid not null references users,
  started_at  timestamptz not null default now(),
  first_hash  bytea not null constraint code_first_hash check (length(first_hash) = 32),
  waits_until timestamptz not null, -- for the approval
  approval    uuid,
  approved_by uuid references users,
  approved_at timestamptz,
  second_hash bytea constraint code_second_hash check (length(second_hash) = 32),
  expires_at  timestamptz, -- of the whole code
  tries       int not null default 0, -- with one half right
  used_at     timestamptz,
  told_at     timestamptz, -- its owner, when signing in
  constraint code_is_approved_whole check ((approved_by is null) = (second_hash is null) and (approved_by is null) = (expires_at is null)
    and (approved_by is null) = (approved_at is null) and (approved_by is null) = (approval is null)),
  constraint code_of_two_persons check (approved_by <> started_by or approved_by = '00000000-0000-7000-8000-000000000001'),
  constraint code_of_others check (started_by <> user_id and approved_by <> user_id),
  constraint code_used_when_approved check (used_at is null or approved_by is not null)
);

-- A code holds while it waits for its approval, and for its hour after it.
create function code_holds(c account_codes) returns boolean language sql stable as $$
  select c.used_at is null and c.tries < 5 and coalesce(c.expires_at, c.waits_until) > now()
$$;

create or replace view user_docs as
select u.id, u.login, u.name, u.organization_id, u.agency_id, u.disabled, jsonb_build_object(
  'id', u.id, 'version', u.version, 'login', u.login, 'name', u.name, 'organization', coalesce(u.organization_id::text, ''),
  'agency', coalesce(u.agency_id::text, ''), 'disabled', u.disabled, 'created_at', u.created_at, 'region', coalesce(o.region, ''),
  'roles', coalesce((select jsonb_agg(r.doc order by r.since, r.id) from role_docs r
    where r.user_id = u.id and (r.until is null or r.until > now())), '[]'),
  'reset', (select jsonb_build_object('id', c.id, 'started_by', c.started_by, 'started_at', c.started_at, 'approval', coalesce(c.approval::text, ''),
    'approved_by', coalesce(c.approved_by::text, ''), 'ends_at', c.expires_at) from account_codes c where c.user_id = u.id and code_holds(c))) as doc,
  o.province, o.city, o.county, o.street, o.region
from users u left join organizations o on o.id = u.organization_id;

insert into schema_releases values (18, '0.1.0');
