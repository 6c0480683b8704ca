-- Writes a case's newly measured clocks with timers, duty times and board deltas, unless the case has moved: that
-- measured them. cases_pkey. $1 document, $2 version
with moved as (
  update cases c set clocks = n.clocks, due_on = n.due_on
  from jsonb_populate_record(null::cases, $1::jsonb -> 'case') n
  where c.id = n.id and c.version = $2::int
  returning c.id
), timers_now as (
  insert into timers as t (case_id, name, since, fires_at, action, provisional)
  select n.case_id, n.name, n.since, n.fires_at, n.action, n.provisional
  from moved, jsonb_populate_recordset(null::timers, $1 -> 'timers') n
  on conflict (case_id, name) do update set since = excluded.since, fires_at = excluded.fires_at,
    action = excluded.action, provisional = excluded.provisional, tried_at = null, refusals = ''
), duties_now as (
  update duties d set due_at = n.due_at, ready = n.ready, ready_from = n.ready_from
  from moved, jsonb_populate_recordset(null::duties, $1 -> 'duties') n
  where d.case_id = n.case_id and d.key = n.key
), board as (
  insert into board_deltas ({{board_columns}})
  select {{board_values}}
  from moved, jsonb_populate_recordset(null::board_deltas, $1 -> 'board') b
)
select true from moved
