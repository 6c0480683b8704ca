-- Views: a case's facts, for loading one and for every list; records as documents; public data.
-- +goose Up

create view case_facts as
select c.*,
  r.id as r_id, rc.ref as r_ref, r.version as r_version, r.state as r_state, r.name_zh as r_name_zh,
      r.name_en as r_name_en,
  r.opens_at as r_opens_at, r.closes_at as r_closes_at, r.rules as r_rules, r.form as r_form,
      r.form_number as r_form_number,
  r.total_fen as r_total_fen, r.committed_fen as r_committed_fen, r.awards as r_awards,
  r.held_fen as r_held_fen, r.held_awards as r_held_awards,
  case when r.id = c.id then (select count(*) from cases u where u.round_id = c.id and u.stage = 'applied'
      and u.outcome = ''
    and u.parent_id is null) else 0 end as r_undecided, r.agency_id as r_agency_id,
  o.id as o_id, o.version as o_version, o.name as o_name, o.kind as o_kind, o.credit_code as o_credit_code,
  o.fiscal_host as o_fiscal_host, o.standing as o_standing, o.barred_until as o_barred_until, o.topics as o_topics,
  o.region as o_region,
  p.ref as p_ref, p.state as p_state, p.stage as p_stage, p.outcome as p_outcome, p.version as p_version,
  p.awarded_fen as p_awarded_fen, p.paid_fen as p_paid_fen,
  coalesce(j.title, '') as project_title, coalesce(a.name_zh, '') as agency_name_zh, coalesce(a.name_en,
      '') as agency_name_en,
  coalesce(g.full_name, '') as region_name,
  (select jsonb_agg(jsonb_build_object('id', k.id, 'ref', k.ref, 'workflow', k.workflow, 'state', k.state, 'stage',
      k.stage)
      order by k.born_at, k.ref)
    from cases k where k.parent_id = c.id) as children
from cases c
left join rounds r on r.id = coalesce(c.round_id, c.id)
left join cases rc on rc.id = r.id
left join organizations o on o.id = c.organization_id
left join cases p on p.id = c.parent_id
left join projects j on j.id = c.project_id
left join agencies a on a.id = c.agency_id
left join regions g on g.code = case when c.community = '' then c.region else c.street end;

-- A notice is public by its valid paper, on the days that it names, before the decision.
create view public_notices as
select c.id, c.ref, coalesce(o.name, '') as organization, c.title, c.region,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region else c.street
      end), '') as region_name,
  coalesce(r.name_zh, '') as round_zh, coalesce(r.name_en, '') as round_en,
  coalesce((r.rules::jsonb ->> 'anonymous_objections')::boolean, false) as anonymous, c.awarded_fen as amount,
  (p.facts ->> 'from')::date as since, (p.facts ->> 'until') collate "C" as last_day
from papers p
join cases c on c.id = p.case_id
left join organizations o on o.id = c.organization_id
left join rounds r on r.id = c.round_id
where p.kind = 'notice' and c.stage = 'applied' and c.outcome = ''
  and not exists (select from paper_voids v where v.paper_id = p.id);

create or replace view paper_docs as
select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, p.serial, p.at, p.facts, v.at as voided_at,
  case when p.facts ? 'seats' then (select jsonb_agg(jsonb_build_object('party', a -> 'party', 'name',
      coalesce(a -> 'name', '""'), 'at', a -> 'at') order by n)
    from cases c, jsonb_array_elements(c.approvals) with ordinality x(a, n)
    where c.id = p.case_id and a ->> 'sha256' = c.data ->> (p.kind || '_sha256')
        and not coalesce((a -> 'void')::boolean, false)) end as signed
from papers p left join paper_voids v on v.paper_id = p.id;

create view organization_docs as
select o.id, o.updated_at, o.province, o.city, o.county, o.street, o.region, o.name, o.kind, jsonb_build_object(
  'id', o.id, 'version', o.version, 'name', o.name, 'kind', o.kind, 'credit_code', o.credit_code,
  'credit_override', o.credit_override, 'filing_number', o.filing_number, 'fiscal_host', coalesce(o.fiscal_host::text,
      ''),
  'region', o.region, 'address', o.address, 'contact', o.contact, 'phone', o.phone, 'about', o.about, 'founded',
      o.founded,
  'topics', o.topics, 'standing', o.standing, 'standing_reason', o.standing_reason, 'barred_until', o.barred_until,
  'created_at', o.created_at, 'updated_at', o.updated_at) as doc, o.found_by
from organizations o;

create view project_docs as
select p.id, p.updated_at, p.organization_id, p.province, p.city, p.county, p.street, p.region, p.title,
    jsonb_build_object(
  'id', p.id, 'version', p.version, 'organization', p.organization_id, 'title', p.title, 'summary', p.summary,
  'topics', p.topics, 'region', p.region, 'created_at', p.created_at, 'updated_at', p.updated_at) as doc
from projects p;

create view round_docs as
select r.id, r.updated_at, r.state, r.region, c.province, c.city, c.county, c.street, r.kind, jsonb_build_object(
  'id', r.id, 'version', r.version, 'ref', c.ref, 'state', r.state, 'name', jsonb_build_object('zh', r.name_zh, 'en',
      r.name_en),
  'kind', r.kind, 'region', r.region, 'agency', coalesce(r.agency_id::text, ''), 'opens_at', r.opens_at, 'closes_at',
      r.closes_at,
  'tracks', r.tracks, 'rules', r.rules, 'form', r.form, 'form_version', r.form_number, 'total_fen', r.total_fen,
  'held_fen', r.held_fen, 'committed_fen', r.committed_fen, 'paid_fen', r.paid_fen, 'workflow_version',
      r.definition_version,
  'created_at', r.created_at, 'updated_at', r.updated_at) as doc
from rounds r join cases c on c.id = r.id;

-- A grant's rights hold between since and until; ended ones stay on record.
create view role_docs as
select g.id, g.user_id, g.since, g.until, jsonb_build_object(
  'id', g.id, 'version', g.version, 'user', g.user_id, 'role', g.role, 'region', g.region,
  'agency', coalesce(g.agency_id::text, ''), 'organization', coalesce(g.organization_id::text, ''),
  'round', coalesce(g.round_id::text, ''), 'since', g.since, 'until', g.until) as doc
from role_grants g;

create view user_docs as
select u.id, u.login, u.name, u.organization_id, u.agency_id, u.disabled, jsonb_build_object(
  'id', u.id, 'version', u.version, 'login', u.login, 'name', u.name, 'organization', coalesce(u.organization_id::text,
      ''),
  'agency', coalesce(u.agency_id::text, ''), 'disabled', u.disabled, 'created_at', u.created_at, 'region',
      coalesce(o.region, ''),
  'roles', coalesce((select jsonb_agg(r.doc order by r.since, r.id) from role_docs r
    where r.user_id = u.id and (r.until is null or r.until > now())), '[]'),
  'reset', (select jsonb_build_object('id', c.id, 'started_by', c.started_by, 'started_at', c.started_at, 'approval',
      coalesce(c.approval::text, ''),
    'approved_by', coalesce(c.approved_by::text, ''), 'ends_at', c.expires_at) from account_codes c
        where c.user_id = u.id and code_holds(c))) as doc,
  o.province, o.city, o.county, o.street, o.region
from users u left join organizations o on o.id = u.organization_id;

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
  'days', coalesce((select jsonb_agg(jsonb_build_object('date', d.day, 'kind', d.kind, 'name', d.name, 'source',
      d.source) order by d.day)
    from calendar_days d where d.calendar_id = c.id), '[]')) as doc
from calendars c;

create view region_docs as
select r.code as id, r.parent, jsonb_build_object(
  'code', r.code, 'version', r.version, 'name', r.name, 'full_name', r.full_name,
  'level', (array['province', 'city', 'county', 'street', 'community'])[r.level], 'parent', r.parent, 'pilot', r.pilot,
  'ended', r.valid_to, 'successor', case when r.valid_to is null then '' else coalesce(r.succeeded_by, '') end) as doc
from regions r;

insert into schema_releases values (110, '0.1.0');
