-- A row as it is bound. attachments_pkey. $1 id
select to_jsonb(x) as row from attachments x where x.id = $1::uuid
