-- A user with their present rights; no row for a disabled account. users_pkey, role_grants_user, regions_ended. $1
-- user
select u.id, u.login, u.name, u.organization_id, u.agency_id,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency',
      coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')) order by g.since,
          g.id, g.region)
    from role_reach g where g.user_id = u.id and g.since <= now() and (g.until is null or g.until > now())),
        '[]')::text as roles
from users u where u.id = $1::uuid and not u.disabled
