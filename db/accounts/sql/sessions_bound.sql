-- A row as it is bound. sessions_pkey. $1 id
select to_jsonb(x) as row from sessions x where x.id = $1::uuid
