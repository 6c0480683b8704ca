-- A page of projects of a scope, newest first, an order in which rows do not move between pages: projects_pkey,
-- projects_county, or project_once. $1 everything, $2 own organizations, $3 regions of staff, $4 region, $5
-- organization, $6 patterns of words, $7 of one organization, $8 key (not used), $9 id, $10 rows
select p.doc, '' as key, p.id
from project_docs p
where ($1::boolean or p.organization_id = any ($2::uuid[]) or '' = any ($3::text[]) or p.province = any ($3)
    or p.city = any ($3)
    or p.county = any ($3) or p.street = any ($3) or p.region::text = any ($3))
  and ($4::text = '' or $4 in (p.province, p.city, p.county, p.street, p.region::text))
  and (not $7::boolean or p.organization_id = $5::uuid)
  and searchable(p.title) like all ($6::text[])
  and $8::text is not null and ($9::text = '' or p.id < nullif($9, '')::uuid)
order by p.id desc
limit $10::int
