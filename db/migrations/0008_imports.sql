-- What comes in from files: past awards of other funders with their organizations, and where each row came from.
-- +goose Up

-- An organization from abroad has no place here and no credit code, and only an import brings one. The rules for domestic
-- ones stay as they are.
alter table organizations drop constraint organization_kind, drop constraint registered_has_code, drop constraint filed_without_code,
  drop constraint organization_scope, drop column division;
alter table organizations
  add column division text generated always as (nullif(left(region, case when length(region) = 12 then 9 else 12 end), '')) stored
    constraint region_known references regions,
  add constraint organization_kind check (kind in ('social_group', 'service_org', 'foundation', 'filed_community_org', 'union_grassroots',
    'mass_org', 'public_institution', 'enterprise', 'unregistered_team', 'residents_committee', 'abroad')),
  add constraint filed_without_code check (kind not in ('filed_community_org', 'unregistered_team', 'abroad') or credit_code = ''),
  add constraint registered_has_code check (kind in ('filed_community_org', 'unregistered_team', 'residents_committee', 'abroad')
    or credit_code <> '' or credit_override <> ''),
  add constraint organization_scope check (case when kind = 'abroad' then region = '' and province = ''
    else starts_with(region, province) and province <> '' and (city = '' or starts_with(city, province)) end);

-- A file that something was taken from.
create table imports (
  id       uuid primary key,
  kind     text not null constraint import_kind check (kind in ('awards', 'organizations', 'applications')),
  file     plain_line not null constraint import_file check (char_length(file) between 1 and 300), -- its name, without the folder
  sha256   bytea not null constraint import_hash check (length(sha256) = 32),
  actor_id uuid not null references users,
  at       timestamptz not null default now()
);

-- Which row of which file became which record. The identifier is the publisher's: a second import finds it here.
create table external_ids (
  kind        text not null constraint external_kind check (kind in ('organization', 'case')),
  external_id text not null constraint external_id_length check (char_length(external_id) between 1 and 300),
  record_id   uuid not null,
  import_id   uuid not null references imports,
  row_number  int not null constraint external_row check (row_number > 0),
  row_hash    bytea not null constraint external_row_hash check (length(row_hash) = 32),
  constraint external_id_once primary key (kind, external_id)
);
create index external_ids_record on external_ids (record_id);

-- Newer tables of divisions come by import. A release's own table is loaded only while no newer one is.
alter table region_editions add column since date not null default '2023-06-30';
create index regions_ended on regions (succeeded_by) where valid_to is not null and succeeded_by is not null;

-- Where a role reaches: its own region, and divisions that have ended and whose successor lies in it. Cases keep the codes of
-- their time.
create view role_reach as
select g.id, g.user_id, g.role, g.region, g.agency_id, g.organization_id, g.round_id, g.since, g.until from role_grants g
union all
select g.id, g.user_id, g.role, r.code, g.agency_id, g.organization_id, g.round_id, g.since, g.until
from role_grants g join regions r on starts_with(r.succeeded_by, g.region) and not starts_with(r.code, g.region)
where g.region <> '' and r.valid_to is not null and r.succeeded_by is not null;

create or replace view region_docs as
select r.code as id, r.parent, jsonb_build_object(
  'code', r.code, 'version', r.version, 'name', r.name, 'full_name', r.full_name,
  'level', (array['province', 'city', 'county', 'street', 'community'])[r.level], 'parent', r.parent, 'pilot', r.pilot,
  'ended', r.valid_to, 'successor', case when r.valid_to is null then '' else coalesce(r.succeeded_by, '') end) as doc
from regions r;

insert into schema_releases values (8, '0.1.0');
