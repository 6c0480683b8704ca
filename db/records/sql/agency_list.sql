-- A page of agencies by region and name: agency_once. Those of a region and of the places above it. $1 region, $2
-- kind, $3 patterns of words, $4 key, $5 id, $6 rows
select a.doc, a.region::text || ' ' || a.name_zh as key, a.id
from agency_docs a
where ($1::text = '' or starts_with(a.region, $1) or starts_with($1, a.region))
  and ($2::text = '' or a.kind = $2)
  and ($5::text = '' or (a.region::text || ' ' || a.name_zh, a.id) > ($4::text, nullif($5, '')::uuid))
  and searchable(a.name_zh || ' ' || coalesce(a.doc -> 'name' ->> 'en', '')) like all ($3::text[])
order by a.region::text || ' ' || a.name_zh, a.id
limit $6::int
