-- A page of organizations of a scope, the latest changed first: organizations_updated, organizations_county, _city.
-- Organizations from abroad, which imports bring, are there for who asks for their kind or by words.
-- $1 everything, $2 own organizations, $3 regions of staff, $4 region, $5 kind, $6 patterns of words, $7 key, $8 id, $9 rows
select o.doc, to_char(o.updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as key, o.id
from organization_docs o
where ($1::boolean or o.id = any ($2::uuid[]) or '' = any ($3::text[]) or o.province = any ($3) or o.city = any ($3)
    or o.county = any ($3) or o.street = any ($3) or o.region::text = any ($3)
    or o.kind = 'abroad' and cardinality($3::text[]) > 0)
  and ($4::text = '' or $4 in (o.province, o.city, o.county, o.street, o.region::text))
  and ($5::text = '' and (o.kind <> 'abroad' or cardinality($6::text[]) > 0) or o.kind = $5)
  and (searchable(o.name) like all ($6::text[]) or o.doc ->> 'credit_code' = upper(btrim(($6)[1], '%')))
  and ($7::text = '' or (o.updated_at, o.id) < (nullif($7, '')::timestamptz, nullif($8::text, '')::uuid))
order by o.updated_at desc, o.id desc
limit $9::int
