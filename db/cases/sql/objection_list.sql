-- Objections to a case by number. objections_pkey. $1 case, $2 after this number, $3 rows
select {{objection}} as document
from objections o where o.case_id = $1::uuid and o.n > $2::int order by o.n limit $3::int
