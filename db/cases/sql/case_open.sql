-- Writes a new case with its first event, numbers it per prefix and year, and returns reference and receipt.
-- definitions_pkey, ref_counters_pkey.
-- $1 document, $2 year, $3..$4 asserted versions of round and organization, $5 actor, $6 key, $7 digest, $8 receipt,
-- $9 kept for ever
with kind as (
  select d.prefix from jsonb_populate_record(null::cases, $1::jsonb -> 'case') n
  join definitions d on d.name = n.workflow and d.version = n.definition_version
  where ($3::int = 0 or exists (select 1 from rounds r where r.id = n.round_id and r.version = $3))
    and ($4::int = 0 or exists (select 1 from organizations o where o.id = n.organization_id and o.version = $4))
), number as (
  insert into ref_counters as c (prefix, year, n)
  select prefix, $2::int, 1 from kind
  on conflict (prefix, year) do update set n = c.n + 1
  returning prefix || '-' || year || '-' || lpad(n::text, greatest(4, length(n::text)), '0') as ref
), born as (
  insert into cases ({{case_columns}})
  select {{case_values}} from number,
    jsonb_populate_record(null::cases, $1 -> 'case' || jsonb_build_object('ref', number.ref)) n
  returning id, ref, title, region, organization_id
), history as (
  insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash, row_mac, rows_mac)
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash, e.row_mac, e.rows_mac
  from born, jsonb_populate_recordset(null::events, $1 -> 'events') e
), said as (
  insert into event_payloads (case_id, seq, body)
  select p.case_id, p.seq, p.body from born, jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p
), details as (
  insert into rounds (id, version, state, name_zh, name_en, kind, region, agency_id, opens_at, closes_at, tracks, rules,
    form, form_number, total_fen, definition_version, created_at, updated_at)
  select r.id, 1, r.state, r.name_zh, r.name_en, r.kind, r.region, r.agency_id, r.opens_at, r.closes_at, r.tracks,
      r.rules,
    r.form, r.form_number, r.total_fen, r.definition_version, r.created_at, r.updated_at
  from born, jsonb_populate_recordset(null::rounds, $1 -> 'rounds') r
  returning id, created_at
), duties_now as (
  insert into duties (case_id, key, action, role, user_id, organization_id, agency_id, region, due_at, staff, ready,
    ready_from)
  select n.case_id, n.key, n.action, n.role, n.user_id, n.organization_id, n.agency_id, n.region, n.due_at, n.staff,
    n.ready, n.ready_from
  from born, jsonb_populate_recordset(null::duties, $1 -> 'duties') n
), timers_now as (
  insert into timers (case_id, name, since, fires_at, action, provisional)
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from born, jsonb_populate_recordset(null::timers, $1 -> 'timers') n
), parties_now as (
  insert into case_parties (who, part, case_id)
  select n.who, n.part, n.case_id from born, jsonb_populate_recordset(null::case_parties, $1 -> 'parties') n
), words as (
  insert into case_words (case_id, words, region)
  select b.id, concat_ws(' ', b.ref, b.title, (select o.name from organizations o where o.id = b.organization_id)),
    b.region
  from born b
), board as (
  insert into board_deltas ({{board_columns}})
  select {{board_values}}
  from born, jsonb_populate_recordset(null::board_deltas, $1 -> 'board') b
), answer as (
  select jsonb_set($8::jsonb, '{case,ref}', to_jsonb(ref))::text as receipt, ref,
    -- a round's details are a record: their log begins here
    (select log_record('round', d.id::text, 'create', $5::uuid, d.created_at,
      jsonb_build_object('record', $1 -> 'rounds' -> 0)::text, '', null, '') from details d) as logged
  from born
), keyed as (
  insert into idempotency_keys (actor_id, key, digest, receipt, forever)
  select $5::uuid, $6::text, $7::bytea, answer.receipt, $9::boolean from answer where $6 <> ''
)
select ref, receipt from answer
