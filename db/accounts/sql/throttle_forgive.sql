-- Takes back a try that was right. login_throttle_pkey. $1 bucket of account, $2 of both, $3 of address
with cleared as (delete from login_throttle where bucket = $2::text)
update login_throttle t set failures = greatest(t.failures - 1, 0),
  blocked_until = case when t.failures - 1 < case when t.bucket = $3::text then 50 else 5 end then '-infinity'
      else t.blocked_until end
where t.bucket in ($1::text, $3::text)
