-- Replaces a calendar's days at the version of the decision. calendars_pkey, calendar_days_pkey.
-- $1 row with "days", $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update calendars t set version = t.version + 1, name = n.name, source = n.source, through = n.through,
      updated_at = now()
  from jsonb_populate_record(null::calendars, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id
), gone as (
  delete from calendar_days d using row where d.calendar_id = row.id
    and not exists (select 1 from jsonb_to_recordset($1 -> 'days') n(date date) where n.date = d.day)
), days as (
  insert into calendar_days as c (calendar_id, day, kind, name, source)
  select row.id, d.date, d.kind, d.name, d.source
  from row, jsonb_to_recordset($1 -> 'days') d(date date, kind text, name text, source text)
  on conflict (calendar_id, day) do update set kind = excluded.kind, name = excluded.name, source = excluded.source
)
select log_record('calendar', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
