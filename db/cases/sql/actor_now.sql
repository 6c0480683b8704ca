-- The person of a job with the rights of this moment, without id where the account is disabled; whether the job has
-- ended, and whether the person has a second factor. No row where the job is gone. jobs_pkey, users_pkey,
-- second_factors_pkey, role_grants_user, regions_ended. $1 who, $2 job
select j.finished_at is not null as ended,
  exists (select 1 from second_factors f where f.user_id = u.id and f.secret is not null) as factor,
  coalesce(u.id::text, '') as id, coalesce(u.login, '') as login, coalesce(u.name, '') as name, u.organization_id,
  u.agency_id,
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency',
      coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')) order by g.since,
          g.id, g.region)
    from role_reach g where g.user_id = u.id and g.since <= now() and (g.until is null or g.until > now())),
        '[]')::text as roles
from jobs j left join users u on u.id = $1::uuid and not u.disabled
where j.id = $2::uuid
