-- Records that point at cases, and records as documents, the same for one and for lists.
-- +goose Up

alter table attachments add constraint attachment_of_a_case foreign key (case_id) references cases;
alter table role_grants add constraint role_of_a_round foreign key (round_id) references rounds;

create view organization_docs as
select o.id, o.updated_at, o.province, o.city, o.county, o.street, o.region, o.name, o.kind, jsonb_build_object(
  'id', o.id, 'version', o.version, 'name', o.name, 'kind', o.kind, 'credit_code', o.credit_code,
  'credit_override', o.credit_override, 'filing_number', o.filing_number, 'fiscal_host', coalesce(o.fiscal_host::text, ''),
  'region', o.region, 'address', o.address, 'contact', o.contact, 'phone', o.phone, 'about', o.about, 'founded', o.founded,
  'topics', o.topics, 'standing', o.standing, 'standing_reason', o.standing_reason, 'barred_until', o.barred_until,
  'created_at', o.created_at, 'updated_at', o.updated_at) as doc
from organizations o;

create view project_docs as
select p.id, p.updated_at, p.organization_id, p.province, p.city, p.county, p.street, p.region, p.title, jsonb_build_object(
  'id', p.id, 'version', p.version, 'organization', p.organization_id, 'title', p.title, 'summary', p.summary,
  'topics', p.topics, 'region', p.region, 'created_at', p.created_at, 'updated_at', p.updated_at) as doc
from projects p;

create view round_docs as
select r.id, r.updated_at, r.state, r.region, c.province, c.city, c.county, c.street, r.kind, jsonb_build_object(
  'id', r.id, 'version', r.version, 'ref', c.ref, 'state', r.state, 'name', jsonb_build_object('zh', r.name_zh, 'en', r.name_en),
  'kind', r.kind, 'region', r.region, 'agency', coalesce(r.agency_id::text, ''), 'opens_at', r.opens_at, 'closes_at', r.closes_at,
  'tracks', r.tracks, 'rules', r.rules, 'form', r.form, 'form_version', r.form_number, 'total_fen', r.total_fen,
  'committed_fen', r.committed_fen, 'paid_fen', r.paid_fen, 'workflow_version', r.definition_version,
  'created_at', r.created_at, 'updated_at', r.updated_at) as doc
from rounds r join cases c on c.id = r.id;

-- A grant's rights hold while now lies between since and until; ended ones stay for the record.
create view role_docs as
select g.id, g.user_id, g.since, g.until, jsonb_build_object(
  'id', g.id, 'version', g.version, 'user', g.user_id, 'role', g.role, 'region', g.region,
  'agency', coalesce(g.agency_id::text, ''), 'organization', coalesce(g.organization_id::text, ''),
  'round', coalesce(g.round_id::text, ''), 'since', g.since, 'until', g.until) as doc
from role_grants g;

create view user_docs as
select u.id, u.login, u.name, u.organization_id, u.agency_id, u.disabled, jsonb_build_object(
  'id', u.id, 'version', u.version, 'login', u.login, 'name', u.name, 'organization', coalesce(u.organization_id::text, ''),
  'agency', coalesce(u.agency_id::text, ''), 'disabled', u.disabled, 'created_at', u.created_at,
  'roles', coalesce((select jsonb_agg(r.doc order by r.since, r.id) from role_docs r
    where r.user_id = u.id and (r.until is null or r.until > now())), '[]')) as doc
from users u;

create view agency_docs as
select a.id, a.region, a.kind, a.name_zh, a.province, a.city, a.county, a.street, jsonb_build_object(
  'id', a.id, 'version', a.version, 'name', jsonb_build_object('zh', a.name_zh, 'en', a.name_en), 'kind', a.kind,
  'region', a.region) as doc
from agencies a;

create view competence_docs as
select c.id, c.agency_id, c.topic, c.region, c.since, c.until, jsonb_build_object(
  'id', c.id, 'version', c.version, 'agency', c.agency_id, 'topic', c.topic, 'region', c.region, 'action', c.action,
  'since', c.since, 'until', c.until) as doc
from competences c;

create view calendar_docs as
select c.id, c.through, c.created_at, jsonb_build_object(
  'id', c.id, 'version', c.version, 'name', c.name, 'source', c.source, 'through', c.through,
  'days', coalesce((select jsonb_agg(jsonb_build_object('date', d.day, 'kind', d.kind, 'name', d.name, 'source', d.source) order by d.day)
    from calendar_days d where d.calendar_id = c.id), '[]')) as doc
from calendars c;

create view region_docs as
select r.code as id, r.parent, jsonb_build_object(
  'code', r.code, 'version', r.version, 'name', r.name, 'full_name', r.full_name,
  'level', (array['province', 'city', 'county', 'street', 'community'])[r.level], 'parent', r.parent, 'pilot', r.pilot) as doc
from regions r;

insert into schema_releases values (4, '0.1.0');
