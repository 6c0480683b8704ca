-- A handful of definitions with their standing, and the body of unknown ones. definitions_pkey,
-- definition_standings_latest. $1 those known, as name/version
select d.name, d.version, case when d.name || '/' || d.version = any ($1::text[]) then null else d.body end as body,
    s.status,
  case when s.released then '' else s.loaded_by::text end as loaded_by_id, case when s.released then ''
      else l.name end as loaded_by,
  s.created_at as loaded_at, coalesce(s.actor_id::text, '') as stood_by_id,
  coalesce(a.at, case when s.released then s.created_at end) as approved_at, coalesce(a.name, '') as approved_by,
  case when s.status = 'withdrawn' then s.at end as withdrawn_at, case when s.status = 'withdrawn' then w.name
      else '' end as withdrawn_by
from definitions d
join definition_status s on s.name = d.name and s.version = d.version
join users l on l.id = s.loaded_by
left join users w on w.id = s.actor_id
left join lateral (select x.at, u.name from definition_standings x join users u on u.id = x.actor_id
  where x.workflow = d.name and x.version = d.version and x.status = 'approved' order by x.n desc limit 1) a on true
order by d.name, d.version
