-- A page of cases, each with its last MAC and dependent rows. cases_pkey, events_pkey, timers_pkey,
-- case_parties_case, rounds_pkey. $1 after, $2 rows
select c.id, c.ref, to_jsonb(c) as row, e.row_mac, c.due_on, c.region, c.province, c.city, c.county, c.street,
  c.community,
  r.id as round, r.state as round_state, r.name_zh as round_name, r.agency_id as round_agency, r.closes_at,
  coalesce((r.rules ->> 'allow_provisional')::boolean, false) as allow_provisional,
  (select jsonb_agg(jsonb_build_object('name', t.name, 'since', t.since, 'fires_at', t.fires_at, 'action', t.action,
      'provisional', t.provisional) order by t.name) from timers t where t.case_id = c.id) as timers,
  (select jsonb_agg(jsonb_build_object('who', p.who, 'part', p.part) order by p.part, p.who)
    from case_parties p where p.case_id = c.id) as parties
from (select id from cases where id > $1::uuid order by id limit $2::int) page join cases c on c.id = page.id
left join events e on e.case_id = c.id and e.seq = c.version
left join rounds r on r.id = coalesce(c.round_id, c.id)
order by c.id
