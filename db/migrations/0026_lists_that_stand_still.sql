-- Lists in an order that does not move under the reader: by id, which is by birth. The places that most lists are of have the
-- cases in that order; updated_at, which moves, stays for screens.
-- +goose Up
create index cases_county_id on cases (county, id desc);
create index cases_city_id on cases (city, id desc);
drop index organizations_updated;
drop index projects_updated;

-- What an organization is found by: name, filing number, credit code, contact and telephone, folded as they are compared. Lists
-- show an organization to those alone who may read all of these.
alter table organizations add column found_by text not null generated always as (identity_of(name) || '|' || identity_of(filing_number)
  || '|' || identity_of(credit_code) || '|' || identity_of(contact) || '|' || identity_of(phone)) stored;
create or replace view organization_docs as
select o.id, o.updated_at, o.province, o.city, o.county, o.street, o.region, o.name, o.kind, jsonb_build_object(
  'id', o.id, 'version', o.version, 'name', o.name, 'kind', o.kind, 'credit_code', o.credit_code,
  'credit_override', o.credit_override, 'filing_number', o.filing_number, 'fiscal_host', coalesce(o.fiscal_host::text, ''),
  'region', o.region, 'address', o.address, 'contact', o.contact, 'phone', o.phone, 'about', o.about, 'founded', o.founded,
  'topics', o.topics, 'standing', o.standing, 'standing_reason', o.standing_reason, 'barred_until', o.barred_until,
  'created_at', o.created_at, 'updated_at', o.updated_at) as doc, o.found_by
from organizations o;
insert into schema_releases values (26, '0.1.0');
