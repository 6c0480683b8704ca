-- Counts what an erasure would remove of an account. users_pkey, role_grants_user, sessions_user; reads all cases. $1
-- user
select u.login as subject,
  (select count(*) from record_bodies b where b.kind = 'user' and b.record_id = u.id::text
    and b.body is not null) as entries,
  (select count(*) from sessions s where s.user_id = u.id and s.ended_at is null and s.expires_at > now()) as sessions,
  (select count(*) from role_grants g where g.user_id = u.id and (g.until is null or g.until > now())) as roles,
  (select count(*) from drafts d where d.actor_id = u.id and d.slot <> 'answers') as drafts,
  (select count(*) from cases c where c.assignments @> jsonb_build_array(jsonb_build_object('user', u.id))
    or c.approvals @> jsonb_build_array(jsonb_build_object('by', u.id))
    or jsonb_path_exists(c.parts, '$.** ? (@ == $user)', jsonb_build_object('user', u.id))) as cases
from users u where u.id = $1::uuid
