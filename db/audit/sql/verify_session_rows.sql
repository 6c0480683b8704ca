-- A page of sessions with their MACs. sessions_pkey. $1 the last of the page before, $2 how many
select s.id::text as key, 'sessions' as table, to_jsonb(s) as row, s.row_mac
from sessions s where s.id > $1::uuid order by s.id limit $2::int
