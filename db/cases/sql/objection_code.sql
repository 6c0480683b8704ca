-- The number and code of the objection that an event brought. objections_pkey. $1 the case, $2 the event
select o.n, o.code from objections o where o.case_id = $1::uuid and o.seq = $2::int
