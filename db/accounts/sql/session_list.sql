-- A user's live sessions, latest used first. sessions_user. $1 user
select s.id, s.address, s.created_at as created, s.last_seen_at as seen,
  least(s.expires_at, s.last_seen_at + s.idle) as ends
from sessions s
where s.user_id = $1::uuid and s.ended_at is null and s.expires_at > now() and s.last_seen_at + s.idle > now()
order by s.last_seen_at desc, s.id
