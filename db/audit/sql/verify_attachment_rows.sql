-- A page of files with their MACs; verify_erasures looks after those that were erased. attachments_pkey. $1 the last of
-- the page before, $2 how many
select a.id::text as key, 'attachments' as table, to_jsonb(a) as row, a.row_mac, a.case_id, a.case_mac
from attachments a where a.id > $1::uuid and a.erased_at is null order by a.id limit $2::int
