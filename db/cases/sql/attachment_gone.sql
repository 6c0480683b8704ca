-- Marks the content of erased files as removed, or as another file's. attachments_content. $1 hash
update attachments set content_gone = true where sha256 = $1::bytea and erased_at is not null
