-- The files of a case, in upload order. attachments_case. $1 case
select a.id, a.sha256, a.size, a.type, a.name, a.uploader_id, u.name as uploader_name,
  u.organization_id as uploader_organization, a.at, a.case_id, a.active, a.scan, a.seq,
  a.erased_at is not null as erased
from attachments a join users u on u.id = a.uploader_id
where a.case_id = $1::uuid
order by a.at, a.id
