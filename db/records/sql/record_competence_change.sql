-- Ends a competence now, in real time. competences_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update competences t set version = t.version + 1, until = greatest(t.since, now())
  from jsonb_populate_record(null::competences, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id, t.until
)
select log_record('competence', row.id::text, $2, $3::uuid, $4::timestamptz,
  jsonb_set($5::jsonb, '{record,until}', to_jsonb(row.until))::text, $6, $7::bytea,
  ($8::jsonb || jsonb_build_object('until', row.until))::text) from row
