-- Whether what a list's filters name exists: organizations_pkey, projects_pkey, agencies_pkey, regions_pkey. Unset
-- filters count as existing. $1 organization, $2 project, $3 agency, $4 division, for a community its street
select ($1::uuid is null or exists (select from organizations o where o.id = $1)) as organization,
  ($2::uuid is null or exists (select from projects p where p.id = $2)) as project,
  ($3::uuid is null or exists (select from agencies a where a.id = $3)) as agency,
  ($4::text = '' or exists (select from regions r where r.code = $4)) as region
