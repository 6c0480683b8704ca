-- Rows marked as erased without an erasure, and erasures without an event or entry. erasures_case, erasures_record,
-- events_pkey, record_log_pkey; the marked rows are few.
select 'event_payloads' as table, 'case ' || p.case_id || ' event ' || p.seq as row,
  'erased, and no erasing says so' as what
from event_payloads p where p.erased_at is not null and not exists (select 1 from erasures x where x.case_id = p.case_id
  and x.reason = p.reason)
union all
select 'record_bodies', b.kind || ' ' || b.record_id || ' entry ' || b.seq, 'erased, and no erasing says so'
from record_bodies b where b.erased_at is not null
  and not exists (select 1 from erasures x where x.record_kind = b.kind and x.record_id = b.record_id
    and x.reason = b.reason)
union all
select 'attachments', a.id::text, 'erased, and no erasing says so'
from attachments a where a.erased_at is not null and not exists (select 1 from erasures x where x.case_id = a.case_id)
union all
select 'case_answers', 'case ' || a.case_id || ' revision ' || a.revision, 'erased, and no erasing says so'
from case_answers a where a.erased_at is not null and not exists (select 1 from erasures x where x.case_id = a.case_id
  and x.kind = 'answer')
union all
select 'objections', 'case ' || o.case_id || ' objection ' || o.n, 'erased, and no erasing says so'
from objections o where o.erased_at is not null and not exists (select 1 from erasures x where x.case_id = o.case_id)
union all
select 'erasures', x.id::text, 'no event and no entry says so'
from erasures x where not exists (select 1 from events e where e.case_id = x.case_id and e.seq = x.seq
  and e.action = 'erase' and e.actor_id = x.actor_id)
  and not exists (select 1 from record_log l where l.kind = x.record_kind and l.record_id = x.record_id
    and l.seq = x.seq and l.actor_id = x.actor_id)
union all
select 'events', 'case ' || e.case_id || ' event ' || e.seq, 'says that something was erased, and the list does not'
from events e where e.action = 'erase' and not exists (select 1 from erasures x where x.case_id = e.case_id
  and x.seq = e.seq)
