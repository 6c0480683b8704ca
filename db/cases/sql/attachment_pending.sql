-- Files pending for the scanner, oldest first. attachments_pending. $1 rows
select a.id, a.sha256, a.size, a.type, a.name, a.uploader_id, '' as uploader_name, a.at, a.case_id, a.active, a.scan
from attachments a where a.scan = 'pending' and a.erased_at is null order by a.at limit $1::int
