-- No notice without money: a proposal holds its sum of the envelope until it is decided. One live application of a project in a
-- round. The applications of a round that wait for a decision, which keep it from ending.
-- +goose Up
alter table rounds add column held_fen fen not null default 0, add column held_awards ordinal not null default 0,
  drop constraint envelope_covers_commitments,
  add constraint envelope_covers_commitments check (held_fen + committed_fen <= total_fen),
  drop constraint awards_within_maximum,
  add constraint awards_within_maximum check (coalesce((rules ->> 'max_awards')::int, 0) = 0 or awards + held_awards <= (rules ->> 'max_awards')::int);

alter table cases add column held_fen fen not null default 0,
  add column unique_key text constraint unique_key_length check (octet_length(unique_key) between 1 and 200),
  add constraint held_or_committed check (held_fen = 0 or committed_fen = 0);
create unique index one_live_application on cases (unique_key) where unique_key is not null;
create index cases_undecided on cases (round_id) where stage = 'applied' and outcome = '' and parent_id is null;

alter table postings drop constraint posting_between_its_accounts,
  add constraint posting_between_its_accounts check (case kind
    when 'hold' then debit = 'envelope:' || round_id and credit = 'held:' || grant_id and tranche = 0
    when 'unhold' then debit = 'held:' || grant_id and credit = 'envelope:' || round_id and tranche = 0
    when 'commit' then debit = 'envelope:' || round_id and credit = 'commitment:' || grant_id and tranche = 0
    when 'release' then debit = 'commitment:' || grant_id and credit = 'envelope:' || round_id and tranche = 0
    when 'pay' then debit = 'commitment:' || grant_id and credit = 'paid:' || grant_id and tranche > 0
    when 'return' then debit = 'paid:' || grant_id and credit = 'returned:' || round_id and tranche = 0
    else false end);

drop view case_facts;
create view case_facts as
select c.id, c.ref, c.workflow, c.definition_version, c.state, c.stage, c.outcome, c.stored_state, c.version, c.last_hash,
  c.place, c.parent_id, c.organization_id, c.project_id, c.round_id, c.track, c.region, c.province, c.city, c.county,
  c.street, c.community, c.agency_id, c.lead_id, c.title, c.topics, c.currency, c.imported, c.requested_fen, c.awarded_fen,
  c.held_fen, c.committed_fen, c.paid_fen, c.returned_fen, c.tranche, c.answers_revision, c.assignments, c.cosigns, c.approvals,
  c.tranches, c.clocks, c.doers, c.counts, c.data, c.due_on, c.born_at, c.updated_at, c.closed_at, c.unique_key,
  r.id as r_id, rc.ref as r_ref, r.version as r_version, r.state as r_state, r.name_zh as r_name_zh, r.name_en as r_name_en,
  r.opens_at as r_opens_at, r.closes_at as r_closes_at, r.rules as r_rules, r.form as r_form, r.form_number as r_form_number,
  r.total_fen as r_total_fen, r.committed_fen as r_committed_fen, r.awards as r_awards,
  r.held_fen as r_held_fen, r.held_awards as r_held_awards,
  case when r.id = c.id then (select count(*) from cases u where u.round_id = c.id and u.stage = 'applied' and u.outcome = ''
    and u.parent_id is null) else 0 end as r_undecided, r.agency_id as r_agency_id,
  o.id as o_id, o.version as o_version, o.name as o_name, o.kind as o_kind, o.credit_code as o_credit_code,
  o.fiscal_host as o_fiscal_host, o.standing as o_standing, o.barred_until as o_barred_until, o.topics as o_topics,
  o.region as o_region,
  p.ref as p_ref, p.state as p_state, p.stage as p_stage, p.outcome as p_outcome, p.version as p_version,
  p.awarded_fen as p_awarded_fen, p.paid_fen as p_paid_fen,
  coalesce(j.title, '') as project_title, coalesce(a.name_zh, '') as agency_name_zh, coalesce(a.name_en, '') as agency_name_en,
  coalesce(g.full_name, '') as region_name,
  (select jsonb_agg(jsonb_build_object('id', k.id, 'ref', k.ref, 'workflow', k.workflow, 'state', k.state, 'stage', k.stage)
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

create or replace view round_docs as
select r.id, r.updated_at, r.state, r.region, c.province, c.city, c.county, c.street, r.kind, jsonb_build_object(
  'id', r.id, 'version', r.version, 'ref', c.ref, 'state', r.state, 'name', jsonb_build_object('zh', r.name_zh, 'en', r.name_en),
  'kind', r.kind, 'region', r.region, 'agency', coalesce(r.agency_id::text, ''), 'opens_at', r.opens_at, 'closes_at', r.closes_at,
  'tracks', r.tracks, 'rules', r.rules, 'form', r.form, 'form_version', r.form_number, 'total_fen', r.total_fen,
  'held_fen', r.held_fen, 'committed_fen', r.committed_fen, 'paid_fen', r.paid_fen, 'workflow_version', r.definition_version,
  'created_at', r.created_at, 'updated_at', r.updated_at) as doc
from rounds r join cases c on c.id = r.id;

insert into schema_releases values (22, '0.1.0');
