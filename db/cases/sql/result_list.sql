-- The results of an organization, newest first: the latest of each case and name; one without words is withdrawn.
-- results_organization, cases_pkey. $1 organization
select {{result}} as document
from (select distinct on (r.case_id, r.name) r.* from results r where r.organization_id = $1::uuid
  order by r.case_id, r.name, r.seq desc) x join cases k on k.id = x.case_id
where x.shown_zh <> ''
order by x.on_day desc, k.ref, x.name
