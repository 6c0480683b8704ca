-- Writes a decision whole or not at all. Everything is driven by the guarded update of the case: if it finds no row,
-- nothing is written and there is no answer. A part that finds another version than was decided on gives the whole
-- statement up. Found by cases_pkey; duties, timers and case_parties by their primary keys or case_parties_case.
-- Parts between --[ and --] are sent only with a decision that has them: opening a table that is not written costs too.
-- What every transition writes comes as parameters of its own: to read a row out of JSON PostgreSQL looks its columns,
-- their types and their domains up anew every time, which costs more than to write it. What is rare is in the document.
-- given is never run: it says what the parameters are. Arrays are columns of rows.
with given as (
  select $1::jsonb as document, $2::int as version_before, $3::int as round_version, $4::int as organization_version,
    $5::int as parent_version, -- asserted; 0 asserts nothing
    $6::uuid as actor, $7::text as key, $8::bytea as digest, $9::text as receipt, $10::boolean as forever,
    $11::uuid as id, $12::text as state, $13::text as stage, $14::text as outcome, $15::text as stored_state, $16::int as version,
    $17::bytea as last_hash, $18::jsonb as clocks, $19::jsonb as doers, $20::jsonb as counts, $21::jsonb as data,
    $22::date as due_on, $23::timestamptz as updated_at, $24::timestamptz as closed_at,
    $25::int as seq, $26::text as workflow, $27::int as definition_version, $28::text as action, $29::text as from_state,
    $30::text as to_state, $31::uuid as by, $32::timestamptz as at, $33::bytea as payload_hash, $34::bytea as previous_hash,
    $35::bytea as hash, $36::text as said, $37::text as topic, $38::jsonb as body,
    $39::text[] as duty_keys, $40::text[] as duty_actions, $41::text[] as duty_roles, $42::uuid[] as duty_users,
    $43::uuid[] as duty_organizations, $44::uuid[] as duty_agencies, $45::timestamptz[] as duty_due, $46::text as region,
    $47::text[] as timer_names, $48::int[] as timer_since, $49::timestamptz[] as timer_fires, $50::text[] as timer_actions,
    $51::boolean[] as timer_provisional,
    $52::smallint[] as signs, $53::text[] as provinces, $54::text[] as cities, $55::text[] as counties, $56::text[] as streets,
    $57::uuid[] as agencies, $58::uuid[] as rounds, $59::text[] as topics, $60::text[] as stages, $61::bigint[] as amounts,
    $62::date[] as due, $63::smallint[] as awards, $64::bigint[] as committed, $65::bigint[] as paid
)
, moved as (
  update cases c set
--[ rest
    organization_id = n.organization_id, project_id = n.project_id, round_id = n.round_id,
    track = n.track, region = n.region, province = n.province, city = n.city, county = n.county, street = n.street,
    community = n.community, agency_id = n.agency_id, lead_id = n.lead_id, title = n.title, topics = n.topics,
    requested_fen = n.requested_fen, awarded_fen = n.awarded_fen, committed_fen = n.committed_fen,
    paid_fen = n.paid_fen, returned_fen = n.returned_fen, tranche = n.tranche,
    answers_revision = n.answers_revision, assignments = n.assignments, cosigns = n.cosigns,
    approvals = n.approvals, objections = n.objections, tranches = n.tranches,
--]
    state = $12, stage = $13, outcome = $14, stored_state = $15, version = $16, last_hash = $17, clocks = $18, doers = $19,
    counts = $20, data = $21, due_on = $22, updated_at = $23, closed_at = $24
--[ rest
  from jsonb_populate_record(null::cases, $1 -> 'case') n
--]
  where c.id = $11 and c.version = $2
    and ($3 = 0 or exists (select 1 from rounds r where r.id = coalesce(c.round_id, c.id) and r.version = $3))
    and ($4 = 0 or exists (select 1 from organizations o where o.id = c.organization_id and o.version = $4))
    and ($5 = 0 or exists (select 1 from cases p where p.id = c.parent_id and p.version = $5 for share))
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
  update rounds r set state = $1 ->> 'round_state', version = r.version + 1, updated_at = $23
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
  select id, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35 from moved
--[ events
  union all
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash
  from moved, jsonb_populate_recordset(null::events, $1 -> 'events') e
--]
)
, said as (
  insert into event_payloads (case_id, seq, body)
  select id, $25, $36 from moved
--[ events
  union all
  select p.case_id, p.seq, p.body from moved, jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p
--]
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
  delete from duties d using moved where d.case_id = moved.id and d.key <> all ($39)
)
--[ duties
, duties_now as (
  insert into duties as d (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at)
  select id, unnest($39), unnest($40), unnest($41), unnest($42), unnest($43), unnest($44), $46, unnest($45) from moved
  on conflict (case_id, key) do update set action = excluded.action, role = excluded.role, user_id = excluded.user_id,
    organization_id = excluded.organization_id, agency_id = excluded.agency_id, region = excluded.region, due_at = excluded.due_at
  where d is distinct from excluded
)
--]
--[ births
, duties_born as (
  insert into duties (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at)
  select n.case_id, n.key, n.action, n.role, n.user_id, n.organization_id, n.agency_id, n.region, n.due_at
  from moved, jsonb_populate_recordset(null::duties, $1 -> 'duties') n
)
, timers_born as (
  insert into timers (case_id, name, since, fires_at, action, provisional)
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from moved, jsonb_populate_recordset(null::timers, $1 -> 'timers') n
)
--]
--[ timers
, timers_over as (
  delete from timers t using moved where t.case_id = moved.id and t.name <> all ($47)
)
, timers_now as (
  insert into timers as t (case_id, name, since, fires_at, action, provisional)
  select id, unnest($47), unnest($48), unnest($49), unnest($50), unnest($51) from moved
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
  select id, $16, $37, $38 from moved
--[ news
  union all
  select o.case_id, o.seq, o.topic, o.body from moved, jsonb_populate_recordset(null::outbox, $1 -> 'outbox') o
--]
)
--[ board
, board as (
  insert into board_deltas (sign, province, city, county, street, agency_id, round_id, topics, stage, amount, due_on, awards, committed, paid)
  select b.sign, b.province, b.city, b.county, b.street, b.agency, b.round, b.topics::text[], b.stage, b.amount, b.due, b.awards, b.committed, b.paid
  from (select unnest($52) as sign, unnest($53) as province, unnest($54) as city, unnest($55) as county, unnest($56) as street,
    unnest($57) as agency, unnest($58) as round, unnest($59) as topics, unnest($60) as stage, unnest($61) as amount,
    unnest($62) as due, unnest($63) as awards, unnest($64) as committed, unnest($65) as paid from moved) b
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
  delete from drafts d using moved where d.case_id = moved.id and (d.slot = $1 ->> 'act' and d.actor_id = $6 or d.slot = 'answers' and $1 ? 'answers')
)
--]
--[ attach
, bound as (
  update attachments a set case_id = moved.id
  from moved where a.id = any (array(select jsonb_array_elements_text($1 -> 'attach'))::uuid[])
    -- of this case already, or loose: one's own, or brought by a colleague of the same organization
    and (a.case_id = moved.id or a.case_id is null and (a.uploader_id = $6 or exists (
      select 1 from users u join users me on me.organization_id = u.organization_id where u.id = a.uploader_id and me.id = $6)))
  returning a.id
)
--]
--[ key
, keyed as (
  insert into idempotency_keys (actor_id, key, digest, receipt, forever)
  select $6, $7, $8, $9, $10 from moved
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
from moved
