-- A page of objections with their MACs. objections_pkey. $1 last of the previous page ("CASE N"), $2 rows
select o.case_id || ' ' || o.n as key, 'objections' as table, to_jsonb(o) as row, o.row_mac
from objections o where (o.case_id, o.n) > (split_part($1, ' ', 1)::uuid, split_part($1, ' ', 2)::int)
order by o.case_id, o.n limit $2::int
