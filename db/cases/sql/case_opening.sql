-- What opening a case needs: round, organization, project and earlier receipt, each by primary key. Always one row.
-- $1 round, $2 organization, $3 project, $4 actor, $5 key
select r.id as r_id, rc.ref as r_ref, r.version as r_version, r.state as r_state, r.name_zh as r_name_zh,
    r.name_en as r_name_en,
  r.opens_at as r_opens_at, r.closes_at as r_closes_at, r.rules as r_rules, r.form as r_form,
      r.form_number as r_form_number,
  r.total_fen as r_total_fen, r.committed_fen as r_committed_fen, r.awards as r_awards,
  r.held_fen as r_held_fen, r.held_awards as r_held_awards, r.agency_id as r_agency_id,
  r.kind as round_kind, r.region as round_region, r.tracks as round_tracks, r.definition_version as round_definition,
  o.id as o_id, o.version as o_version, o.name as o_name, o.kind as o_kind, o.credit_code as o_credit_code,
  o.fiscal_host as o_fiscal_host, o.standing as o_standing, o.barred_until as o_barred_until, o.topics as o_topics,
  o.region as o_region,
  j.id as project_id, j.organization_id as project_organization, j.title as project_title, j.topics as project_topics,
  j.region as project_region,
  coalesce((select g.full_name from regions g where g.code = coalesce(j.region, o.region, '')), '') as region_name,
  k.digest as key_digest, k.receipt as key_receipt
from (select 1) one
left join rounds r on r.id = $1::uuid
left join cases rc on rc.id = r.id
left join organizations o on o.id = $2::uuid
left join projects j on j.id = $3::uuid
left join idempotency_keys k on k.actor_id = $4::uuid and k.key = nullif($5::text, '')
