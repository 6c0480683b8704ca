-- +goose Up
-- A case in a state that keeps its stage stands aside: a suspended award, or one that ended before its close-out, is no longer funded.
alter table cases add column aside boolean not null default false;

-- The stage that a case counts under in public and on boards; workflow.Case.Counted says the same.
create function counted_stage(stage text, aside boolean) returns text language sql immutable parallel safe
  return case when aside and stage <> 'applied' then '' else stage end;

create or replace view case_facts as
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
    from cases k where k.parent_id = c.id) as children,
  c.aside
from cases c
left join rounds r on r.id = coalesce(c.round_id, c.id)
left join cases rc on rc.id = r.id
left join organizations o on o.id = c.organization_id
left join cases p on p.id = c.parent_id
left join projects j on j.id = c.project_id
left join agencies a on a.id = c.agency_id
left join regions g on g.code = case when c.community = '' then c.region else c.street end;

insert into schema_releases values (29, '0.1.0');
