-- Changes an agency at the version of the decision; no row otherwise. agencies_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update agencies t set
    version = t.version + 1, name_zh = n.name_zh, name_en = n.name_en, kind = n.kind, region = n.region, province
    = n.province, city = n.city, county = n.county, street = n.street, community = n.community
  from jsonb_populate_record(null::agencies, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id
)
select log_record('agency', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
