-- Cases: the schema is the law. Names of constraints are names of rules.
-- +goose Up

create extension if not exists pg_trgm;

-- Rules of one value are domains: PostgreSQL keeps their expressions from one statement to the next, while it reads the
-- CHECKs of a table anew for every statement that writes to it (a third of the cost of a transition, measured).
create domain fen as bigint constraint amount_not_negative check (value >= 0);
create domain json_array as jsonb constraint json_is_array check (jsonb_typeof(value) = 'array');
create domain json_object as jsonb constraint json_is_object check (jsonb_typeof(value) = 'object');
create domain case_code as text constraint code_length check (octet_length(value) <= 40);
create domain case_title as text constraint title_length check (char_length(value) <= 200);
create domain topic_list as text[] constraint topics_count check (cardinality(value) <= 20);
create domain public_stage as text constraint stage_known check (value in ('', 'applied', 'reviewed', 'funded', 'reported'));
create domain ordinal as int constraint number_not_negative check (value >= 0);
create domain currency_code as text constraint currency_form check (value ~ '^[A-Z]{3}$');
create domain case_ref as text constraint ref_form check (value ~ '^[A-Z]{1,4}-[0-9]{4}-[0-9]{4,9}(-[A-Z]{1,4}[0-9]{1,4})*$');
create domain sha256_sum as bytea constraint hash_length check (length(value) = 32);

-- Definitions of workflows, each version immutable. States and edges are what foreign keys point at.
create table definitions (
  name       text not null constraint definition_name check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  version    int not null constraint definition_version check (version > 0),
  prefix     text not null constraint definition_prefix check (prefix ~ '^[A-Z]{1,4}$'),
  hash       bytea not null constraint definition_hash check (length(hash) = 32),
  body       jsonb not null,
  created_at timestamptz not null default now(),
  primary key (name, version)
);

create table workflow_states (
  workflow text not null,
  version  int not null,
  state    text not null constraint state_name check (state ~ '^[a-z][a-z0-9_]{0,39}$'),
  stage    text not null,
  outcome  text not null default '',
  primary key (workflow, version, state),
  foreign key (workflow, version) references definitions
);

-- An edge is one legal move; from '' is the birth.
create table workflow_edges (
  workflow   text not null,
  version    int not null,
  action     text not null constraint action_name check (action ~ '^[a-z][a-z0-9_]{0,39}$'),
  from_state text not null,
  to_state   text not null,
  primary key (workflow, version, action, from_state, to_state),
  foreign key (workflow, version) references definitions,
  foreign key (workflow, version, to_state) references workflow_states
);

-- Details of round cases, with the envelope of money: what is promised never exceeds it.
create table rounds (
  id                 uuid primary key, -- of its case
  version            int not null default 1 constraint round_version check (version > 0), -- rules, form, dates, state; asserted by commits
  state              text not null,
  name_zh            text not null constraint round_name_zh check (char_length(name_zh) between 1 and 120),
  name_en            text not null default '' constraint round_name_en check (char_length(name_en) <= 240),
  kind               text not null constraint round_kind check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
  region             region_code not null default '',
  agency_id          uuid references agencies,
  opens_at           timestamptz,
  closes_at          timestamptz,
  tracks             json_array not null default '[]',
  rules              json_object not null default '{}',
  form               jsonb constraint round_form check (jsonb_typeof(form) = 'object' and pg_column_size(form) <= 1048576),
  form_number        int not null default 0,
  total_fen          fen not null default 0,
  committed_fen      fen not null default 0,
  paid_fen           fen not null default 0,
  returned_fen       fen not null default 0,
  awards             ordinal not null default 0,
  definition_version int not null default 1, -- of kind, that its cases are born under
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  constraint envelope_covers_commitments check (committed_fen <= total_fen),
  constraint commitments_cover_payments check (paid_fen <= committed_fen),
  constraint payments_cover_returns check (returned_fen <= paid_fen),
  constraint awards_within_maximum check (coalesce((rules ->> 'max_awards')::int, 0) = 0 or awards <= (rules ->> 'max_awards')::int),
  constraint round_dates_in_order check (closes_at > opens_at)
);

create table cases (
  id                 uuid primary key,
  ref                case_ref not null constraint cases_ref_key unique,
  workflow           text not null,
  definition_version int not null,
  state              text not null,
  stage              public_stage not null default '',
  outcome            case_code not null default '',
  stored_state       case_code not null default '',
  version            ordinal not null,
  last_hash          sha256_sum not null,
  place              text not null generated always as (workflow || '/' || definition_version::text || '/' || state) stored,
  parent_id          uuid references cases,
  organization_id    uuid references organizations,
  project_id         uuid references projects,
  round_id           uuid references rounds,
  track              case_code not null default '',
  region             region_code not null default '',
  province           text not null default '',
  city               text not null default '',
  county             text not null default '',
  street             text not null default '',
  community          text not null default '',
  agency_id          uuid references agencies,
  lead_id            uuid references users,
  title              case_title not null default '',
  topics             topic_list not null default '{}',
  currency           currency_code not null default 'CNY',
  imported           boolean not null default false,
  requested_fen      fen not null default 0,
  awarded_fen        fen not null default 0,
  committed_fen      fen not null default 0,
  paid_fen           fen not null default 0,
  returned_fen       fen not null default 0,
  tranche            ordinal not null default 0,
  answers_revision   ordinal not null default 0,
  assignments        json_array not null default '[]',
  cosigns            json_array not null default '[]',
  approvals          json_array not null default '[]',
  tranches           json_array not null default '[]',
  clocks             json_array not null default '[]',
  doers              json_object not null default '{}',
  counts             json_object not null default '{}',
  data               json_object not null default '{}',
  due_on             date,
  born_at            timestamptz not null,
  updated_at         timestamptz not null,
  closed_at          timestamptz,
  constraint paid_within_commitment check (paid_fen <= committed_fen or imported or workflow = 'payment'),
  constraint returned_within_payments check (returned_fen <= paid_fen or imported),
  constraint foreign_money_is_imported check (currency = 'CNY' or (imported and round_id is null))
) with (fillfactor = 85);

alter table rounds add constraint round_is_a_case foreign key (id) references cases deferrable initially deferred;

-- Lists order by updated_at and page by (updated_at, id). A province is a large enough share to filter on the way, and a
-- street a small enough part of its county; each index less makes every transition cheaper.
create index cases_updated on cases (updated_at desc, id desc);
create index cases_city on cases (city, updated_at desc, id desc);
create index cases_county on cases (county, updated_at desc, id desc);
create index cases_organization on cases (organization_id);
create index cases_round on cases (round_id);
create index cases_lead on cases (lead_id) where lead_id is not null;
create index cases_project on cases (project_id) where project_id is not null;
create index cases_parent on cases (parent_id) where parent_id is not null;
create index cases_notice on cases (updated_at) where clocks @> '[{"name": "notice"}]' and outcome = '';
create index cases_awarded on cases (id) where committed_fen > 0 and parent_id is null;
create index cases_due on cases ((coalesce(due_on, 'infinity'::date)), id);
create index cases_place on cases (place, updated_at desc, id desc);
-- Failures and retries happen inside the one payment case of a tranche.
create unique index one_payment_case_per_tranche on cases (parent_id, tranche) where workflow = 'payment';

-- Events: inserted once, never changed. Each follows an edge of its case's definition version and the event before it,
-- and carries that one's hash; the case points at its latest. No value may contain a line feed (see docs: the chain).
create table events (
  case_id            uuid not null references cases,
  seq                int not null,
  previous           int generated always as (nullif(seq, 1) - 1) stored,
  workflow           text not null,
  definition_version int not null,
  action             text not null,
  from_state         text not null,
  to_state           text not null,
  actor_id           uuid not null references users,
  at                 timestamptz not null, -- domain time
  recorded_at        timestamptz not null default now(),
  payload_hash       sha256_sum not null,
  previous_hash      sha256_sum not null,
  hash               sha256_sum not null,
  primary key (case_id, seq),
  constraint event_identity unique (case_id, seq, to_state, hash, workflow, definition_version),
  constraint birth_comes_from_nothing check (seq > 0 and (seq = 1) = (from_state = '')),
  constraint birth_starts_the_chain check (seq > 1 or previous_hash = decode(repeat('00', 32), 'hex')),
  constraint event_follows_an_edge foreign key (workflow, definition_version, action, from_state, to_state) references workflow_edges,
  constraint event_follows_the_last foreign key (case_id, previous, from_state, previous_hash, workflow, definition_version)
    references events (case_id, seq, to_state, hash, workflow, definition_version)
);

alter table cases add constraint case_is_its_latest_event
  foreign key (id, version, state, last_hash, workflow, definition_version)
  references events (case_id, seq, to_state, hash, workflow, definition_version) deferrable initially deferred;

-- What was said. It stands apart so that personal data can be erased while the chain still verifies.
create table event_payloads (
  case_id   uuid not null,
  seq       int not null,
  body      text constraint payload_length check (octet_length(body) <= 1048576),
  erased_at timestamptz,
  erased_by uuid,
  reason    text constraint erasure_reason check (char_length(reason) between 1 and 500),
  primary key (case_id, seq),
  foreign key (case_id, seq) references events,
  constraint payload_or_erasure check ((body is null) = (erased_at is not null and reason is not null))
);

-- Frozen answers, one row a revision.
create table case_answers (
  case_id  uuid not null references cases,
  revision int not null constraint answers_revision_positive check (revision > 0),
  body     jsonb not null constraint answers_object check (jsonb_typeof(body) = 'object'),
  at       timestamptz not null,
  primary key (case_id, revision)
);

-- Work in progress: nobody's facts.
create table drafts (
  case_id  uuid not null references cases,
  actor_id uuid not null references users,
  slot     text not null, -- 'answers', which are shared, or the action it prepares
  body     jsonb not null constraint draft_size check (octet_length(body::text) <= 524288),
  at       timestamptz not null,
  primary key (case_id, slot, actor_id)
);

-- The ledger. A posting takes from one account and gives to another, so it balances by its shape; accounts follow the kind.
create table postings (
  id         bigint generated always as identity primary key,
  case_id    uuid not null,
  seq        int not null,
  grant_id   uuid not null references cases,
  round_id   uuid not null references rounds,
  kind       text not null,
  debit      text not null,
  credit     text not null,
  amount_fen bigint not null constraint posting_amount_positive check (amount_fen > 0),
  tranche    int not null default 0,
  at         timestamptz not null,
  foreign key (case_id, seq) references events,
  constraint posting_between_its_accounts check (case kind
    when 'commit' then debit = 'envelope:' || round_id and credit = 'commitment:' || grant_id and tranche = 0
    when 'release' then debit = 'commitment:' || grant_id and credit = 'envelope:' || round_id and tranche = 0
    when 'pay' then debit = 'commitment:' || grant_id and credit = 'paid:' || grant_id and tranche > 0
    when 'return' then debit = 'paid:' || grant_id and credit = 'returned:' || round_id and tranche = 0
    else false end)
);
create unique index one_payment_per_tranche on postings (grant_id, tranche) where kind = 'pay';
create index postings_grant on postings (grant_id);
create index postings_round on postings (round_id);

-- Who is waited for, as the commit wrote it. A projection: no foreign keys, rebuilt by every commit.
create table duties (
  case_id         uuid not null,
  key             text not null,
  action          text not null,
  role            text not null,
  user_id         uuid,
  organization_id uuid,
  agency_id       uuid,
  region          text not null default '',
  due_at          timestamptz,
  primary key (case_id, key)
);
create index duties_role on duties (role, region text_pattern_ops) where user_id is null;
create index duties_user on duties (user_id) where user_id is not null;

-- Clocks that fire an action, as the commit wrote them.
create table timers (
  case_id     uuid not null,
  name        text not null,
  since       int not null,
  fires_at    timestamptz not null,
  action      text not null,
  provisional boolean not null default false,
  tried_at    timestamptz, -- refused at that domain time; every later commit clears it
  refusals    text not null default '',
  primary key (case_id, name)
);
create index timers_fire on timers (fires_at);

-- What a child tells its parent: run after the commit, retried until done.
create table signals (
  key        text primary key,
  to_case    uuid not null references cases,
  action     text not null,
  fields     jsonb not null default '{}',
  at         timestamptz not null,
  done_at    timestamptz,
  tries      int not null default 0,
  next_at    timestamptz not null default now(),
  problem    text not null default ''
);
create index signals_pending on signals (next_at) where done_at is null;

-- What happened, for mail and webhooks.
create table outbox (
  id      bigint generated always as identity primary key,
  case_id uuid not null,
  seq     int not null,
  topic   text not null constraint outbox_topic check (char_length(topic) between 1 and 80),
  body    jsonb not null default '{}',
  at      timestamptz not null default now(),
  sent_at timestamptz,
  tries   int not null default 0,
  next_at timestamptz not null default now()
);
create index outbox_pending on outbox (id) where sent_at is null;

-- Reviewers and agencies of a case, for scopes. Written only when they change.
create table case_parties (
  who     uuid not null,
  part    text not null constraint party_part check (part in ('reviewer', 'cosigner')),
  case_id uuid not null,
  primary key (who, part, case_id)
);
create index case_parties_case on case_parties (case_id);

-- Words of a case, apart from it so that a transition does not touch the word index. Needs a database of C.UTF-8 or any
-- other locale but C: with C there are no trigrams of Chinese.
create table case_words (
  case_id uuid primary key,
  words   text not null
);
create index case_words_trgm on case_words using gin (words gin_trgm_ops);

-- Boards: a transition appends what it adds and takes away; a worker folds that into cells; a read adds what is pending.
create table board_deltas (
  id        bigint generated always as identity primary key,
  sign      smallint not null constraint delta_sign check (sign in (-1, 1)),
  province  text not null,
  city      text not null,
  county    text not null,
  street    text not null,
  agency_id uuid,
  round_id  uuid,
  topics    text[] not null,
  stage     text not null,
  amount    bigint not null,
  due_on    date
);

-- dim and key: region (code of the child), agency, round (id), field (topic). scope: a region at any level, '' the country.
create table board_cells (
  dim    text not null,
  scope  text not null,
  key    text not null,
  stage  text not null,
  n      bigint not null,
  amount bigint not null,
  primary key (dim, scope, key, stage)
) with (fillfactor = 50);

-- How many fall due on a day: overdue is the sum over past days.
create table board_dues (
  dim    text not null,
  scope  text not null,
  due_on date not null,
  key    text not null,
  n      bigint not null,
  primary key (dim, scope, due_on, key)
) with (fillfactor = 50);

-- The cells that a case of these columns counts in. A case above the children's level counts under its own region.
-- +goose StatementBegin
create function board_keys(province text, city text, county text, street text, agency uuid, round uuid, topics text[])
returns table (dim text, scope text, key text) language sql immutable parallel safe as $$
  select 'region', v.scope, coalesce(nullif(v.child, ''), v.scope)
    from (values (1, '', province), (2, province, city), (3, city, county), (4, county, street)) v(n, scope, child)
    where v.n = 1 or v.scope <> ''
  union all
  select d.dim, s.scope, d.key
    from (select distinct x from unnest(array['', province, city, county, street]) x) s(scope),
      (select 'agency' as dim, agency::text as key where agency is not null
       union all select 'round', round::text where round is not null
       union all select distinct 'field', t from unnest(topics) t) d
$$;
-- +goose StatementEnd

-- Answers to commands, by key. Those with a ledger effect are kept for ever.
create table idempotency_keys (
  actor_id   uuid not null,
  key        text not null constraint key_length check (char_length(key) between 1 and 200),
  digest     sha256_sum not null,
  receipt    text not null,
  forever    boolean not null default false,
  replayed   int not null default 0,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
);
create index idempotency_keys_age on idempotency_keys (created_at) where not forever;

create table ref_counters (
  prefix text not null,
  year   int not null,
  n      bigint not null,
  primary key (prefix, year)
);

-- The demonstration's clock: domain time runs ahead by this much. Never read by sessions or recorded_at.
create table domain_clock (
  one          boolean primary key default true constraint one_clock check (one),
  microseconds bigint not null default 0 constraint clock_only_forward check (microseconds >= 0)
);
insert into domain_clock default values;

-- Signed roots over all chain heads: whoever holds one can show later that no history was rewritten.
create table chain_roots (
  id        bigint generated always as identity primary key,
  at        timestamptz not null default now(),
  heads     bigint not null,
  root      bytea not null constraint root_length check (length(root) = 32),
  previous  bytea not null constraint root_previous_length check (length(previous) = 32),
  signer    bytea not null constraint root_signer_length check (length(signer) = 32),
  signature bytea not null constraint root_signature_length check (length(signature) = 64),
  constraint root_follows_once unique (previous)
);

-- Which releases may run on this schema; the newest row counts.
create table schema_releases (
  schema  int primary key,
  oldest  text not null constraint release_form check (oldest ~ '^[0-9]+\.[0-9]+\.[0-9]+$')
);
insert into schema_releases values (2, '0.1.0');

-- Gives a statement up as a whole when one of its parts found another version than the decision was made on.
-- +goose StatementBegin
create function give_up(what text) returns boolean language plpgsql as $$
begin
  raise exception using errcode = 'IB001', message = 'moved underneath: ' || what;
end $$;
-- +goose StatementEnd

-- Erases what was said, with a reason; the event and its hashes stay. The server's role may call it and do nothing else
-- to history.
-- +goose StatementBegin
create function erase_payload(which_case uuid, which_seq int, who uuid, why text) returns boolean
language sql security definer set search_path = public, pg_temp as $$
  update event_payloads set body = null, erased_at = now(), erased_by = who, reason = why
   where case_id = which_case and seq = which_seq and body is not null
  returning true
$$;
-- +goose StatementEnd
