-- Organizations by what tells them from others: credit code, filing number in a county, name in a place. credit_code_once,
-- filing_number_once, organizations_county. $1 credit codes, $2 counties, $3 filing numbers in them, $4 places, $5 names in them
select 'credit_code' as kind, o.credit_code as key, o.id, o.name from organizations o where o.credit_code = any ($1::text[])
union all
select 'filing_number', o.county || ' ' || o.filing_number, o.id, o.name
from unnest($2::text[], $3::text[]) as f (county, number)
join organizations o on o.county = f.county and o.filing_number = f.number and o.filing_number <> ''
union all
select 'name', o.region || ' ' || o.name, o.id, o.name
from unnest($4::text[], $5::text[]) as n (place, name)
join organizations o on o.county = left(n.place, 6) and o.region = n.place and o.name = n.name and o.credit_code = '' and o.filing_number = ''
