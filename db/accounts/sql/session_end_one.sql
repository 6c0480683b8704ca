-- Ends one session of an account, with its audit row. sessions_pkey. $1 session, $2 user, $3 actor, $4 address
with ended as (
  update sessions set ended_at = now() where id = $1::uuid and user_id = $2::uuid and ended_at is null returning user_id
)
insert into audit (act, actor_id, subject, address, success)
select 'session_ended', $3::uuid, u.login, $4::text, true from ended join users u on u.id = ended.user_id
returning id
