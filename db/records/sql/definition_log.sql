-- Begins the log of a definition, unless it exists. record_log_pkey. $1 name, $2 version, $3 loader, $4 body
select log_record('workflow', $1::text || '.' || $2::int, 'load', $3::uuid, now(), $4::text, '', ''::bytea, '') as said
where not exists (select 1 from record_log where kind = 'workflow' and record_id = $1 || '.' || $2 and seq = 1)
