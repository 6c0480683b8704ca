-- Writes the row of a file on disk, if its uploader's quota of unbound files allows. attachments_pkey,
-- attachments_loose. $1 id, $2 hash, $3 size, $4 type, $5 name, $6 uploader, $7 unbound bytes at most, $8 active, $9
-- scan
insert into attachments (id, sha256, size, type, name, uploader_id, active, scan)
select $1::uuid, $2::bytea, $3::bigint, $4::text, $5::text, $6::uuid, $8::boolean, $9::text
where (select coalesce(sum(a.size), 0) from attachments a where a.case_id is null
    and a.uploader_id = $6::uuid) + $3::bigint <= $7::bigint
returning at
