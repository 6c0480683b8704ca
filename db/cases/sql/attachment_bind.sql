-- Binds one user's unbound files to the draft of a case, all or none, within the case's quota; nothing if the case
-- has moved. attachments_pkey, attachments_case, cases_pkey. $1 files, $2 case, $3 uploader, $4 bytes at most, $5
-- MACs, $6 version
with still as (
  select c.id from cases c where c.id = $2::uuid and c.version = $6::int for share
), wanted as (
  select a.id, a.size from attachments a
  where a.id = any ($1::uuid[]) and a.case_id is null and a.uploader_id = $3::uuid for update
), sums as (
  select (select count(*) from wanted) as found, (select coalesce(sum(size), 0) from wanted)
    + (select coalesce(sum(a.size), 0) from attachments a where a.case_id = $2::uuid) as size
), bound as (
  update attachments a set case_id = still.id, case_mac = ($5::text[])[array_position($1::uuid[], a.id)]::bytea
    from sums, wanted w, still
  where a.id = w.id and sums.found = cardinality($1) and sums.size <= $4::bigint
  returning a.id
)
select sums.found = cardinality($1) as found, sums.size <= $4::bigint as room,
  (select count(*) from bound)::int as bound,
  exists (select from still) as still from sums
