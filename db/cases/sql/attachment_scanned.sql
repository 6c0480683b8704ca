-- Stores the scanner's verdict on a content in all its pending rows. $1 hash, $2 clean or infected
update attachments set scan = $2::text where sha256 = $1::bytea and scan = 'pending'
returning id::text
