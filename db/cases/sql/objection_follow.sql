-- The outcome of an objection. objection_codes_differ. $1 code
select c.ref, c.title, o.n, o.at, o.counts, o.unconfirmed, o.due_on, o.resolved_at, o.upheld, o.reason,
  c.outcome <> '' as over
from objections o join cases c on c.id = o.case_id where o.code = $1::text
