-- A page of all events in order, each with the rows that name it. events_pkey, event_payloads_pkey,
-- case_answers_pkey, postings_event, papers_case, signals_event, coachings_event, results_pkey, objections_pkey. The
-- page is found first and the rest looked up per row: a plain join would walk all earlier payloads for every page. $1
-- after case, $2 after seq, $3 rows
select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id,
    '' as actor_name,
  e.at, e.payload_hash, e.previous_hash, e.hash, p.body, p.erased_at is not null as erased, e.rows_mac,
  jsonb_build_object(
    'case_answers', (select jsonb_agg(to_jsonb(a)) from case_answers a where a.case_id = e.case_id and a.seq = e.seq),
    'postings', (select jsonb_agg(to_jsonb(l)) from postings l where l.case_id = e.case_id and l.seq = e.seq),
    'papers', (select jsonb_agg(to_jsonb(d)) from papers d where d.case_id = e.case_id and d.seq = e.seq),
    'signals', (select jsonb_agg(to_jsonb(s)) from signals s where s.from_case = e.case_id and s.from_seq = e.seq),
    'coachings', (select jsonb_agg(to_jsonb(h)) from coachings h where h.case_id = e.case_id and h.seq = e.seq),
    'results', (select jsonb_agg(to_jsonb(r)) from results r where r.case_id = e.case_id and r.seq = e.seq),
    'objections', (select jsonb_agg(jsonb_build_object('brought', o.n, 'by', o.code, 'on', o.at,
      'unnamed', o.anonymous, 'with', o.files)) from objections o where o.case_id = e.case_id
        and o.seq = e.seq)) as wrote
from (select case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at, payload_hash,
  previous_hash, hash,
    rows_mac
  from events where (case_id, seq) > ($1::uuid, $2::int) order by case_id, seq limit $3::int) e
left join lateral (select p.body, p.erased_at from event_payloads p where p.case_id = e.case_id
    and p.seq = e.seq offset 0) p on true
order by e.case_id, e.seq
