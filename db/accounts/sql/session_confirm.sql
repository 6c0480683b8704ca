-- Records that a session's owner typed the password again. sessions_pkey. $1 session, $2 user, $3 address
with confirmed as (
  update sessions set confirmed_at = now() where id = $1::uuid and user_id = $2::uuid and ended_at is null
    returning user_id
)
insert into audit (act, actor_id, subject, address, success)
select 'session_confirmed', u.id, u.login, $3::text, true from confirmed c join users u on u.id = c.user_id
returning id
