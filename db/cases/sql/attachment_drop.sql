-- Deletes one user's unbound files. attachments_pkey. $1 files, $2 uploader
delete from attachments a where a.id = any ($1::uuid[]) and a.case_id is null and a.uploader_id = $2::uuid
