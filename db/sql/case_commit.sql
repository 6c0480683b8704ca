-- Writes a decision whole or not at all. Everything is driven by the guarded update of the case: if it finds no row,
-- nothing is written and there is no answer. A part that finds another version than was decided on gives the whole
-- statement up. Found by cases_pkey; duties, timers and case_parties by their primary keys or case_parties_case.
-- Parts between --[ and --] are sent only with a decision that has them: opening a table that is not written costs too.
-- $1 document, $2 version before, $3..$5 asserted versions (0 asserts nothing), $6 actor, $7 key, $8 digest,
-- $9 receipt, $10 kept for ever
with moved as (
  update cases c set
    state = n.state, stage = n.stage, outcome = n.outcome, stored_state = n.stored_state, version = n.version,
    last_hash = n.last_hash, organization_id = n.organization_id, project_id = n.project_id, round_id = n.round_id,
    track = n.track, region = n.region, province = n.province, city = n.city, county = n.county, street = n.street,
    community = n.community, agency_id = n.agency_id, lead_id = n.lead_id, title = n.title, topics = n.topics,
    requested_fen = n.requested_fen, awarded_fen = n.awarded_fen, committed_fen = n.committed_fen,
    paid_fen = n.paid_fen, returned_fen = n.returned_fen, tranche = n.tranche,
    answers_revision = n.answers_revision, assignments = n.assignments, cosigns = n.cosigns,
    approvals = n.approvals, objections = n.objections, tranches = n.tranches, clocks = n.clocks, doers = n.doers,
    counts = n.counts, data = n.data, due_on = n.due_on, updated_at = n.updated_at, closed_at = n.closed_at
  from jsonb_populate_record(null::cases, $1::jsonb -> 'case') n
  where c.id = n.id and c.version = $2::int
    and ($3::int = 0 or exists (select 1 from rounds r where r.id = coalesce(c.round_id, c.id) and r.version = $3))
    and ($4::int = 0 or exists (select 1 from organizations o where o.id = c.organization_id and o.version = $4))
    and ($5::int = 0 or exists (select 1 from cases p where p.id = c.parent_id and p.version = $5 for share))
  returning c.id
)
--[ envelope
, envelope as (
  update rounds r set committed_fen = r.committed_fen + e.committed, paid_fen = r.paid_fen + e.paid,
    returned_fen = r.returned_fen + e.returned, awards = r.awards + e.awards
  from moved, jsonb_to_record($1 -> 'envelope') e(round uuid, committed bigint, paid bigint, returned bigint, awards int)
  where r.id = e.round and ($3 = 0 or r.version = $3)
  returning r.id
)
--]
--[ round
, details as (
  update rounds r set state = $1 ->> 'round_state', version = r.version + 1, updated_at = ($1 -> 'case' ->> 'updated_at')::timestamptz
  from moved where r.id = moved.id
  returning r.id
)
--]
--[ births
, births as (
  insert into cases (id, ref, workflow, definition_version, state, stage, outcome, stored_state, version, last_hash,
    parent_id, organization_id, project_id, round_id, track, region, province, city, county, street, community,
    agency_id, lead_id, title, topics, currency, imported, requested_fen, awarded_fen, committed_fen, paid_fen,
    returned_fen, tranche, answers_revision, assignments, cosigns, approvals, objections, tranches, clocks, doers,
    counts, data, due_on, born_at, updated_at, closed_at)
  select n.id, n.ref, n.workflow, n.definition_version, n.state, n.stage, n.outcome, n.stored_state, n.version, n.last_hash,
    n.parent_id, n.organization_id, n.project_id, n.round_id, n.track, n.region, n.province, n.city, n.county, n.street,
    n.community, n.agency_id, n.lead_id, n.title, n.topics, n.currency, n.imported, n.requested_fen, n.awarded_fen,
    n.committed_fen, n.paid_fen, n.returned_fen, n.tranche, n.answers_revision, n.assignments, n.cosigns, n.approvals,
    n.objections, n.tranches, n.clocks, n.doers, n.counts, n.data, n.due_on, n.born_at, n.updated_at, n.closed_at
  from moved, jsonb_populate_recordset(null::cases, $1 -> 'births') n
)
--]
, history as (
  insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash)
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash
  from moved, jsonb_populate_recordset(null::events, $1 -> 'events') e
)
, said as (
  insert into event_payloads (case_id, seq, body)
  select p.case_id, p.seq, p.body from moved, jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p
)
--[ answers
, answers as (
  insert into case_answers (case_id, revision, body, at)
  select a.case_id, a.revision, a.body, a.at from moved, jsonb_populate_recordset(null::case_answers, $1 -> 'answers') a
)
--]
--[ postings
, ledger as (
  insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, tranche, at)
  select p.case_id, p.seq, p.grant_id, p.round_id, p.kind, p.debit, p.credit, p.amount_fen, p.tranche, p.at
  from moved, jsonb_populate_recordset(null::postings, $1 -> 'postings') p
)
--]
--[ signals
, told as (
  insert into signals (key, to_case, action, fields, at)
  select s.key, s.to_case, s.action, s.fields, s.at from moved, jsonb_populate_recordset(null::signals, $1 -> 'signals') s
)
--]
, duties_over as (
  delete from duties d using moved where d.case_id = moved.id
    and not exists (select 1 from jsonb_populate_recordset(null::duties, $1 -> 'duties') n where n.case_id = d.case_id and n.key = d.key)
)
, duties_now as (
  insert into duties as d (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at)
  select n.case_id, n.key, n.action, n.role, n.user_id, n.organization_id, n.agency_id, n.region, n.due_at
  from moved, jsonb_populate_recordset(null::duties, $1 -> 'duties') n
  on conflict (case_id, key) do update set action = excluded.action, role = excluded.role, user_id = excluded.user_id,
    organization_id = excluded.organization_id, agency_id = excluded.agency_id, region = excluded.region, due_at = excluded.due_at
  where d is distinct from excluded
)
--[ timers
, timers_over as (
  delete from timers t using moved where t.case_id = moved.id
    and not exists (select 1 from jsonb_populate_recordset(null::timers, $1 -> 'timers') n where n.case_id = t.case_id and n.name = t.name)
)
--]
--[ timers
, timers_now as (
  insert into timers as t (case_id, name, since, fires_at, action, provisional)
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from moved, jsonb_populate_recordset(null::timers, $1 -> 'timers') n
  on conflict (case_id, name) do update set since = excluded.since, fires_at = excluded.fires_at,
    action = excluded.action, provisional = excluded.provisional, tried_at = null, refusals = ''
  where t is distinct from excluded
)
--]
--[ parties
, parties_over as (
  delete from case_parties p using moved where p.case_id = moved.id
    and not exists (select 1 from jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
      where n.case_id = p.case_id and n.who = p.who and n.part = p.part)
)
--]
--[ parties
, parties_now as (
  insert into case_parties (who, part, case_id)
  select n.who, n.part, n.case_id from moved, jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
  on conflict do nothing
)
--]
--[ words
, words as (
  insert into case_words as w (case_id, words, region)
  select n.case_id, n.words || coalesce(' ' || (select o.name from organizations o where o.id = n.organization_id), ''), n.region
  from moved, jsonb_to_recordset($1 -> 'words') n(case_id uuid, words text, region text, organization_id uuid)
  on conflict (case_id) do update set words = excluded.words, region = excluded.region
    where (w.words, w.region) <> (excluded.words, excluded.region)
)
--]
, news as (
  insert into outbox (case_id, seq, topic, body)
  select o.case_id, o.seq, o.topic, o.body from moved, jsonb_populate_recordset(null::outbox, $1 -> 'outbox') o
)
--[ board
, board as (
  insert into board_deltas (sign, province, city, county, street, agency_id, round_id, topics, stage, amount, due_on, awards, committed, paid)
  select b.sign, b.province, b.city, b.county, b.street, b.agency_id, b.round_id, b.topics, b.stage, b.amount, b.due_on, b.awards, b.committed, b.paid
  from moved, jsonb_populate_recordset(null::board_deltas, $1 -> 'board') b
)
--]
--[ papers
, counted as (
  insert into paper_numbers as c (word, year, last)
  select p.word, p.year, count(*) from moved, jsonb_to_recordset($1 -> 'papers') p(word text, year int)
  where p.word <> '' group by p.word, p.year
  on conflict (word, year) do update set last = c.last + excluded.last
  returning c.word, c.year, c.last
)
, issued as (
  insert into papers (id, case_id, seq, round_id, kind, word, year, serial, facts, at)
  select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, coalesce(n.last - p.serial, 0), p.facts, p.at
  from moved, jsonb_populate_recordset(null::papers, $1 -> 'papers') p -- its serial counts from the last of this write back
  left join counted n on n.word = p.word and n.year = p.year
)
--]
--[ voids
, voided as (
  insert into paper_voids (paper_id, case_id, seq, at)
  select distinct on (p.id) p.id, v.case_id, v.seq, v.at
  from moved, jsonb_to_recordset($1 -> 'voids') v(case_id uuid, seq int, kind text, at timestamptz)
  join papers p on p.case_id = v.case_id and p.kind = v.kind
  where not exists (select 1 from paper_voids o where o.paper_id = p.id)
)
--]
--[ drafts
, drafts_over as (
  delete from drafts d using moved where d.case_id = moved.id and (d.slot = $1 ->> 'act' and d.actor_id = $6::uuid or d.slot = 'answers' and $1 ? 'answers')
)
--]
--[ attach
, bound as (
  update attachments a set case_id = moved.id
  from moved where a.id = any (array(select jsonb_array_elements_text($1 -> 'attach'))::uuid[])
    -- of this case already, or loose: one's own, or brought by a colleague of the same organization
    and (a.case_id = moved.id or a.case_id is null and (a.uploader_id = $6::uuid or exists (
      select 1 from users u join users me on me.organization_id = u.organization_id where u.id = a.uploader_id and me.id = $6::uuid)))
  returning a.id
)
--]
--[ key
, keyed as (
  insert into idempotency_keys (actor_id, key, digest, receipt, forever)
  select $6::uuid, $7::text, $8::bytea, $9::text, $10::boolean from moved
)
--]
select case
--[ envelope
    when not exists (select 1 from envelope) then give_up('envelope')
--]
--[ round
    when not exists (select 1 from details) then give_up('round details')
--]
--[ attach
    when (select count(*) from bound) <> jsonb_array_length($1 -> 'attach') then give_up('attachments')
--]
    when false then false
    else true end
from moved, (select $6::uuid, $7::text, $8::bytea, $9::text, $10::boolean) given
