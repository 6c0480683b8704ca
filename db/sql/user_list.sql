-- A page of accounts of a scope by login: login_once.
-- $1 everybody, $2 own organizations, $3 oneself, $4 words, $5 key, $6 id (not used: logins are unique), $7 rows
select u.doc, u.login as key, u.id
from user_docs u
where ($1::boolean or u.organization_id = any ($2::uuid[]) or u.id = $3::uuid)
  and ($4::text = '' or position($4 in lower(u.login || ' ' || u.name)) > 0)
  and u.login > $5::text and $6::text is not null
order by u.login
limit $7::int
