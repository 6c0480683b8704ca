-- Removes a file from a draft; no row if an act has bound it or the case has moved. attachments_pkey, cases_pkey. $1
-- file, $2 case, $3 version
with still as (select c.id from cases c where c.id = $2::uuid and c.version = $3::int for share)
delete from attachments a using still where a.id = $1::uuid and a.case_id = still.id and a.seq is null
returning a.id
