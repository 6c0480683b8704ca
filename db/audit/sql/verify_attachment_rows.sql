-- A page of files with their MACs, except erased ones, see verify_erasures. attachments_pkey. $1 last of the previous
-- page, $2 rows
select a.id::text as key, 'attachments' as table, to_jsonb(a) as row, a.row_mac, a.case_id, a.case_mac
from attachments a where a.id > $1::uuid and a.erased_at is null order by a.id limit $2::int
