-- Registers a project with its log entry and key. projects_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into projects (
    version, id, organization_id, title, summary, topics, region, province, city, county, street, community,
    created_at, updated_at)
  select
    1, n.id, n.organization_id, n.title, n.summary, n.topics, n.region, n.province, n.city, n.county, n.street,
    n.community, n.created_at, n.updated_at
  from jsonb_populate_record(null::projects, $1::jsonb) n
  returning id
)
select log_record('project', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
