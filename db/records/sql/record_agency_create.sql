-- Registers an agency with its log entry and key. agencies_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into agencies (
    version, id, name_zh, name_en, kind, region, province, city, county, street, community)
  select
    1, n.id, n.name_zh, n.name_en, n.kind, n.region, n.province, n.city, n.county, n.street, n.community
  from jsonb_populate_record(null::agencies, $1::jsonb) n
  returning id
)
select log_record('agency', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
