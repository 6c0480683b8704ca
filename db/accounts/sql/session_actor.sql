-- A token's session and user with present rights. session_token_once, users_pkey, role_grants_user, regions_ended. $1
-- hash of the token
select s.id as session_id, least(s.expires_at, s.last_seen_at + s.idle) as ends_at,
  s.last_seen_at < now() - interval '1 minute' as stale, s.confirmed_at > now() - interval '10 minutes' as fresh,
  s.confirmed_at,
  exists (select 1 from second_factors f where f.user_id = u.id and f.secret is not null) as factor,
  u.id, u.login, u.name, u.organization_id, u.agency_id,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency',
      coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')) order by g.since,
          g.id, g.region)
    from role_reach g where g.user_id = u.id and g.since <= now() and (g.until is null or g.until > now())),
        '[]')::text as roles
from sessions s
join users u on u.id = s.user_id
where s.token_hash = $1 and s.ended_at is null and s.expires_at > now() and s.last_seen_at + s.idle > now()
  and not u.disabled
