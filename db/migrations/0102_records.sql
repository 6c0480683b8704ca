-- Records: divisions, organizations, projects, agencies and calendars.
-- +goose Up

-- Divisions of the country. Codes are never deleted: a merged one ends and names its successor.
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
  version      int not null default 0, -- counts changes by users, not new editions
  constraint region_time_in_order check (valid_to > valid_from)
);
create index regions_parent on regions (parent, code);
create index regions_ended on regions (succeeded_by) where valid_to is not null and succeeded_by is not null;

-- Loaded editions of the divisions. Newer ones are imported; a release loads its own only if none is newer.
create table region_editions (
  hash      bytea primary key constraint edition_hash check (length(hash) = 32),
  rows      int not null,
  since     date not null default '2023-06-30',
  loaded_at timestamptz not null default now()
);

-- An organization from abroad has no place and no credit code; only an import creates one.
create table organizations (
  id              uuid primary key,
  version         int not null default 1 constraint organization_version check (version > 0),
  name            plain_line not null constraint organization_name check (char_length(name) between 2 and 100
      and name = btrim(name)),
  kind            text not null constraint organization_kind check (kind in ('social_group', 'service_org',
      'foundation',
    'filed_community_org', 'union_grassroots', 'mass_org', 'public_institution', 'enterprise', 'unregistered_team',
        'residents_committee',
    'abroad')),
  credit_code     text not null default '' constraint credit_code_form check (credit_code ~ '^([0-9A-Z]{18})?$'),
  credit_override plain_text not null default '' constraint credit_override_length
      check (char_length(credit_override) <= 500),
  filing_number   plain_line not null default '' constraint filing_number_length
      check (char_length(filing_number) <= 60),
  fiscal_host     uuid references organizations,
  region          region_code not null,
  province        text not null default '',
  city            text not null default '',
  county          text not null default '',
  street          text not null default '',
  community       text not null default '',
  -- Communities are below the loaded divisions; they refer to their street.
  division        text generated always as (nullif(left(region, case when length(region) = 12 then 9 else 12 end),
      '')) stored
    constraint region_known references regions,
  address         plain_line not null default '' constraint address_length check (char_length(address) <= 200),
  contact         plain_line not null default '' constraint contact_length check (char_length(contact) <= 60),
  phone           text not null default '' constraint phone_shape check (char_length(phone) <= 80
    and phone ~ '^(\+?[0-9][0-9-]{4,23}( / \+?[0-9][0-9-]{4,23})*)?$'),
  about           plain_text not null default '' constraint about_length check (char_length(about) <= 4000),
  founded         date,
  topics          text[] not null default '{}' constraint organization_topics check (cardinality(topics) <= 20),
  standing        text not null default 'good' constraint organization_standing check (standing in ('good', 'abnormal',
      'dishonest', 'barred')),
  standing_reason plain_text not null default '' constraint standing_reason_length
      check (char_length(standing_reason) <= 500),
  barred_until    date,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  -- What searches match, folded as names are compared. A list finds an organization only for users who may read all
  -- of it.
  found_by        text not null generated always as (identity_of(name) || '|' || identity_of(filing_number) || '|' ||
    identity_of(credit_code) || '|' || identity_of(contact) || '|' || identity_of(phone)) stored,
  constraint filed_without_code check (kind not in ('filed_community_org', 'unregistered_team', 'abroad')
      or credit_code = ''),
  constraint filed_has_number check (kind <> 'filed_community_org' or filing_number <> ''),
  constraint registered_has_code check (kind in ('filed_community_org', 'unregistered_team', 'residents_committee',
      'abroad')
    or credit_code <> '' or credit_override <> ''),
  constraint host_is_another check (fiscal_host <> id),
  constraint standing_has_reason check (standing = 'good' or standing_reason <> ''),
  constraint barred_has_end check ((standing = 'barred') = (barred_until is not null)),
  constraint organization_scope check (case when kind = 'abroad' then region = '' and province = ''
    else starts_with(region, province) and province <> '' and (city = '' or starts_with(city, province)) end)
);
create unique index credit_code_once on organizations (credit_code) where credit_code <> '';
create unique index filing_number_once on organizations (compared_in(county, region::text), identity_of(filing_number))
  where filing_number <> '';

-- Near matches of a name.
create index organizations_identity on organizations (compared_in(county, region::text), identity_of(name))
    where kind <> 'abroad';
create index organizations_county on organizations (county, updated_at desc, id desc);
create index organizations_city on organizations (city, updated_at desc, id desc);

-- Reports whether an organization may have its name: always, or if no other has it (alone). A lock for each name in a
-- place lets the second of two concurrent rows see the first.
-- +goose StatementBegin
create function name_stands(o organizations, alone boolean) returns boolean language plpgsql as $$
declare
  place text := compared_in(o.county, o.region::text);
  identity text := identity_of(o.name);
begin
  perform pg_advisory_xact_lock(hashtextextended('name ' || place || ' ' || identity, 0));
  return not alone or not exists (select 1 from organizations x where x.kind <> 'abroad' and x.id <> o.id
    and compared_in(x.county, x.region::text) = place and identity_of(x.name) = identity);
end $$;
-- +goose StatementEnd

create table projects (
  id              uuid primary key,
  version         int not null default 1 constraint project_version check (version > 0),
  organization_id uuid not null references organizations,
  title           plain_line not null constraint project_title check (char_length(title) between 2 and 120
      and title = btrim(title)),
  summary         plain_text not null default '' constraint project_summary check (char_length(summary) <= 4000),
  topics          text[] not null default '{}' constraint project_topics check (cardinality(topics) <= 20),
  region          region_code not null,
  province        text not null default '',
  city            text not null default '',
  county          text not null default '',
  street          text not null default '',
  community       text not null default '',
  division        text not null generated always as (left(region,
      case when length(region) = 12 then 9 else 12 end)) stored
    constraint project_region_known references regions,
  created_at      timestamptz not null default now(),
  updated_at      timestamptz not null default now(),
  constraint project_scope check (starts_with(region, province) and province <> '')
);
create unique index project_once on projects (organization_id, identity_of(title));
create index projects_county on projects (county, updated_at desc, id desc);

-- Limits of one organization. Each server sets them on its writing connections (incubase.drafts and so on); a
-- connection that sets none, such as the owner's, has none.
create index projects_organization on projects (organization_id);

-- +goose StatementBegin
create function bound_projects() returns trigger language plpgsql as $$
declare
  most bigint := bound_of('projects');
begin
  if most is null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('projects ' || new.organization_id, 0));
  if (select count(*) from projects p where p.organization_id = new.organization_id) >= most then
    perform past_bound('projects_of_an_organization', most);
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger projects_of_an_organization before insert on projects for each row execute function bound_projects();

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

-- An agency's competences. "*" is every topic. Ended ones stay: history names them.
create table competences (
  id        uuid primary key,
  version   int not null default 1 constraint competence_version check (version > 0),
  agency_id uuid not null references agencies,
  topic     text not null constraint competence_topic check (topic ~ '^(\*|[a-z][a-z0-9_]{1,39})$'),
  region    region_code not null default '',
  action    text not null constraint competence_action check (action in ('cosign', 'comment', 'view', 'decide',
      'advise')),
  since     timestamptz not null default now(),
  until     timestamptz,
  constraint competence_time_in_order check (until >= since)
);
create unique index competence_once on competences (agency_id, topic, region, action) where until is null;

-- Finds the agencies to consult, by topic, then by region.
create index competences_topic on competences (topic, region) where until is null;

-- Days that a yearly notice exchanges, applied to the program's calendar.
create table calendars (
  id         uuid primary key,
  version    int not null default 1 constraint calendar_version check (version > 0),
  name       plain_line not null constraint calendar_name_once unique constraint calendar_name
      check (char_length(name) between 1 and 80),
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
