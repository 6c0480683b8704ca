-- Organizations by identity: credit code, filing number in a county, or name in a place, each folded.
-- credit_code_once, filing_number_once, organizations_identity. $1 kinds, $2 counties or places, $3 values
select a.n::int as n, o.id, o.name, o.region, o.kind, o.credit_code, o.filing_number
from unnest($1::text[], $2::text[], $3::text[]) with ordinality as a (kind, place, what, n)
join lateral (
  select o.* from organizations o where a.kind = 'credit_code' and o.credit_code = a.what and a.what <> ''
  union all
  select o.* from organizations o where a.kind = 'filing_number' and o.filing_number <> ''
    and compared_in(o.county, o.region::text) = a.place and identity_of(o.filing_number) = identity_of(a.what)
  union all
  select o.* from organizations o where a.kind = 'name' and o.kind <> 'abroad'
    and compared_in(o.county, o.region::text) = a.place and identity_of(o.name) = identity_of(a.what)
  limit 20
) o on true
order by a.n, o.id
