-- A page of organizations of a scope, newest first, an order in which rows do not move between pages:
-- organizations_pkey, organizations_county, _city. Imported organizations from abroad appear only by their kind or by
-- words.
-- $1 everything, $2 own organizations, $3 regions of staff, $4 region, $5 kind, $6 patterns of identities, $7 key (not
-- used), $8 id, $9 rows
select o.doc, '' as key, o.id
from organization_docs o
where ($1::boolean or o.id = any ($2::uuid[]) or '' = any ($3::text[]) or o.province = any ($3) or o.city = any ($3)
    or o.county = any ($3) or o.street = any ($3) or o.region::text = any ($3)
    or o.kind = 'abroad' and cardinality($3::text[]) > 0)
  and ($4::text = '' or $4 in (o.province, o.city, o.county, o.street, o.region::text))
  and ($5::text = '' and (o.kind <> 'abroad' or cardinality($6::text[]) > 0) or o.kind = $5)
  and o.found_by like all ($6::text[])
  and $7::text is not null and ($8::text = '' or o.id < nullif($8, '')::uuid)
order by o.id desc
limit $9::int
