-- Whether there is what the filters of a list name: organizations_pkey, projects_pkey, agencies_pkey, regions_pkey.
-- What is not named is there. $1 organization, $2 project, $3 agency, $4 division, of a community that of its street
select ($1::uuid is null or exists (select from organizations o where o.id = $1)) as organization,
  ($2::uuid is null or exists (select from projects p where p.id = $2)) as project,
  ($3::uuid is null or exists (select from agencies a where a.id = $3)) as agency,
  ($4::text = '' or exists (select from regions r where r.code = $4)) as region
