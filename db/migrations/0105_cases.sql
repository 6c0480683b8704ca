-- Definitions, rounds and cases with their events.
-- +goose Up

-- Workflow definitions, each version immutable. Foreign keys refer to their states and edges.
create table definitions (
  name       text not null constraint definition_name check (name ~ '^[a-z][a-z0-9_]{0,39}$'),
  version    int not null constraint definition_version check (version > 0),
  prefix     text not null constraint definition_prefix check (prefix ~ '^[A-Z]{1,4}$'),
  hash       bytea not null constraint definition_hash check (length(hash) = 32),
  body       jsonb not null,
  created_at timestamptz not null default now(),
  -- the system: release or command
  loaded_by  uuid not null default '00000000-0000-7000-8000-000000000001' references users,
  released   boolean not null default true,
  primary key (name, version),
  constraint definition_loader unique (name, version, loaded_by)
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

-- An edge is one legal move; the one from '' opens the case.
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

-- Two users control rules of money: the loader of a definition does not approve it, and only approved ones open
-- cases. Shipped definitions are approved by the release. Rows are only added.
create table definition_standings (
  n         bigint generated always as identity primary key,
  workflow  text not null,
  version   int not null,
  loaded_by uuid not null,
  status    text not null constraint standing_status check (status in ('approved', 'withdrawn')),
  actor_id  uuid not null references users,
  at        timestamptz not null default now(),
  note      text not null default '' constraint standing_note check (char_length(note) <= 500),
  foreign key (workflow, version, loaded_by) references definitions (name, version, loaded_by),
  constraint two_keys check (status <> 'approved' or actor_id <> loaded_by)
);
create index definition_standings_latest on definition_standings (workflow, version, n desc);

-- The standing of each version, from its latest row.
create view definition_status as
select d.name, d.version, d.loaded_by, d.released, d.created_at, s.actor_id, s.at,
  coalesce(s.status, case when d.released then 'approved' else 'waiting' end) as status
from definitions d
left join lateral (select x.status, x.actor_id, x.at from definition_standings x where x.workflow = d.name
    and x.version = d.version
  order by x.n desc limit 1) s on true;

-- Details of round cases, with the envelope: commitments never exceed it.
create table rounds (
  id                 uuid primary key, -- of its case
  -- rules, form, dates, state; asserted by commits
  version            int not null default 1 constraint round_version check (version > 0),
  state              text not null,
  name_zh            text not null constraint round_name_zh check (char_length(name_zh) between 1 and 120),
  name_en            text not null default '' constraint round_name_en check (char_length(name_en) <= 240),
  kind               text not null constraint round_kind check (kind ~ '^[a-z][a-z0-9_]{0,39}$'),
  region             region_code not null default '',
  agency_id          uuid references agencies,
  opens_at           timestamptz,
  closes_at          timestamptz,
  tracks             jsonb_array not null default '[]',
  rules              jsonb_object not null default '{}',
  form               jsonb constraint round_form check (jsonb_typeof(form) = 'object'
      and pg_column_size(form) <= 1048576),
  form_number        int not null default 0,
  total_fen          fen not null default 0,
  held_fen           fen not null default 0, -- of proposed awards
  committed_fen      fen not null default 0,
  paid_fen           fen not null default 0,
  returned_fen       fen not null default 0,
  awards             ordinal not null default 0,
  held_awards        ordinal not null default 0,
  definition_version int not null default 1, -- of kind, for its cases
  created_at         timestamptz not null,
  updated_at         timestamptz not null,
  constraint envelope_covers_commitments check (held_fen + committed_fen <= total_fen),
  constraint commitments_cover_payments check (paid_fen <= committed_fen),
  constraint payments_cover_returns check (returned_fen <= paid_fen),
  constraint awards_within_maximum check (coalesce((rules ->> 'max_awards')::int, 0) = 0
    or awards + held_awards <= (rules ->> 'max_awards')::int),
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
  place              text not null generated always as (workflow || '/' || definition_version::text || '/' || state)
      stored,
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
  held_fen           fen not null default 0,
  committed_fen      fen not null default 0,
  paid_fen           fen not null default 0,
  returned_fen       fen not null default 0,
  tranche            ordinal not null default 0,
  answers_revision   ordinal not null default 0,
  assignments        jsonb_array not null default '[]',
  cosigns            jsonb_array not null default '[]',
  approvals          jsonb_array not null default '[]',
  parts              jsonb_object not null default '{}',
  clocks             jsonb_array not null default '[]',
  doers              jsonb_object not null default '{}',
  counts             jsonb_object not null default '{}',
  data               jsonb_object not null default '{}',
  due_on             date,
  born_at            timestamptz not null,
  updated_at         timestamptz not null,
  closed_at          timestamptz,
  unique_key         text constraint unique_key_length check (octet_length(unique_key) between 1 and 200),
  -- True in a state that keeps the stage without counting in it: a suspended award, or one that ended before its
  -- close-out, is not funded.
  aside              boolean not null default false,
  constraint paid_within_commitment check (paid_fen <= committed_fen or imported or workflow = 'payment'),
  constraint held_or_committed check (held_fen = 0 or committed_fen = 0),
  constraint returned_within_payments check (returned_fen <= paid_fen or imported),
  constraint foreign_money_is_imported check (currency = 'CNY' or (imported and round_id is null))
) with (fillfactor = 85, toast_tuple_target = 4096);
alter table rounds add constraint round_is_a_case foreign key (id) references cases deferrable initially deferred;

-- A reviewer of a round holds the role for that round.
alter table role_grants add constraint role_of_a_round foreign key (round_id) references rounds;

-- Lists order by updated_at and page by (updated_at, id). A province is large enough to filter during the walk, and a
-- street a small part of its county; each index saved makes every transition cheaper.
create index cases_updated on cases (updated_at desc, id desc);
create index cases_city on cases (city, updated_at desc, id desc);
create index cases_county on cases (county, updated_at desc, id desc);

-- Lists by id, which is creation order: rows do not move while pages are read.
create index cases_county_id on cases (county, id desc);
create index cases_city_id on cases (city, id desc);

-- Cases of an organization and of an officer in list order. The order costs nothing extra: every index gets a new
-- entry whenever a case moves.
create index cases_organization on cases (organization_id, updated_at desc, id desc);
create index cases_round on cases (round_id);
create index cases_lead on cases (lead_id, updated_at desc, id desc) where lead_id is not null;
create index cases_project on cases (project_id) where project_id is not null;
create index cases_parent on cases (parent_id) where parent_id is not null;
create index cases_awarded on cases (id) where committed_fen > 0 and parent_id is null;
create index cases_due on cases ((coalesce(due_on, 'infinity'::date)), id);
create index cases_place on cases (place, updated_at desc, id desc);

-- Failures and retries stay inside a tranche's one payment case.
create unique index one_payment_case_per_tranche on cases (parent_id, tranche) where workflow = 'payment';

-- Pending applications of a round, which keep it from ending.
create index cases_undecided on cases (round_id) where stage = 'applied' and outcome = '' and parent_id is null;

-- One live application of a project in a round.
create unique index one_live_application on cases (unique_key) where unique_key is not null;

-- +goose StatementBegin
create function only_approved_definitions_open() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from definition_status d where d.name = new.workflow and d.version = new.definition_version
      and d.status = 'approved') then
    raise exception using errcode = '23514', constraint = 'only_approved_definitions_open',
      message = 'version ' || new.definition_version || ' of ' || new.workflow || ' is not approved';
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger only_approved_definitions_open before insert on cases for each row
    execute function only_approved_definitions_open();

-- +goose StatementBegin
create function bound_drafts() returns trigger language plpgsql as $$
declare
  most bigint := bound_of('drafts');
begin
  if most is null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('drafts ' || new.organization_id || new.round_id, 0));
  if (select count(*) from cases c where c.organization_id = new.organization_id and c.round_id = new.round_id
      and c.version = new.version and c.outcome = '' and c.parent_id is null) >= most then
    perform past_bound('drafts_of_a_round', most);
  end if;
  return new;
end $$;
-- +goose StatementEnd

-- A draft is a case without acts since it was opened.
create trigger drafts_of_a_round before insert on cases for each row
  when (new.organization_id is not null and new.round_id is not null and new.parent_id is null and not new.imported)
  execute function bound_drafts();

-- The stage under which a case counts in public and on boards, like workflow.Case.Counted.
create function counted_stage(stage text, aside boolean) returns text language sql immutable parallel safe
  return case when aside and stage <> 'applied' then '' else stage end;

-- Events: inserted once, never changed. Each follows an edge of its case's definition version and the previous event,
-- whose hash it carries; the case points at its latest. The MACs bind the rows; their key is on the servers. No value
-- may contain a line feed (see docs: the chain).
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
  -- of the case after the commit; null if another event of the same commit follows
  row_mac            sha256_sum,
  rows_mac           sha256_sum, -- of this event and the rows that it wrote to other tables
  primary key (case_id, seq),
  constraint event_identity unique (case_id, seq, to_state, hash, workflow, definition_version),
  constraint birth_comes_from_nothing check (seq > 0 and (seq = 1) = (from_state = '')),
  constraint birth_starts_the_chain check (seq > 1 or previous_hash = decode(repeat('00', 32), 'hex')),
  constraint event_follows_an_edge foreign key (workflow, definition_version, action, from_state, to_state)
      references workflow_edges,
  constraint event_follows_the_last foreign key (case_id, previous, from_state, previous_hash, workflow,
      definition_version)
    references events (case_id, seq, to_state, hash, workflow, definition_version)
);
alter table cases add constraint case_is_its_latest_event
  foreign key (id, version, state, last_hash, workflow, definition_version)
  references events (case_id, seq, to_state, hash, workflow, definition_version) deferrable initially deferred;

-- Acts of a period, across cases. Events are written nearly in time order, so a block range index finds a period at
-- almost no cost; one by actor would be written with every act.
create index events_at on events using brin (at) with (pages_per_range = 16, autosummarize = on);

-- Payloads, apart so that personal data can be erased while the chain still verifies.
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
  seq      int, -- of the event that froze them
  digest   sha256_sum, -- stays when an answer is erased
  erased_at timestamptz,
  primary key (case_id, revision),
  constraint answers_of_an_event foreign key (case_id, seq) references events deferrable initially deferred
);
