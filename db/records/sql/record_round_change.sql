-- Changes a round's details at the version and in the state of the decision. A later closing also moves the case's
-- clock, due date and timer: there is one deadline, shown everywhere. (Boards do not count rounds.) rounds_pkey,
-- cases_pkey, timers_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update rounds t set version = t.version + 1, name_zh = n.name_zh, name_en = n.name_en, agency_id = n.agency_id,
    opens_at = n.opens_at, closes_at = n.closes_at, tracks = n.tracks, rules = n.rules, form = n.form,
    form_number = n.form_number, total_fen = n.total_fen, updated_at = n.updated_at
  from jsonb_populate_record(null::rounds, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and t.state = n.state
  returning t.id, t.name_zh, t.agency_id, t.closes_at
), later as (
  select jsonb_agg(x.k order by x.n) as clocks,
    min((x.k ->> 'due_on')::date) filter (where not coalesce((x.k -> 'paused')::boolean, false)) as due_on
  from row join cases c on c.id = row.id
  cross join lateral (select n, case when k ->> 'action' = 'close' then k || jsonb_build_object('at', row.closes_at,
      'due_on', to_char(row.closes_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')) else k end as k
    from jsonb_array_elements(c.clocks) with ordinality e (k, n)) x
  where $2 = 'extend'
), shown as (
  update cases c set title = row.name_zh, agency_id = row.agency_id, clocks = coalesce(later.clocks, c.clocks),
    due_on = case when later.clocks is null then c.due_on else later.due_on end
  from row, later
  where c.id = row.id and ($2 = 'extend' or (c.title, c.agency_id) is distinct from (row.name_zh, row.agency_id))
), words as (
  update case_words w set words = c.ref || ' ' || row.name_zh from row join cases c on c.id = row.id
  where w.case_id = row.id and w.words <> c.ref || ' ' || row.name_zh
), moved as (
  update timers t set fires_at = row.closes_at, tried_at = null, refusals = '' from row
  where t.case_id = row.id and t.action = 'close' and $2 = 'extend'
)
select log_record('round', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
