-- A page of accounts of a scope by login: login_once.
-- $1 everybody, $2 own organizations, $3 oneself, $4 patterns of words, $5 key, $6 id (not used: logins are unique), $7 rows
select u.doc, u.login as key, u.id
from user_docs u
where ($1::boolean or u.organization_id = any ($2::uuid[]) or u.id = $3::uuid)
  and searchable(u.login || ' ' || u.name) like all ($4::text[])
  and u.login > $5::text and $6::text is not null
order by u.login
limit $7::int
