-- What a guesser may know of a user: names of the organizations, agencies and places of the account and its roles.
-- users_pkey, role_grants_user, regions_pkey. $1 user
with house as (
  select u.organization_id, u.agency_id, '' as region from users u where u.id = $1::uuid
  union select g.organization_id, g.agency_id, g.region from role_grants g where g.user_id = $1::uuid
), named as (
  select o.name, o.region from organizations o where o.id in (select h.organization_id from house h)
  union select unnest(array[a.name_zh, a.name_en]), a.region from agencies a
    where a.id in (select h.agency_id from house h)
  union select '', h.region from house h
)
select coalesce(array_agg(distinct x.name) filter (where x.name <> ''), '{}') as names
from (select n.name from named n
  union select r.name from named n join regions r on n.region <> ''
    and r.code = any (array[left(n.region, 2), left(n.region, 4), left(n.region, 6),
    left(n.region, 9), left(n.region, 12)])) x
