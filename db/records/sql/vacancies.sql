-- Staff duties in a decider's places that no one may do: a holder of the role there wrote the case for its applicant,
-- and no one else holds it. Starts from those writers, who are few: role_grants_user, role_grants_organization,
-- case_parties_pkey, cases_parent, duties_pkey. $1 decider, $2 rows
with mine as materialized (
  select distinct g.region, g.round_id, g.agency_id from role_reach g
  where g.user_id = $1::uuid and g.role = 'decider' and g.since <= now() and (g.until is null or g.until > now())
), barred as materialized (
  select distinct h.case_id, g.role from role_grants g join case_parties h on h.who = g.user_id and h.part = 'helper'
  where g.organization_id is null and g.power = 'business' and (g.until is null or g.until > now())
    and exists (select from mine m where starts_with(g.region, m.region) or starts_with(m.region, g.region))
), touched as (
  select c.id, b.role from barred b join cases c on c.id = b.case_id
  union
  select c.id, b.role from barred b join cases c on c.parent_id = b.case_id
)
select c.id, c.ref, c.title, c.workflow, c.definition_version, d.action, d.role
from touched t join duties d on d.case_id = t.id and d.role = t.role and d.staff
  and d.user_id is null and d.organization_id is null and d.agency_id is null
join cases c on c.id = t.id
where exists (select from mine m where starts_with(d.region, m.region)
  and (m.round_id is null or m.round_id = c.round_id)
    and (m.agency_id is null or m.agency_id = c.agency_id))
  and not exists ( -- someone who may, as any party of the act
    select from duties e join role_reach o on o.role = e.role and starts_with(e.region, o.region)
      join users u on u.id = o.user_id
    where e.case_id = d.case_id and e.action = d.action and e.user_id is null and e.organization_id is null
      and e.agency_id is null
      and not u.disabled and o.since <= now() and (o.until is null or o.until > now())
      and (o.round_id is null or o.round_id = c.round_id) and (o.agency_id is null or o.agency_id = c.agency_id)
      and u.organization_id is distinct from c.organization_id
      and not exists (select from role_grants own where own.user_id = u.id and own.organization_id = c.organization_id
        and (own.until is null or own.until > now()))
      and not exists (select from case_parties h where h.who = u.id and h.part = 'helper'
        and h.case_id in (c.id, c.parent_id)))
order by c.ref, d.action limit $2::int
