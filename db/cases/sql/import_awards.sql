-- Writes a batch of past awards with their organizations, all or nothing. Each case is numbered by the year of its
-- award, and its first event starts its chain. external_id_once, ref_counters_pkey. $1 document, $2 actor, $3 time
with source as (
  insert into imports (id, kind, file, sha256, actor_id)
  select s.id, 'awards', s.file, s.sha256, $2::uuid from jsonb_populate_record(null::imports, $1::jsonb -> 'source') s
  on conflict (id) do nothing
), organization as (
  insert into organizations (version, id, name, kind, region, province, city, county, street, community, topics,
      standing, about,
    created_at, updated_at)
  select 1, n.id, n.name, n.kind, n.region, n.province, n.city, n.county, n.street, n.community, n.topics, n.standing,
      n.about,
    n.created_at, n.updated_at
  from jsonb_populate_recordset(null::organizations, $1 -> 'organizations') n
  returning id
), logged as (
  select log_record('organization', s.id, 'create', $2::uuid, $3::timestamptz, s.body, '', null, '') as done
  from organization o join jsonb_to_recordset($1 -> 'said') as s (id text, body text) on s.id = o.id::text
), entering as (
  select n.*, extract(year from n.born_at at time zone 'Asia/Shanghai')::int as year, d.prefix
  from jsonb_populate_recordset(null::cases, $1 -> 'cases') n
  join definitions d on d.name = n.workflow and d.version = n.definition_version
), counted as (
  insert into ref_counters as c (prefix, year, n)
  select e.prefix, e.year, count(*) from entering e group by e.prefix, e.year order by e.prefix, e.year
  on conflict (prefix, year) do update set n = c.n + excluded.n
  returning c.prefix, c.year, c.n
), numbered as (
  select e.id, c.n - count(*) over (partition by e.prefix, e.year) + row_number() over (partition by e.prefix, e.year
      order by e.id) as n
  from entering e join counted c on c.prefix = e.prefix and c.year = e.year
), born as (
  insert into cases (id, ref, workflow, definition_version, state, stage, outcome, stored_state, version, last_hash,
    organization_id, region, title, topics, currency, imported, requested_fen, awarded_fen, committed_fen, paid_fen,
        answers_revision,
    doers, counts, data, born_at, updated_at, closed_at)
  select e.id, e.prefix || '-' || e.year || '-' || lpad(m.n::text, greatest(4, length(m.n::text)), '0'), e.workflow,
    e.definition_version, e.state, e.stage, e.outcome, e.stored_state, e.version, e.last_hash, e.organization_id,
        e.region, e.title,
    e.topics, e.currency, true, e.requested_fen, e.awarded_fen, e.committed_fen, e.paid_fen, e.answers_revision,
        e.doers, e.counts,
    e.data, e.born_at, e.updated_at, e.closed_at
  from entering e join numbered m on m.id = e.id
  returning id, ref, title, organization_id
), history as (
  insert into events (case_id, seq, workflow, definition_version, action, from_state, to_state, actor_id, at,
    payload_hash, previous_hash, hash, row_mac, rows_mac)
  select e.case_id, e.seq, e.workflow, e.definition_version, e.action, e.from_state, e.to_state, e.actor_id, e.at,
    e.payload_hash, e.previous_hash, e.hash, e.row_mac, e.rows_mac
  from jsonb_populate_recordset(null::events, $1 -> 'events') e
), told as (
  insert into event_payloads (case_id, seq, body)
  select p.case_id, p.seq, p.body from jsonb_populate_recordset(null::event_payloads, $1 -> 'payloads') p
), answered as (
  insert into case_answers (case_id, revision, body, at, seq, digest)
  select a.case_id, a.revision, a.body, a.at, a.seq, a.digest
    from jsonb_populate_recordset(null::case_answers, $1 -> 'answers') a
), words as (
  insert into case_words (case_id, words) select b.id, concat_ws(' ', b.ref, b.title, o.name)
  from born b left join (
    select n.id, n.name from jsonb_populate_recordset(null::organizations, $1 -> 'organizations') n
    union all select o.id, o.name from organizations o where o.id in (select e.organization_id from entering e)
  ) o on o.id = b.organization_id
), kept as (
  insert into external_ids (kind, external_id, record_id, import_id, row_number, row_hash)
  select x.kind, x.external_id, x.record_id, x.import_id, x.row_number, x.row_hash
  from jsonb_populate_recordset(null::external_ids, $1 -> 'identifiers') x
)
select (select count(*) from born)::int as cases, (select count(l.done) from logged l)::int as organizations
