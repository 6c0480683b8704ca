-- Logs an act on an account. $1 act, $2 actor, $3 subject, $4 address, $5 success, $6 detail
insert into audit (act, actor_id, subject, address, success, detail)
values ($1::text, $2::uuid, $3::text, $4::text, $5::boolean, $6::text)
