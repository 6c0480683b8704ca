-- A page of sessions with their MACs. sessions_pkey. $1 last of the previous page, $2 rows
select s.id::text as key, 'sessions' as table, to_jsonb(s) as row, s.row_mac
from sessions s where s.id > $1::uuid order by s.id limit $2::int
