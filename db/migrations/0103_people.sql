-- Users and their rights: accounts, roles, sessions, codes and second factors.
-- +goose Up

-- Users, and the two actors that are no persons: those never have a password.
create table users (
  id              uuid primary key,
  version         int not null default 1 constraint user_version check (version > 0),
  login           text not null constraint login_once unique constraint login_form
      check (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  name            plain_line not null constraint user_name check (char_length(name) between 1 and 60
      and name = btrim(name)),
  organization_id uuid references organizations,
  agency_id       uuid references agencies,
  disabled        boolean not null default false,
  password_hash   text constraint password_is_hashed check (password_hash like '$argon2id$v=%'),
  password_at     timestamptz,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint nobody_signs_in_as_the_system check (password_hash is null or id not in
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002')),
  constraint of_one_house check (organization_id is null or agency_id is null)
);
create index users_organization on users (organization_id) where organization_id is not null;
create index users_agency on users (agency_id) where agency_id is not null;
insert into users (id, login, name) values
  ('00000000-0000-7000-8000-000000000001', 'system', '系统 System'),
  ('00000000-0000-7000-8000-000000000002', 'objector', '公众 Public');

-- A role within a scope, for a time. Rights use real time: a demonstration's clock does not move them.
create table role_grants (
  id              uuid primary key,
  version         int not null default 1 constraint role_version check (version > 0),
  user_id         uuid not null references users,
  role            text not null constraint role_known check (role in ('preparer', 'certifier', 'officer', 'checker',
      'reviewer',
    'cosigner', 'decider', 'finance_maker', 'finance_checker', 'evaluator', 'analyst', 'auditor', 'sysadmin',
        'secadmin', 'auditadmin')),
  -- Each of the three administrators is a power; all business roles are one.
  power           text not null generated always as (case when role in ('sysadmin', 'secadmin',
      'auditadmin') then role else 'business' end) stored,
  region          region_code not null default '',
  agency_id       uuid references agencies,
  organization_id uuid references organizations,
  round_id        uuid, -- references rounds, see role_of_a_round
  since           timestamptz not null default now(),
  until           timestamptz,
  constraint role_time_in_order check (until >= since),
  constraint organization_roles_name_it check ((role in ('preparer', 'certifier')) = (organization_id is not null)),
  constraint cosigner_names_its_agency check (role <> 'cosigner' or agency_id is not null),
  constraint administrators_have_no_scope check (power = 'business' or
    (region = '' and agency_id is null and organization_id is null and round_id is null)),
  constraint system_holds_no_roles check (user_id not in
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002')),
  -- One user never holds two powers at a time (separation of administrators, GB/T 22239 8.1.5),
  constraint powers_are_separate exclude using gist (user_id with =, power with <>, tstzrange(since, until) with &&),
  -- nor the same role in the same scope twice.
  constraint role_once exclude using gist (user_id with =, role with =, (region::text) with =,
    (coalesce(agency_id::text, '') || '/' || coalesce(organization_id::text, '') || '/' || coalesce(round_id::text,
        '')) with =,
    tstzrange(since, until) with &&),
  -- Duties that one user never combines, in any place; workflow.Conflicts has the table in words.
  constraint finance_is_two exclude using gist (user_id with =, role with <>, tstzrange(since, until) with &&)
    where (role in ('finance_maker', 'finance_checker')),
  constraint deciding_is_apart exclude using gist (user_id with =,
      (case when role = 'decider' then 1 else 0 end) with <>,
    tstzrange(since, until) with &&) where (role in ('decider', 'officer', 'checker')),
  constraint auditing_is_apart exclude using gist (user_id with =,
      (case when role = 'auditor' then 1 else 0 end) with <>,
    tstzrange(since, until) with &&) where (role in ('auditor', 'officer', 'checker', 'reviewer', 'decider',
        'finance_maker',
    'finance_checker', 'evaluator'))
);
create index role_grants_user on role_grants (user_id);
create index role_grants_round on role_grants (round_id, role) where round_id is not null;
create index role_grants_organization on role_grants (organization_id) where organization_id is not null;

-- Where a role reaches: its region, and ended divisions whose successor lies in it. Cases keep the codes of their
-- time.
create view role_reach as
select g.id, g.user_id, g.role, g.region, g.agency_id, g.organization_id, g.round_id, g.since, g.until
    from role_grants g
union all
select g.id, g.user_id, g.role, r.code, g.agency_id, g.organization_id, g.round_id, g.since, g.until
from role_grants g join regions r on starts_with(r.succeeded_by, g.region) and not starts_with(r.code, g.region)
where g.region <> '' and r.valid_to is not null and r.succeeded_by is not null;

-- One user never acts for an organization and is staff of its place, checked at granting and when the organization
-- moves. The rows that decide are locked, so that the second of two concurrent changes sees the first.
-- +goose StatementBegin
create function applicant_and_staff() returns trigger language plpgsql as $$
declare
  whose uuid; which uuid;
begin
  if tg_table_name = 'role_grants' then
    whose := new.user_id;
    perform 1 from users u where u.id = whose for update;
    perform 1 from organizations o where o.id in (select g.organization_id from role_grants g
        where g.user_id = whose) for share;
  else
    which := new.id;
  end if;
  if exists (
    select 1 from role_grants own join organizations o on o.id = own.organization_id
    join role_reach r on r.user_id = own.user_id and starts_with(o.region, r.region)
    where (own.user_id = whose or o.id = which) and (own.until is null or own.until > now()) and (r.until is null
        or r.until > now())
      and r.role in ('officer', 'checker', 'decider', 'finance_maker', 'finance_checker', 'evaluator', 'auditor')) then
    raise exception using errcode = '23514', constraint = 'applicant_and_staff_are_separate',
      message = 'an account acts for an organization and is of the staff of its place';
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger applicant_and_staff_are_separate after insert or update on role_grants
  for each row execute function applicant_and_staff();
create trigger applicant_and_staff_are_separate after update of region on organizations
  for each row when (old.region is distinct from new.region) execute function applicant_and_staff();

-- Sessions, by the hash of their token: reading this table allows no sign-in.
create table sessions (
  id           uuid primary key,
  token_hash   bytea not null constraint session_token_once unique constraint session_token_hash
      check (length(token_hash) = 32),
  user_id      uuid not null references users,
  address      text not null default '' constraint session_address check (char_length(address) <= 80),
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  idle         interval not null,
  expires_at   timestamptz not null, -- the absolute limit
  ended_at     timestamptz,
  -- When its owner last typed the password. Rights, accounts and money require it within ten minutes.
  confirmed_at timestamptz not null default now(),
  row_mac      sha256_sum,
  constraint session_time_in_order check (expires_at > created_at and idle > interval '0')
);
create index sessions_user on sessions (user_id) where ended_at is null;
create index sessions_expires on sessions (expires_at);

-- Ends the live sessions of an account beyond keep, those unused for longest first. A function, so that it sees what
-- earlier sign-ins wrote while this one waited for the account.
-- +goose StatementBegin
create function end_oldest_sessions(who uuid, keep int) returns void language sql volatile as $$
  update sessions set ended_at = now() where id in (
    select s.id from sessions s where s.user_id = who and s.ended_at is null and s.expires_at > now()
        and s.last_seen_at + s.idle > now()
    order by s.last_seen_at desc, s.created_at desc, s.id desc offset keep)
$$;
-- +goose StatementEnd

-- Failed logins by account, by address, and by both, for all servers. None blocks for ever.
create table login_throttle (
  bucket        text primary key constraint throttle_bucket check (char_length(bucket) between 3 and 120),
  failures      int not null default 0 constraint throttle_failures check (failures >= 0),
  last_at       timestamptz not null default now(),
  blocked_until timestamptz not null default '-infinity',
  turned_away   int not null default 0
);
create index login_throttle_age on login_throttle (last_at);

-- Addresses from which an account has signed in: strangers' wrong guesses do not lock out the owner there.
create table known_addresses (
  user_id uuid not null references users,
  address text not null,
  last_at timestamptz not null default now(),
  primary key (user_id, address)
);

-- One-time tokens for the first administrators.
create table setup_tokens (
  token_hash bytea primary key constraint setup_token_hash check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  used_by    uuid references users
);

-- The latest code of an account, with which its owner chooses a password: one user starts it, another approves it,
-- each has seen one half. Only hashes of the halves are stored. Times are real time.
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
  told_at     timestamptz, -- its owner, at sign-in
  constraint code_is_approved_whole check ((approved_by is null) = (second_hash is null)
      and (approved_by is null) = (expires_at is null)
    and (approved_by is null) = (approved_at is null) and (approved_by is null) = (approval is null)),
  constraint code_of_two_persons check (approved_by <> started_by
      or approved_by = '00000000-0000-7000-8000-000000000001'),
  constraint code_of_others check (started_by <> user_id and approved_by <> user_id),
  constraint code_used_when_approved check (used_at is null or approved_by is not null)
);

-- A code is valid until its approval is due, and for an hour after it.
create function code_holds(c account_codes) returns boolean language sql stable as $$
  select c.used_at is null and c.tries < 5 and coalesce(c.expires_at, c.waits_until) > now()
$$;

-- Second factors. Secrets are sealed with a key outside the database; recovery codes are hashed.
create table second_factors (
  user_id   uuid primary key references users,
  secret    bytea, -- null before the first right code
  since     timestamptz,
  last_step bigint not null default 0, -- of the last code: none is accepted twice
  pending   bytea, -- waits for its first code
  asked_at  timestamptz,
  constraint factor_is_sealed check (coalesce(length(secret), 48) >= 48 and coalesce(length(pending), 48) >= 48)
);

create table recovery_codes (
  user_id uuid not null references users,
  hash    bytea not null constraint recovery_hash check (length(hash) = 32),
  used_at timestamptz,
  primary key (user_id, hash)
);

-- Saved filters of case lists: the query string by name. No guard reads them.
create table saved_filters (
  user_id uuid not null references users,
  name    plain_line not null constraint filter_name check (char_length(name) between 1 and 40),
  query   text not null constraint filter_query check (octet_length(query) <= 1000),
  at      timestamptz not null default now(),
  primary key (user_id, name)
);
