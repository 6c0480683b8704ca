-- The valid code of a login. login_once, account_codes_pkey. $1 login
select u.id, c.first_hash, c.second_hash
from users u join account_codes c on c.user_id = u.id
where u.login = $1::text and not u.disabled and c.second_hash is not null and code_holds(c)
