-- A page of accounts of a scope by login: login_once. $1 everyone, $2 own organizations, $3 the user, $4 patterns of
-- words, $5 places of officers, $6 key, $7 id (not used: logins are unique), $8 rows
select u.doc, u.login as key, u.id
from user_docs u
where ($1::boolean or u.organization_id = any ($2::uuid[]) or u.id = $3::uuid
    or u.organization_id is not null and ('' = any ($5::text[]) or u.province = any ($5) or u.city = any ($5)
      or u.county = any ($5) or u.street = any ($5) or u.region::text = any ($5)))
  and searchable(u.login || ' ' || u.name) like all ($4::text[])
  and u.login > $6::text and $7::text is not null
order by u.login
limit $8::int
