-- Those of the contents that have a row. attachments_content. $1 hashes
select distinct a.sha256 from attachments a where a.sha256 = any ($1::bytea[]) and a.erased_at is null
