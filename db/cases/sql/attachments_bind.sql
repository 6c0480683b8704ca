-- Stores the MAC of a row. attachments_pkey. $1 id, $2 MAC
update attachments set row_mac = $2::text::bytea where id = $1::uuid
