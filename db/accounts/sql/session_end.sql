-- Ends the session of a token, with its audit row. session_token_once. $1 hash of the token, $2 address
with ended as (
  update sessions set ended_at = now() where token_hash = $1::bytea and ended_at is null returning user_id
)
insert into audit (act, actor_id, subject, address, success)
select 'logout', u.id, u.login, $2::text, true from ended join users u on u.id = ended.user_id
returning id
