-- A page of rounds, newest first, an order in which rows do not move between pages; there are few. Those in
-- preparation only for staff in scope.
-- $1 everything, $2 regions of staff, $3 region, $4 kind, $5 state, $6 patterns of words, $7 key (not used),
-- $8 id, $9 rows
select r.doc, '' as key, r.id
from round_docs r
where ($1::boolean or r.state <> 'preparing' or '' = any ($2::text[]) or r.province = any ($2) or r.city = any ($2)
    or r.county = any ($2) or r.street = any ($2) or r.region = any ($2))
  and ($3::text = '' or $3 in (r.province, r.city, r.county, r.street, r.region))
  and ($4::text = '' or r.kind = $4)
  and ($5::text = '' or r.state = $5)
  and searchable(concat_ws(' ', r.doc ->> 'ref', r.doc -> 'name' ->> 'zh',
      r.doc -> 'name' ->> 'en')) like all ($6::text[])
  and $7::text is not null and ($8::text = '' or r.id < nullif($8, '')::uuid)
order by r.id desc
limit $9::int
