-- Marks a division at the version of the decision. regions_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update regions t set version = t.version + 1, pilot = n.pilot
  from jsonb_populate_record(null::regions, $1::jsonb) n
  where t.code = n.code and t.version = $9::int
  returning t.code as id
)
select log_record('region', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
