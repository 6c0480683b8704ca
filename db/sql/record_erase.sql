-- Erases what an entry of a record's log said; a function of the owner's does it, the server's role may not.
-- $1 kind, $2 id, $3 entry, $4 who, $5 why
select erase_record_body($1::text, $2::text, $3::int, $4::uuid, $5::text)
