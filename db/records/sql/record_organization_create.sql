-- Registers an organization with its log entry and key; no row if it had to be alone under its name and another
-- exists. organizations_pkey, organizations_identity.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt
with row as (
  insert into organizations (
    version, id, name, kind, credit_code, credit_override, filing_number, fiscal_host, region, province, city,
    county, street, community, address, contact, phone, about, founded, topics, standing, standing_reason,
    barred_until, created_at, updated_at)
  select
    1, n.id, n.name, n.kind, n.credit_code, n.credit_override, n.filing_number, n.fiscal_host, n.region,
    n.province, n.city, n.county, n.street, n.community, n.address, n.contact, n.phone, n.about, n.founded,
    n.topics, n.standing, n.standing_reason, n.barred_until, n.created_at, n.updated_at
  from jsonb_populate_record(null::organizations, $1::jsonb) n
  where name_stands(n, ($1::jsonb ->> 'alone')::boolean)
  returning id
)
select log_record('organization', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
