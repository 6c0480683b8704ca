-- The content of erased files is gone, or belongs to others. attachments_content. $1 hash
update attachments set content_gone = true where sha256 = $1::bytea and erased_at is not null
