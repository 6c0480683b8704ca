-- Writes a calendar with its days. calendars_pkey, calendar_name_once.
-- $1 row with "days", $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into calendars (id, version, name, source, through)
  select n.id, 1, n.name, n.source, n.through from jsonb_populate_record(null::calendars, $1::jsonb) n
  returning id
), days as (
  insert into calendar_days (calendar_id, day, kind, name, source)
  select row.id, d.date, d.kind, d.name, d.source
  from row, jsonb_to_recordset($1 -> 'days') d(date date, kind text, name text, source text)
)
select log_record('calendar', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
