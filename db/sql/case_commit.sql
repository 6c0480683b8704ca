-- Writes decisions whole or not at all: one, or several that waited at the same time, each on a case of its own. Everything
-- is driven by the guarded update of the cases: if it finds no row, nothing is written and there is no answer; if it
-- finds some and not others, or a part finds another version than was decided on, the statement is given up as a whole.
-- Found by cases_pkey; duties, timers and case_parties by their primary keys or case_parties_case.
-- Parts between --[ and --] are sent only with decisions that have them: opening a table that is not written costs too.
-- What every transition writes comes as typed arrays, an entry a decision: to read a row out of JSON PostgreSQL looks its
-- columns, their types and their domains up anew every time, which costs more than to write it. JSON, which is long and full
-- of quotes, comes one after the other with the byte 1 between, which JSON never has. What is rare is in the document, where
-- every row names its case.
-- given is never run: it says what the parameters are.
with given as (
  select $1::jsonb as document,
    $39::uuid[] as duty_cases, $40::text[] as duty_keys, $41::text[] as duty_actions, $42::text[] as duty_roles,
    $43::uuid[] as duty_users, $44::uuid[] as duty_organizations, $45::uuid[] as duty_agencies, $46::text[] as duty_regions,
    $47::timestamptz[] as duty_due,
    $48::uuid[] as timer_cases, $49::text[] as timer_names, $50::int[] as timer_since, $51::timestamptz[] as timer_fires,
    $52::text[] as timer_actions, $53::boolean[] as timer_provisional,
    $54::smallint[] as signs, $55::text[] as provinces, $56::text[] as cities, $57::text[] as counties, $58::text[] as streets,
    $59::uuid[] as agencies, $60::uuid[] as rounds, $61::text[] as topics, $62::text[] as stages, $63::bigint[] as amounts,
    $64::date[] as due, $65::smallint[] as awards, $66::bigint[] as committed, $67::bigint[] as paid,
    $68::boolean[] as duty_sides,
    $69::bytea[] as row_macs, $70::bytea[] as rows_macs, $71::bytea[] as before_macs
)
, moved as (
  update cases c set
--[ rest
    organization_id = n.organization_id, project_id = n.project_id, round_id = n.round_id,
    track = n.track, region = n.region, province = n.province, city = n.city, county = n.county, street = n.street,
    community = n.community, agency_id = n.agency_id, lead_id = n.lead_id, title = n.title, topics = n.topics,
    requested_fen = n.requested_fen, awarded_fen = n.awarded_fen, held_fen = n.held_fen, committed_fen = n.committed_fen,
    unique_key = n.unique_key, aside = n.aside,
    paid_fen = n.paid_fen, returned_fen = n.returned_fen, tranche = n.tranche,
    answers_revision = n.answers_revision, assignments = n.assignments, cosigns = n.cosigns,
    approvals = n.approvals, tranches = n.tranches,
--]
    state = g.state, stage = g.stage, outcome = g.outcome, stored_state = g.stored_state, version = g.version,
    last_hash = g.last_hash, clocks = g.clocks, doers = g.doers, counts = g.counts, data = g.data, due_on = g.due_on,
    updated_at = g.updated_at, closed_at = g.closed_at
  from unnest($2::uuid[], $3::int[], $4::int[], $5::int[], $6::int[], $7::uuid[], $8::text[], $9::bytea[],
    string_to_array($10::text, e'\x01'), $11::boolean[], $12::text[], $13::text[], $14::text[], $15::text[], $16::int[],
    $17::bytea[], string_to_array($18::text, e'\x01')::jsonb[], string_to_array($19::text, e'\x01')::jsonb[],
    string_to_array($20::text, e'\x01')::jsonb[], string_to_array($21::text, e'\x01')::jsonb[], $22::date[], $23::timestamptz[],
    $24::timestamptz[], $25::int[], $26::text[], $27::int[], $28::text[], $29::text[], $30::text[], $31::uuid[],
    $32::timestamptz[], $33::bytea[], $34::bytea[], $35::bytea[], string_to_array($36::text, e'\x01'), $37::text[],
    string_to_array($38::text, e'\x01')::jsonb[], $69::bytea[], $70::bytea[], $71::bytea[])
    g(id, version_before, round_version, organization_version, parent_version, -- asserted; 0 asserts nothing
      actor, key, digest, receipt, forever,
      state, stage, outcome, stored_state, version, last_hash, clocks, doers, counts, data, due_on, updated_at, closed_at,
      seq, workflow, definition_version, action, from_state, to_state, by, at, payload_hash, previous_hash, hash, said, topic, body,
      row_mac, rows_mac, before_mac)
--[ rest
  join jsonb_populate_recordset(null::cases, $1 -> 'cases') n on n.id = g.id
--]
  where c.id = g.id and c.version = g.version_before
    and (g.round_version = 0 or exists (select 1 from rounds r where r.id = coalesce(c.round_id, c.id) and r.version = g.round_version))
    and (g.organization_version = 0 or exists (select 1 from organizations o where o.id = c.organization_id and o.version = g.organization_version))
    and (g.parent_version = 0 or exists (select 1 from cases p where p.id = c.parent_id and p.version = g.parent_version for share))
  returning c.id, g.actor, g.key, g.digest, g.receipt, g.forever, g.version, g.updated_at, g.seq, g.workflow, g.definition_version,
    g.action, g.from_state, g.to_state, g.by, g.at, g.payload_hash, g.previous_hash, g.hash, g.said, g.topic, g.body,
    g.row_mac, g.rows_mac, -- bound only where the case was as its last act left it
    exists (select 1 from events p where p.case_id = g.id and p.seq = g.version_before and p.row_mac = g.before_mac) as sound
)
--[ envelope
, envelope as (
  update rounds r set held_fen = r.held_fen + e.held, held_awards = r.held_awards + e.held_awards,
    committed_fen = r.committed_fen + e.committed, paid_fen = r.paid_fen + e.paid,
    returned_fen = r.returned_fen + e.returned, awards = r.awards + e.awards
  from (select e.round, sum(e.held)::bigint as held, sum(e.held_awards)::int as held_awards, sum(e.committed)::bigint as committed, sum(e.paid)::bigint as paid, sum(e.returned)::bigint as returned,
      sum(e.awards)::int as awards, max(e.version) as version
    from jsonb_to_recordset($1 -> 'envelopes') e(round uuid, version int, held bigint, held_awards int, committed bigint, paid bigint, returned bigint, awards int)
    group by e.round) e -- of one round only
  where exists (select 1 from moved) and r.id = ($1 -> 'envelopes' -> 0 ->> 'round')::uuid and r.id = e.round and (e.version = 0 or r.version = e.version)
  returning r.id
)
--]
--[ round
, details as (
  update rounds r set state = $1 ->> 'round_state', version = r.version + 1, updated_at = moved.updated_at
  from moved where r.id = moved.id
  returning r.id
)
--]
--[ births
, births as (
  insert into cases (id, ref, workflow, definition_version, state, stage, outcome, stored_state, version, last_hash,
    parent_id, organization_id, project_id, round_id, track, region, province, city, county, street, community,
    agency_id, lead_id, title, topics, currency, imported, requested_fen, awarded_fen, held_fen, committed_fen, paid_fen,
    returned_fen, tranche, answers_revision, assignments, cosigns, approvals, tranches, clocks, doers,
    counts, data, due_on, born_at, updated_at, closed_at, unique_key, aside)
  select n.id, n.ref, n.workflow, n.definition_version, n.state, n.stage, n.outcome, n.stored_state, n.version, n.last_hash,
    n.parent_id, n.organization_id, n.project_id, n.round_id, n.track, n.region, n.province, n.city, n.county, n.street,
    n.community, n.agency_id, n.lead_id, n.title, n.topics, n.currency, n.imported, n.requested_fen, n.awarded_fen,
    n.held_fen, n.committed_fen, n.paid_fen, n.returned_fen, n.tranche, n.answers_revision, n.assignments, n.cosigns, n.approvals,
    n.tranches, n.clocks, n.doers, n.counts, n.data, n.due_on, n.born_at, n.updated_at, n.closed_at, n.unique_key, n.aside
  from jsonb_populate_recordset(null::cases, $1 -> 'births') n where exists (select 1 from moved)
)
--]
, history as (
  insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash, row_mac, rows_mac)
  select id, seq, workflow, definition_version, action, from_state, to_state, by, at, payload_hash, previous_hash, hash,
    case when sound then row_mac end, rows_mac from moved
--[ events
  union all
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash,
    case when e.seq = 1 or exists (select 1 from moved m where m.id = e.case_id and m.sound) then e.row_mac end, e.rows_mac
  from jsonb_populate_recordset(null::events, $1 -> 'events') e where exists (select 1 from moved)
--]
)
, said as (
  insert into event_payloads (case_id, seq, body)
  select id, seq, said from moved
--[ events
  union all
  select p.case_id, p.seq, p.body from jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p where exists (select 1 from moved)
--]
)
--[ answers
, answers as (
  insert into case_answers (case_id, revision, body, at, seq, digest)
  select a.case_id, a.revision, a.body, a.at, a.seq, a.digest from jsonb_populate_recordset(null::case_answers, $1 -> 'answers') a
  where exists (select 1 from moved)
)
--]
--[ postings
, ledger as (
  insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, tranche, at)
  select p.case_id, p.seq, p.grant_id, p.round_id, p.kind, p.debit, p.credit, p.amount_fen, p.tranche, p.at
  from jsonb_populate_recordset(null::postings, $1 -> 'postings') p where exists (select 1 from moved)
)
--]
--[ signals
, told as (
  insert into signals (key, to_case, action, fields, at, from_case, from_seq)
  select s.key, s.to_case, s.action, s.fields, s.at, s.from_case, s.from_seq from jsonb_populate_recordset(null::signals, $1 -> 'signals') s
  where exists (select 1 from moved)
)
--]
, duties_over as (
  delete from duties d using moved where d.case_id = moved.id
    and not exists (select 1 from unnest($39, $40) k(case_id, key) where k.case_id = d.case_id and k.key = d.key)
)
--[ duties
, duties_now as (
  insert into duties as d (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at, staff)
  select k.case_id, k.key, k.action, k.role, k.user_id, k.organization_id, k.agency_id, k.region, k.due_at, k.staff
  from unnest($39, $40, $41, $42, $43, $44, $45, $46, $47, $68)
    k(case_id, key, action, role, user_id, organization_id, agency_id, region, due_at, staff)
  where exists (select 1 from moved)
  on conflict (case_id, key) do update set action = excluded.action, role = excluded.role, user_id = excluded.user_id,
    organization_id = excluded.organization_id, agency_id = excluded.agency_id, region = excluded.region, due_at = excluded.due_at,
    staff = excluded.staff
  where d is distinct from excluded
)
--]
--[ births
, duties_born as (
  insert into duties (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at, staff)
  select n.case_id, n.key, n.action, n.role, n.user_id, n.organization_id, n.agency_id, n.region, n.due_at, n.staff
  from jsonb_populate_recordset(null::duties, $1 -> 'duties') n where exists (select 1 from moved)
)
, timers_born as (
  insert into timers (case_id, name, since, fires_at, action, provisional)
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from jsonb_populate_recordset(null::timers, $1 -> 'timers') n where exists (select 1 from moved)
)
--]
--[ timers
, timers_over as (
  delete from timers t using moved where t.case_id = moved.id
    and not exists (select 1 from unnest($48, $49) k(case_id, name) where k.case_id = t.case_id and k.name = t.name)
)
, timers_now as (
  insert into timers as t (case_id, name, since, fires_at, action, provisional)
  select k.case_id, k.name, k.since, k.fires_at, k.action, k.provisional
  from unnest($48, $49, $50, $51, $52, $53) k(case_id, name, since, fires_at, action, provisional)
  where exists (select 1 from moved)
  on conflict (case_id, name) do update set since = excluded.since, fires_at = excluded.fires_at,
    action = excluded.action, provisional = excluded.provisional, tried_at = null, refusals = ''
  where t is distinct from excluded
)
--]
--[ parties
, parties_over as (
  delete from case_parties p using moved where p.case_id = moved.id and $1 -> 'parties_of' ? moved.id::text and p.part <> 'helper'
    and not exists (select 1 from jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
      where n.case_id = p.case_id and n.who = p.who and n.part = p.part)
)
--]
--[ parties
, parties_now as (
  insert into case_parties (who, part, case_id)
  select n.who, n.part, n.case_id from jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n where exists (select 1 from moved)
  on conflict do nothing
)
--]
--[ words
, words as (
  insert into case_words as w (case_id, words, region)
  select n.case_id, n.words || coalesce(' ' || (select o.name from organizations o where o.id = n.organization_id), ''), n.region
  from jsonb_to_recordset($1 -> 'words') n(case_id uuid, words text, region text, organization_id uuid)
  where exists (select 1 from moved)
  on conflict (case_id) do update set words = excluded.words, region = excluded.region
    where (w.words, w.region) <> (excluded.words, excluded.region)
)
--]
, news as (
  insert into outbox (case_id, seq, topic, body)
  select id, version, topic, body from moved
--[ news
  union all
  select o.case_id, o.seq, o.topic, o.body from jsonb_populate_recordset(null::outbox, $1 -> 'outbox') o where exists (select 1 from moved)
--]
)
--[ board
, board as (
  insert into board_deltas (sign, province, city, county, street, agency_id, round_id, topics, stage, amount, due_on, awards, committed, paid)
  select b.sign, b.province, b.city, b.county, b.street, b.agency, b.round, b.topics::text[], b.stage, b.amount, b.due, b.awards, b.committed, b.paid
  from unnest($54, $55, $56, $57, $58, $59, $60, $61, $62, $63, $64, $65, $66, $67)
    b(sign, province, city, county, street, agency, round, topics, stage, amount, due, awards, committed, paid)
  where exists (select 1 from moved)
)
--]
--[ papers
, counted as (
  insert into paper_numbers as c (word, year, last)
  select p.word, p.year, count(*) from jsonb_to_recordset($1 -> 'papers') p(word text, year int)
  where p.word <> '' and exists (select 1 from moved) group by p.word, p.year
  on conflict (word, year) do update set last = c.last + excluded.last
  returning c.word, c.year, c.last
)
, issued as (
  insert into papers (id, case_id, seq, round_id, kind, word, year, serial, facts, at)
  select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, coalesce(n.last - p.serial, 0), p.facts, p.at
  from jsonb_populate_recordset(null::papers, $1 -> 'papers') p -- its serial counts from the last of this write back
  left join counted n on n.word = p.word and n.year = p.year
  where exists (select 1 from moved)
)
--]
--[ voids
, voided as (
  insert into paper_voids (paper_id, case_id, seq, at, row_mac)
  select distinct on (p.id) p.id, v.case_id, v.seq, v.at, v.row_mac
  from jsonb_to_recordset($1 -> 'voids') v(case_id uuid, seq int, kind text, at timestamptz, row_mac bytea)
  cross join lateral (select p.id from papers p where p.case_id = v.case_id and p.kind = v.kind offset 0) p -- by papers_case
  where exists (select 1 from moved) and not exists (select 1 from paper_voids o where o.paper_id = p.id)
)
--]
--[ coached
, coached as (
  insert into coachings (organization_id, user_id, case_id, at, seq)
  select c.organization_id, c.user_id, c.case_id, c.at, c.seq from jsonb_populate_recordset(null::coachings, $1 -> 'coached') c
  where exists (select 1 from moved)
)
--]
--[ objections
, objected as (
  insert into objections as o (case_id, n, seq, code, at, name, contact, text, anonymous, counts, unconfirmed, since, due_on, files, row_mac)
  select b.case_id, b.n, b.seq, b.code, b.at, b.name, b.contact, b.text, b.anonymous, b.counts, b.unconfirmed, b.since, b.due_on, b.files, b.row_mac
  from jsonb_populate_recordset(null::objections, $1 -> 'objections') b where exists (select 1 from moved)
  returning o.n
)
--]
--[ objected
, answered as (
  update objections o set counts = b.counts, unconfirmed = b.unconfirmed, since = b.since, due_on = b.due_on,
    resolved_at = b.resolved_at, upheld = b.upheld, reason = b.reason, answered_by = b.answered_by, answer_seq = b.answer_seq, row_mac = b.row_mac
  from jsonb_populate_recordset(null::objections, $1 -> 'objected') b
  where o.case_id = b.case_id and o.n = b.n and o.resolved_at is null and exists (select 1 from moved)
  returning o.n
)
--]
--[ drafts
, drafts_over as (
  delete from drafts d using moved where d.case_id = moved.id and (d.slot = moved.action and d.actor_id = moved.actor
    or d.slot = 'answers' and exists (select 1 from jsonb_to_recordset($1 -> 'answers') a(case_id uuid, draft int)
      where a.case_id = moved.id and d.number <= a.draft)) -- a save that came meanwhile was not signed, and is not lost
)
--]
--[ attach
, bound as (
  update attachments a set case_id = moved.id, seq = coalesce(a.seq, moved.seq), case_mac = (select m.mac::bytea
    from jsonb_array_elements_text($1 -> 'attach') with ordinality i(id, n)
    join jsonb_array_elements_text($1 -> 'attach_macs') with ordinality m(mac, n) using (n) where i.id = a.id::text limit 1)
  from moved where a.id = any (array(select jsonb_array_elements_text($1 -> 'attach'))::uuid[])
    -- of this case already, or loose: one's own, or brought by a colleague of the same organization
    and (a.case_id = moved.id or a.case_id is null and (a.uploader_id = moved.actor or exists (
      select 1 from users u join users me on me.organization_id = u.organization_id where u.id = a.uploader_id and me.id = moved.actor)))
  returning a.id
)
--]
--[ erase
, erased as (
  select erase_in_case($1 -> 'erase') as done from moved
)
--]
--[ freeze
, frozen as (
  update attachments a set seq = moved.seq
  from moved where a.id = any (array(select jsonb_array_elements_text($1 -> 'freeze'))::uuid[]) and a.case_id = moved.id and a.seq is null
  returning a.id
)
--]
--[ delete_draft
, discarded_drafts as (delete from drafts d using moved where d.case_id = moved.id)
, discarded_texts as (delete from replaced_answers r using moved where r.case_id = moved.id)
, discarded_files as (delete from attachments a using moved where a.case_id = moved.id and a.seq is null)
--]
--[ key
, keyed as (
  insert into idempotency_keys (actor_id, key, digest, receipt, forever)
  select actor, key, digest, receipt, forever from moved where key <> ''
)
--]
select case
--[ envelope
    when $1 ? 'envelopes' and not exists (select 1 from envelope) then give_up('envelope')
--]
--[ round
    when not exists (select 1 from details) then give_up('round details')
--]
--[ objected
    when (select count(*) from answered) <> jsonb_array_length($1 -> 'objected') then give_up('objections')
--]
--[ erase
    when not exists (select 1 from erased where done) then give_up('erasing')
--]
--[ freeze
    when (select count(*) from frozen) <> jsonb_array_length($1 -> 'freeze') then give_up('files of the draft')
--]
--[ attach
    when (select count(*) from bound) <> jsonb_array_length($1 -> 'attach') then give_up('attachments')
--]
    when m.n < cardinality($2) then give_up('another decision of the same write')
    else true end
from (select count(*) as n from moved) m where m.n > 0
