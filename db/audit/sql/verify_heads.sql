-- Cases that are not where their latest event left them. events_pkey
select 'cases' as table, c.ref as row, 'is not at its latest event' as what
from cases c left join lateral (select e.seq, e.to_state, e.hash from events e where e.case_id = c.id
    order by e.seq desc limit 1) e on true
where (e.seq, e.to_state, e.hash) is distinct from (c.version, c.state, c.last_hash)
