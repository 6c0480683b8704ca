-- Records: regions, organizations, projects, agencies, people and their rights, sessions, files, calendars, and the log
-- that chains every change. The schema is the law; names of constraints are names of rules.
-- +goose Up

create extension if not exists btree_gist; -- lets a rule about people and time be one constraint (powers_are_separate)

-- A line of text that a person wrote: composed (NFC), and nothing in it that cannot be seen.
create domain plain_line as text
  constraint plain_line check (value is nfc normalized
    and value !~ '[\u0001-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');

-- The same over several lines.
create domain plain_text as text
  constraint plain_text check (value is nfc normalized
    and value !~ '[\u0001-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');

create domain region_code as text
  constraint region_code check (value ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$');

-- Divisions of the country. Codes are never deleted: a merged one ends and says what became of it.
create table regions (
  code         region_code primary key constraint region_not_country check (code <> ''),
  name         text not null constraint region_name check (char_length(name) between 1 and 80),
  full_name    text not null constraint region_full_name check (char_length(full_name) between 1 and 320),
  level        smallint not null constraint region_level check (level between 1 and 5),
  parent       text not null default '', -- '' is the country
  pilot        boolean not null default false,
  valid_from   date not null,
  valid_to     date,
  succeeded_by text,
  version      int not null default 0, -- of changes by people; a new edition of the table leaves it
  constraint region_time_in_order check (valid_to > valid_from)
);
create index regions_parent on regions (parent, code);

-- Which edition of the divisions is loaded.
create table region_editions (
  hash      bytea primary key constraint edition_hash check (length(hash) = 32),
  rows      int not null,
  loaded_at timestamptz not null default now()
);

create table organizations (
  id              uuid primary key,
  version         int not null default 1 constraint organization_version check (version > 0),
  name            plain_line not null constraint organization_name check (char_length(name) between 2 and 100 and name = btrim(name)),
  kind            text not null constraint organization_kind check (kind in ('social_group', 'service_org', 'foundation',
    'filed_community_org', 'union_grassroots', 'mass_org', 'public_institution', 'enterprise', 'unregistered_team', 'residents_committee')),
  credit_code     text not null default '' constraint credit_code_form check (credit_code ~ '^([0-9A-Z]{18})?$'),
  credit_override plain_text not null default '' constraint credit_override_length check (char_length(credit_override) <= 500),
  filing_number   plain_line not null default '' constraint filing_number_length check (char_length(filing_number) <= 60),
  fiscal_host     uuid references organizations,
  region          region_code not null,
  province        text not null default '',
  city            text not null default '',
  county          text not null default '',
  street          text not null default '',
  community       text not null default '',
  -- Communities stand below the divisions that are loaded: theirs is the street.
  division        text not null generated always as (left(region, case when length(region) = 12 then 9 else 12 end)) stored
    constraint region_known references regions,
  address         plain_line not null default '' constraint address_length check (char_length(address) <= 200),
  contact         plain_line not null default '' constraint contact_length check (char_length(contact) <= 60),
  phone           text not null default '' constraint phone_shape check (phone ~ '^(\+?[0-9][0-9 ()-]{4,23})?$'),
  about           plain_text not null default '' constraint about_length check (char_length(about) <= 4000),
  founded         date,
  topics          text[] not null default '{}' constraint organization_topics check (cardinality(topics) <= 20),
  standing        text not null default 'good' constraint organization_standing check (standing in ('good', 'abnormal', 'dishonest', 'barred')),
  standing_reason plain_text not null default '' constraint standing_reason_length check (char_length(standing_reason) <= 500),
  barred_until    date,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint filed_without_code check (kind not in ('filed_community_org', 'unregistered_team') or credit_code = ''),
  constraint filed_has_number check (kind <> 'filed_community_org' or filing_number <> ''),
  constraint registered_has_code check (kind in ('filed_community_org', 'unregistered_team', 'residents_committee')
    or credit_code <> '' or credit_override <> ''),
  constraint host_is_another check (fiscal_host <> id),
  constraint standing_has_reason check (standing = 'good' or standing_reason <> ''),
  constraint barred_has_end check ((standing = 'barred') = (barred_until is not null)),
  constraint organization_scope check (starts_with(region, province) and province <> '' and (city = '' or starts_with(city, province)))
);
create unique index credit_code_once on organizations (credit_code) where credit_code <> '';
create unique index filing_number_once on organizations (county, filing_number) where filing_number <> '';
-- Lists page by (updated_at, id) inside a place.
create index organizations_updated on organizations (updated_at desc, id desc);
create index organizations_county on organizations (county, updated_at desc, id desc);
create index organizations_city on organizations (city, updated_at desc, id desc);

create table projects (
  id              uuid primary key,
  version         int not null default 1 constraint project_version check (version > 0),
  organization_id uuid not null references organizations,
  title           plain_line not null constraint project_title check (char_length(title) between 2 and 120 and title = btrim(title)),
  summary         plain_text not null default '' constraint project_summary check (char_length(summary) <= 4000),
  topics          text[] not null default '{}' constraint project_topics check (cardinality(topics) <= 20),
  region          region_code not null,
  province        text not null default '',
  city            text not null default '',
  county          text not null default '',
  street          text not null default '',
  community       text not null default '',
  division        text not null generated always as (left(region, case when length(region) = 12 then 9 else 12 end)) stored
    constraint project_region_known references regions,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint project_once unique (organization_id, title),
  constraint project_scope check (starts_with(region, province) and province <> '')
);
create index projects_updated on projects (updated_at desc, id desc);
create index projects_county on projects (county, updated_at desc, id desc);

create table agencies (
  id         uuid primary key,
  version    int not null default 1 constraint agency_version check (version > 0),
  name_zh    plain_line not null constraint agency_name_zh check (char_length(name_zh) between 2 and 100),
  name_en    plain_line not null default '' constraint agency_name_en check (char_length(name_en) <= 200),
  kind       text not null constraint agency_kind check (kind ~ '^[a-z][a-z_]{1,39}$'),
  region     region_code not null default '',
  province   text not null default '',
  city       text not null default '',
  county     text not null default '',
  street     text not null default '',
  community  text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint agency_once unique (region, name_zh)
);

-- What an agency is competent for. "*" is every topic. An ended one stays: history names it.
create table competences (
  id        uuid primary key,
  version   int not null default 1 constraint competence_version check (version > 0),
  agency_id uuid not null references agencies,
  topic     text not null constraint competence_topic check (topic ~ '^(\*|[a-z][a-z0-9_]{1,39})$'),
  region    region_code not null default '',
  action    text not null constraint competence_action check (action in ('cosign', 'comment', 'view', 'decide', 'advise')),
  since     timestamptz not null default now(),
  until     timestamptz,
  constraint competence_time_in_order check (until >= since)
);
create unique index competence_once on competences (agency_id, topic, region, action) where until is null;
-- Finds who must speak: by topic first, then by region.
create index competences_topic on competences (topic, region) where until is null;

-- People, and the two actors that are none: they have no password, now or ever.
create table users (
  id              uuid primary key,
  version         int not null default 1 constraint user_version check (version > 0),
  login           text not null constraint login_once unique constraint login_form check (login ~ '^[a-z0-9][a-z0-9._@-]{1,63}$'),
  name            plain_line not null constraint user_name check (char_length(name) between 1 and 60 and name = btrim(name)),
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

-- A role within a scope, for a time. Rights live in real time: a demonstration's clock does not move them.
create table role_grants (
  id              uuid primary key,
  version         int not null default 1 constraint role_version check (version > 0),
  user_id         uuid not null references users,
  role            text not null constraint role_known check (role in ('preparer', 'certifier', 'officer', 'checker', 'reviewer',
    'cosigner', 'decider', 'finance_maker', 'finance_checker', 'evaluator', 'analyst', 'auditor', 'sysadmin', 'secadmin', 'auditadmin')),
  -- The three administrators are powers of their own; all business roles are one.
  power           text not null generated always as (case when role in ('sysadmin', 'secadmin', 'auditadmin') then role else 'business' end) stored,
  region          region_code not null default '',
  agency_id       uuid references agencies,
  organization_id uuid references organizations,
  round_id        uuid, -- references rounds, see 0004
  since           timestamptz not null default now(),
  until           timestamptz,
  constraint role_time_in_order check (until >= since),
  constraint organization_roles_name_it check ((role in ('preparer', 'certifier')) = (organization_id is not null)),
  constraint cosigner_names_its_agency check (role <> 'cosigner' or agency_id is not null),
  constraint administrators_have_no_scope check (power = 'business' or
    (region = '' and agency_id is null and organization_id is null and round_id is null)),
  constraint system_holds_no_roles check (user_id not in
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002')),
  -- Nobody holds two powers at the same time (separation of administrators, GB/T 22239 8.1.5).
  constraint powers_are_separate exclude using gist (user_id with =, power with <>, tstzrange(since, until) with &&),
  -- Nor the same role in the same scope twice.
  constraint role_once exclude using gist (user_id with =, role with =, (region::text) with =,
    (coalesce(agency_id::text, '') || '/' || coalesce(organization_id::text, '') || '/' || coalesce(round_id::text, '')) with =,
    tstzrange(since, until) with &&)
);
create index role_grants_user on role_grants (user_id);
create index role_grants_round on role_grants (round_id, role) where round_id is not null;

-- Sessions, by the hash of their token: whoever reads this table can sign in with nothing of it.
create table sessions (
  id           uuid primary key,
  token_hash   bytea not null constraint session_token_once unique constraint session_token_hash check (length(token_hash) = 32),
  user_id      uuid not null references users,
  address      text not null default '' constraint session_address check (char_length(address) <= 80),
  created_at   timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  idle         interval not null,
  expires_at   timestamptz not null, -- whatever is done with it
  ended_at     timestamptz,
  constraint session_time_in_order check (expires_at > created_at and idle > interval '0')
);
create index sessions_user on sessions (user_id) where ended_at is null;
create index sessions_expires on sessions (expires_at);

-- Failed logins, counted by account, by address, and by the two together. Shared by all servers; no row locks for ever.
create table login_throttle (
  bucket        text primary key constraint throttle_bucket check (char_length(bucket) between 3 and 120),
  failures      int not null default 0 constraint throttle_failures check (failures >= 0),
  last_at       timestamptz not null default now(),
  blocked_until timestamptz not null default '-infinity',
  turned_away   int not null default 0
);
create index login_throttle_age on login_throttle (last_at);

-- From where an account has signed in: a stranger's wrong guesses do not shut the owner out there.
create table known_addresses (
  user_id uuid not null references users,
  address text not null,
  last_at timestamptz not null default now(),
  primary key (user_id, address)
);

-- One-time tokens that let the first administrator in.
create table setup_tokens (
  token_hash bytea primary key constraint setup_token_hash check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz,
  used_by    uuid references users
);

-- Files, named on disk by the hash of their content. Bound to a case once, and never away from it.
create table attachments (
  id          uuid primary key,
  sha256      bytea not null constraint attachment_hash check (length(sha256) = 32),
  size        bigint not null constraint attachment_size check (size > 0),
  type        text not null constraint attachment_type check (type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  name        plain_line not null constraint attachment_name check (char_length(name) between 1 and 120 and name !~ '[/\\]'),
  uploader_id uuid not null references users,
  at          timestamptz not null default now(),
  case_id     uuid -- references cases, see 0004; null until an action names it
);
create index attachments_case on attachments (case_id, at) where case_id is not null;
create index attachments_loose on attachments (at) where case_id is null;
create index attachments_content on attachments (sha256);

-- Days that a yearly notice takes out of the plain week, laid over the calendar that the program brings.
create table calendars (
  id         uuid primary key,
  version    int not null default 1 constraint calendar_version check (version > 0),
  name       plain_line not null constraint calendar_name_once unique constraint calendar_name check (char_length(name) between 1 and 80),
  source     plain_line not null constraint calendar_source check (char_length(source) between 1 and 300),
  through    date not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table calendar_days (
  calendar_id uuid not null references calendars,
  day         date not null,
  kind        text not null constraint calendar_day_kind check (kind in ('holiday', 'makeup')),
  name        plain_line not null default '' constraint calendar_day_name check (char_length(name) <= 80),
  source      plain_line not null default '' constraint calendar_day_source check (char_length(source) <= 300),
  primary key (calendar_id, day)
);

-- Every change of a record, chained by hash per record. What was said stands apart (record_bodies), so that personal
-- data can be erased while the chain still verifies. No value may contain a line feed.
create table record_log (
  kind          text not null constraint record_kind check (kind in ('organization', 'project', 'round', 'user', 'role', 'agency',
    'competence', 'calendar', 'workflow', 'region')),
  record_id     text not null constraint record_id_form check (record_id ~ '^[0-9a-z_.-]{2,80}$'),
  seq           int not null constraint record_seq check (seq > 0),
  previous      int generated always as (nullif(seq, 1) - 1) stored,
  op            text not null constraint record_op check (op ~ '^[a-z_]{2,40}$'),
  actor_id      uuid not null references users,
  at            timestamptz not null, -- domain time
  recorded_at   timestamptz not null default now(),
  body_hash     bytea not null constraint record_body_hash check (length(body_hash) = 32),
  previous_hash bytea not null constraint record_previous_hash check (length(previous_hash) = 32),
  hash          bytea not null constraint record_hash check (length(hash) = 32),
  primary key (kind, record_id, seq),
  constraint record_identity unique (kind, record_id, seq, hash),
  constraint record_starts_the_chain check (seq > 1 or previous_hash = decode(repeat('00', 32), 'hex')),
  constraint record_follows_the_last foreign key (kind, record_id, previous, previous_hash)
    references record_log (kind, record_id, seq, hash)
);

create table record_bodies (
  kind      text not null,
  record_id text not null,
  seq       int not null,
  body      text constraint record_body_length check (octet_length(body) <= 2097152),
  erased_at timestamptz,
  erased_by uuid references users,
  reason    text constraint record_erasure_reason check (char_length(reason) between 1 and 500),
  primary key (kind, record_id, seq),
  foreign key (kind, record_id, seq) references record_log,
  constraint record_body_or_erasure check ((body is null) = (erased_at is not null and reason is not null))
);

-- Logins, logouts, refusals of login and what else happens to accounts. Changes of rights are records.
create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null default clock_timestamp(),
  act      text not null constraint audit_act check (act ~ '^[a-z_]{2,40}$'),
  actor_id uuid references users,
  subject  text not null default '' constraint audit_subject check (char_length(subject) <= 80),
  address  text not null default '' constraint audit_address check (char_length(address) <= 80),
  success  boolean not null,
  detail   text not null default '' constraint audit_detail check (char_length(detail) <= 500)
);
create index audit_at on audit (at desc, id desc);
create index audit_actor on audit (actor_id, id desc);

-- Writes a record's log entry, its body and the receipt of its key, inside the statement that changed the record: all
-- of it happens or none. The hash covers, a line each: incubase-record-1, kind, id, seq, op, actor, unix microseconds,
-- body hash (hex), previous hash (hex).
-- +goose StatementBegin
create function log_record(which_kind text, which_id text, what text, who uuid, moment timestamptz, said text,
  idempotency text, request bytea, answer text) returns text language plpgsql as $$
declare
  last_seq int; last_hash bytea; said_hash bytea := sha256(convert_to(said, 'UTF8'));
begin
  select seq, hash into last_seq, last_hash from record_log
   where kind = which_kind and record_id = which_id order by seq desc limit 1;
  last_seq := coalesce(last_seq, 0);
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  insert into record_log (kind, record_id, seq, op, actor_id, at, body_hash, previous_hash, hash)
  values (which_kind, which_id, last_seq + 1, what, who, moment, said_hash, last_hash,
    sha256(convert_to(concat_ws(E'\n', 'incubase-record-1', which_kind, which_id, last_seq + 1, what, who,
      trunc(extract(epoch from moment) * 1000000)::bigint, encode(said_hash, 'hex'), encode(last_hash, 'hex')), 'UTF8')));
  insert into record_bodies (kind, record_id, seq, body) values (which_kind, which_id, last_seq + 1, said);
  if idempotency <> '' then
    insert into idempotency_keys (actor_id, key, digest, receipt) values (who, idempotency, request, answer);
  end if;
  return answer;
end $$;
-- +goose StatementEnd

-- Erases what was said about a record, with a reason; the entry and its hashes stay.
-- +goose StatementBegin
create function erase_record_body(which_kind text, which_id text, which_seq int, who uuid, why text) returns boolean
language sql security definer set search_path = public, pg_temp as $$
  update record_bodies set body = null, erased_at = now(), erased_by = who, reason = why
   where kind = which_kind and record_id = which_id and seq = which_seq and body is not null
  returning true
$$;
-- +goose StatementEnd
