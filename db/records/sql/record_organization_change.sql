-- Changes an organization at the version of the decision, and still alone under its name if required; no row
-- otherwise. organizations_pkey, organizations_identity.
-- $1 row, $2 operation, $3 actor, $4 time, $5 body, $6 key, $7 digest, $8 receipt, $9 version before
with row as (
  update organizations t set
    version = t.version + 1, name = n.name, kind = n.kind, credit_code = n.credit_code, credit_override =
    n.credit_override, filing_number = n.filing_number, fiscal_host = n.fiscal_host, region = n.region, province =
    n.province, city = n.city, county = n.county, street = n.street, community = n.community, address = n.address,
    contact = n.contact, phone = n.phone, about = n.about, founded = n.founded, topics = n.topics, standing =
    n.standing, standing_reason = n.standing_reason, barred_until = n.barred_until, updated_at = n.updated_at
  from jsonb_populate_record(null::organizations, $1::jsonb) n
  where t.id = n.id and t.version = $9::int and name_stands(n, ($1::jsonb ->> 'alone')::boolean)
  returning t.id, t.name
), found as ( -- its cases are found by its name: cases_organization
  update case_words w set words = c.ref || ' ' || c.title || ' ' || row.name
  from row, cases c
  where c.organization_id = row.id and w.case_id = c.id and w.words <> c.ref || ' ' || c.title || ' ' || row.name
)
select log_record('organization', row.id::text, $2, $3::uuid, $4::timestamptz, $5, $6, $7::bytea, $8) from row
