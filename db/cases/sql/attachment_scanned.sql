-- Notes what the scanner said of a content, for every row that names it and waits. $1 hash, $2 clean or infected
update attachments set scan = $2::text where sha256 = $1::bytea and scan = 'pending'
returning id::text
