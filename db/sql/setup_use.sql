-- Uses a one-time token: whoever comes second finds it used. setup_tokens_pkey. $1 hash of the token, $2 address
with used as (
  update setup_tokens set used_at = now()
  where token_hash = $1::bytea and used_at is null and expires_at > now()
    and not exists (select 1 from role_grants g where g.role = 'sysadmin' and (g.until is null or g.until > now()))
  returning token_hash
)
insert into audit (act, address, success, detail)
select 'setup', $2::text, true, 'one-time token used' from used
returning id
