-- What decides about an account's code: its organization, how many other heads that has, who started the present
-- code, and the password's hash. users_pkey, account_codes_pkey, role_grants_user. $1 user
select coalesce(x.organization::text, '') as organization, coalesce(o.region, '') as region,
    coalesce(u.password_hash, '') as password_hash,
  (select count(distinct h.id) from role_grants g join users h on h.id = g.user_id
    where g.role = 'certifier' and g.organization_id = x.organization and g.since <= now()
        and (g.until is null or g.until > now())
      and h.id <> u.id and not h.disabled and h.password_hash is not null)::int as heads,
  coalesce(s.organization_id::text, '') as starter_house,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency',
      coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')))
    from role_reach g where g.user_id = s.id and g.since <= now() and (g.until is null or g.until > now())),
        '[]')::text as starter
from users u
left join lateral (select coalesce(u.organization_id, (select g.organization_id from role_grants g
    where g.user_id = u.id
  and g.role in ('preparer', 'certifier') and (g.until is null or g.until > now()) order by g.since, g.id
      limit 1)) as organization) x on true
left join organizations o on o.id = x.organization
left join account_codes c on c.user_id = u.id
left join users s on s.id = c.started_by and not s.disabled
where u.id = $1::uuid
