-- A user's password hash and login. users_pkey. $1 user
select u.login, coalesce(u.password_hash, '') as password_hash from users u where u.id = $1::uuid and not u.disabled
