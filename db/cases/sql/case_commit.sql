-- Writes a decision, all or nothing. The guarded update of the case drives every part: if it finds no row, nothing is
-- written and no row returned; if a part finds another version than the decision's, the statement aborts. cases_pkey;
-- duties, timers and case_parties by their primary keys or case_parties_case.
-- $1 document (db/cases/document.go), $2 case, $3 version before, $4..$6 asserted versions of round, organization and
-- parent (0 asserts nothing), $7 actor, $8 key, $9 digest, $10 receipt, $11 kept for ever, $12 MAC of the case before
with moved as (
  update cases c set {{case_changes}}
  from jsonb_populate_record(null::cases, $1::jsonb -> 'case') n
  where c.id = $2::uuid and c.version = $3::int
    and ($4::int = 0 or exists (select 1 from rounds r where r.id = coalesce(c.round_id, c.id) and r.version = $4))
    and ($5::int = 0 or exists (select 1 from organizations o where o.id = c.organization_id and o.version = $5))
    and ($6::int = 0 or exists (select 1 from cases p where p.id = c.parent_id and p.version = $6 for share))
  returning c.id, c.updated_at, -- bound only if the case was as its last act left it
    exists (select 1 from events p where p.case_id = $2 and p.seq = $3 and p.row_mac = $12::bytea) as sound
), envelope as (
  update rounds r set held_fen = r.held_fen + e.held, held_awards = r.held_awards + e.held_awards,
    committed_fen = r.committed_fen + e.committed, paid_fen = r.paid_fen + e.paid,
    returned_fen = r.returned_fen + e.returned, awards = r.awards + e.awards
  from jsonb_to_record($1 -> 'envelope') e(round uuid, version int, held bigint, held_awards int, committed bigint,
    paid bigint, returned bigint, awards int)
  where exists (select 1 from moved) and r.id = e.round and (e.version = 0 or r.version = e.version)
  returning r.id
), details as (
  update rounds r set state = $1 ->> 'round_state', version = r.version + 1, updated_at = moved.updated_at
  from moved where r.id = moved.id and $1 ? 'round_state'
  returning r.id
), births as (
  insert into cases ({{case_columns}})
  select {{case_values}} from moved, jsonb_populate_recordset(null::cases, $1 -> 'births') n
), history as (
  insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash, row_mac, rows_mac)
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash,
    case when e.case_id <> moved.id or moved.sound then e.row_mac end, e.rows_mac
  from moved, jsonb_populate_recordset(null::events, $1 -> 'events') e
), said as (
  insert into event_payloads (case_id, seq, body)
  select p.case_id, p.seq, p.body from moved, jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p
), answers as (
  insert into case_answers (case_id, revision, body, at, seq, digest)
  select a.case_id, a.revision, a.body, a.at, a.seq, a.digest
  from moved, jsonb_populate_recordset(null::case_answers, $1 -> 'answers') a
), ledger as (
  insert into postings (case_id, seq, grant_id, round_id, kind, debit, credit, amount_fen, tranche, at)
  select p.case_id, p.seq, p.grant_id, p.round_id, p.kind, p.debit, p.credit, p.amount_fen, p.tranche, p.at
  from moved, jsonb_populate_recordset(null::postings, $1 -> 'postings') p
), told as (
  insert into signals (key, to_case, action, fields, at, from_case, from_seq)
  select s.key, s.to_case, s.action, s.fields, s.at, s.from_case, s.from_seq
  from moved, jsonb_populate_recordset(null::signals, $1 -> 'signals') s
), duties_wanted as materialized (
  select n.case_id, n.key, n.action, n.role, n.user_id, n.organization_id, n.agency_id, n.region, n.due_at, n.staff,
    n.ready, n.ready_from
  from moved, jsonb_populate_recordset(null::duties, $1 -> 'duties') n
), duties_over as (
  delete from duties d using moved where d.case_id = moved.id
    and not exists (select 1 from duties_wanted w where w.case_id = d.case_id and w.key = d.key)
), duties_now as (
  insert into duties as d (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at, staff,
    ready, ready_from)
  select w.case_id, w.key, w.action, w.role, w.user_id, w.organization_id, w.agency_id, w.region, w.due_at, w.staff,
    w.ready, w.ready_from
  from duties_wanted w
  on conflict (case_id, key) do update set action = excluded.action, role = excluded.role, user_id = excluded.user_id,
    organization_id = excluded.organization_id, agency_id = excluded.agency_id, region = excluded.region,
    due_at = excluded.due_at, staff = excluded.staff, ready = excluded.ready, ready_from = excluded.ready_from
  where d is distinct from excluded
), timers_wanted as materialized (
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from moved, jsonb_populate_recordset(null::timers, $1 -> 'timers') n
), timers_over as (
  delete from timers t using moved where t.case_id = moved.id
    and not exists (select 1 from timers_wanted w where w.case_id = t.case_id and w.name = t.name)
), timers_now as (
  insert into timers as t (case_id, name, since, fires_at, action, provisional)
  select w.case_id, w.name, w.since, w.fires_at, w.action, w.provisional from timers_wanted w
  on conflict (case_id, name) do update set since = excluded.since, fires_at = excluded.fires_at,
    action = excluded.action, provisional = excluded.provisional, tried_at = null, refusals = ''
  where t is distinct from excluded
), parties_over as (
  delete from case_parties p using moved where p.case_id = moved.id and $1 ? 'other_parties' and p.part <> 'helper'
    and not exists (select 1 from jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
      where n.case_id = p.case_id and n.who = p.who and n.part = p.part)
), parties_now as (
  insert into case_parties (who, part, case_id)
  select n.who, n.part, n.case_id from moved, jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
  on conflict do nothing
), words as (
  insert into case_words as w (case_id, words, region)
  select n.case_id, concat_ws(' ', n.words, (select o.name from organizations o where o.id = n.organization_id)),
    n.region
  from moved, jsonb_to_recordset($1 -> 'words') n(case_id uuid, words text, region text, organization_id uuid)
  on conflict (case_id) do update set words = excluded.words, region = excluded.region
    where (w.words, w.region) <> (excluded.words, excluded.region)
), board as (
  insert into board_deltas ({{board_columns}})
  select {{board_values}}
  from moved, jsonb_populate_recordset(null::board_deltas, $1 -> 'board') b
), counted as (
  insert into paper_numbers as c (word, year, last)
  select p.word, p.year, count(*) from moved, jsonb_to_recordset($1 -> 'papers') p(word text, year int)
  where p.word <> '' group by p.word, p.year
  on conflict (word, year) do update set last = c.last + excluded.last
  returning c.word, c.year, c.last
), issued as (
  insert into papers (id, case_id, seq, round_id, kind, word, year, serial, facts, at)
  select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, coalesce(n.last - p.serial, 0), p.facts, p.at
  from moved cross join jsonb_populate_recordset(null::papers, $1 -> 'papers') p -- p.serial papers follow it here
  left join counted n on n.word = p.word and n.year = p.year
), voided as (
  insert into paper_voids (paper_id, case_id, seq, at, row_mac)
  select distinct on (p.id) p.id, v.case_id, v.seq, v.at, v.row_mac
  from moved cross join
    jsonb_to_recordset($1 -> 'voids') v(case_id uuid, seq int, kind text, at timestamptz, row_mac bytea)
  cross join lateral (select p.id from papers p -- papers_case
    where p.case_id = v.case_id and p.kind = v.kind offset 0) p
  where not exists (select 1 from paper_voids o where o.paper_id = p.id)
), coached as (
  insert into coachings (organization_id, user_id, case_id, at, seq)
  select c.organization_id, c.user_id, c.case_id, c.at, c.seq
  from moved, jsonb_populate_recordset(null::coachings, $1 -> 'coached') c
), achieved as (
  insert into results (case_id, seq, name, organization_id, label_zh, label_en, value, shown_zh, shown_en, on_day,
    until_day)
  select r.case_id, r.seq, r.name, r.organization_id, r.label_zh, r.label_en, coalesce(r.value, 'null'), r.shown_zh,
    r.shown_en, r.on_day, r.until_day
  from moved, jsonb_populate_recordset(null::results, $1 -> 'results') r
), objected as (
  insert into objections (case_id, n, seq, code, at, name, contact, text, anonymous, counts, unconfirmed, since, due_on,
    files, row_mac)
  select b.case_id, b.n, b.seq, b.code, b.at, b.name, b.contact, b.text, b.anonymous, b.counts, b.unconfirmed, b.since,
    b.due_on, b.files, b.row_mac
  from moved, jsonb_populate_recordset(null::objections, $1 -> 'objections') b
), answered as (
  update objections o set counts = b.counts, unconfirmed = b.unconfirmed, since = b.since, due_on = b.due_on,
    resolved_at = b.resolved_at, upheld = b.upheld, reason = b.reason, answered_by = b.answered_by,
    answer_seq = b.answer_seq, row_mac = b.row_mac
  from moved, jsonb_populate_recordset(null::objections, $1 -> 'objected') b
  where o.case_id = b.case_id and o.n = b.n and o.resolved_at is null
  returning o.n
), drafts_over as (
  delete from drafts d using moved where d.case_id = moved.id and ($1 ? 'delete_draft'
    or d.actor_id = $7::uuid and d.slot = $1 #>> '{events,0,action}'
    or d.slot = 'answers' and d.number <= ($1 #>> '{answers,0,draft}')::int) -- a later save was not signed, and stays
), texts_over as (
  delete from replaced_answers r using moved where r.case_id = moved.id and $1 ? 'delete_draft'
), files_over as (
  delete from attachments a using moved where a.case_id = moved.id and a.seq is null and $1 ? 'delete_draft'
), bound as (
  update attachments a set case_id = moved.id, seq = coalesce(a.seq, $3 + 1), case_mac = f.mac
  from moved, jsonb_to_recordset($1 -> 'attach') f(id uuid, mac bytea)
  where a.id = f.id -- of this case already, or unbound: the actor's, or of a colleague in the same organization
    and (a.case_id = moved.id or a.case_id is null and (a.uploader_id = $7 or exists (
      select 1 from users u join users me on me.organization_id = u.organization_id
      where u.id = a.uploader_id and me.id = $7)))
  returning a.id
), frozen as (
  update attachments a set seq = $3 + 1 from moved
  where a.id = any (array(select jsonb_array_elements_text($1 -> 'freeze'))::uuid[]) and a.case_id = moved.id
    and a.seq is null
  returning a.id
), erased as (
  select erase_in_case($1 -> 'erase') as done from moved where $1 ? 'erase'
), keyed as (
  insert into idempotency_keys (actor_id, key, digest, receipt, forever)
  select $7, $8::text, $9::bytea, $10::text, $11::boolean from moved where $8 <> ''
)
select case
    when $1 ? 'envelope' and not exists (select 1 from envelope) then give_up('envelope')
    when $1 ? 'round_state' and not exists (select 1 from details) then give_up('round details')
    when (select count(*) from answered) <> jsonb_array_length($1 -> 'objected') then give_up('objections')
    when $1 ? 'erase' and not exists (select 1 from erased where done) then give_up('erasing')
    when (select count(*) from frozen) <> jsonb_array_length($1 -> 'freeze') then give_up('files of the draft')
    when (select count(*) from bound) <> jsonb_array_length($1 -> 'attach') then give_up('attachments')
    else true end
from moved
