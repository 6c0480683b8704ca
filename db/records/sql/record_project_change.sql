-- Changes a project at the version of the decision; no row otherwise. projects_pkey.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update projects t set
    version = t.version + 1, title = n.title, summary = n.summary, topics = n.topics, region = n.region, province
    = n.province, city = n.city, county = n.county, street = n.street, community = n.community, updated_at =
    n.updated_at
  from jsonb_populate_record(null::projects, $1::jsonb) n
  where t.id = n.id and t.version = $9::int
  returning t.id
)
select log_record('project', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
