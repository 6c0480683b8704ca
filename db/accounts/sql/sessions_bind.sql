-- Stores the MAC of a row. sessions_pkey. $1 id, $2 MAC
update sessions set row_mac = $2::text::bytea where id = $1::uuid
