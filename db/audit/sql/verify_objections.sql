-- Objections that differ from the events that brought and answered them, and cases that count them wrongly. Erased
-- ones must be empty. objections_pkey, event_payloads_pkey, events_pkey
with compared as (
  select o.*, c.ref, (b.body::jsonb -> 'fields') as said, (a.body::jsonb -> 'fields') as answered,
    e.actor_id as answerer
  from objections o
  join cases c on c.id = o.case_id
  join event_payloads b on b.case_id = o.case_id and b.seq = o.seq
  left join event_payloads a on a.case_id = o.case_id and a.seq = o.answer_seq
  left join events e on e.case_id = o.case_id and e.seq = o.answer_seq
)
select 'objections' as table, ref || ' ' || n as row, 'it says something else than its event' as what
from compared where said is null and (text, contact, name) is distinct from ('', '', '') or said is not null
  and ((text, contact) is distinct from (said ->> 'text', coalesce(said ->> 'contact', ''))
  or name <> coalesce(said ->> 'name', '') and not (anonymous and name = ''))
union all
select 'objections', ref || ' ' || n, 'its answer says something else than the event that answered it'
from compared where resolved_at is not null and (answered_by is distinct from answerer
  or answered is null and reason <> '' or answered is not null and (reason, upheld) is distinct from
    (answered ->> 'reason', (answered ->> 'upheld')::boolean))
union all
select 'cases', c.ref,
    format('counts %s objections, %s of them unanswered and %s that hold up the award; the table has %s, %s and %s',
  c.made, c.waiting, c.holding, o.made, o.waiting, o.holding)
from (select id, ref, coalesce((counts ->> 'objections')::int, 0) as made,
  coalesce((counts ->> 'objections_waiting')::int, 0) as waiting,
    coalesce((counts ->> 'objections_holding')::int, 0) as holding from cases where counts ? 'objections'
  union all select k.id, k.ref, 0, 0, 0 from cases k where not k.counts ? 'objections'
    and exists (select 1 from objections x where x.case_id = k.id)) c
cross join lateral (select count(*)::int as made, (count(*) filter (where resolved_at is null))::int as waiting,
    (count(*) filter (where resolved_at is null and counts))::int as holding from objections where case_id = c.id) o
where (c.made, c.waiting, c.holding) is distinct from (o.made, o.waiting, o.holding)
