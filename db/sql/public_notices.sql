-- Running notices, until their last day has ended. cases_notice. $1 how many, $2 today
select c.id, c.ref, coalesce(o.name, '') as organization, c.title, c.region,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region else c.street end), '') as region_name,
  coalesce(r.id::text, '') as round_id, coalesce(r.name_zh, '') as round_zh, coalesce(r.name_en, '') as round_en,
  coalesce((r.rules::jsonb ->> 'anonymous_objections')::boolean, false) as anonymous,
  c.awarded_fen as amount, (k ->> 'start')::date as since, (k ->> 'due_on')::date as until
from cases c
cross join lateral jsonb_path_query_first(c.clocks, '$[*] ? (@.name == "notice")') k
left join organizations o on o.id = c.organization_id
left join rounds r on r.id = c.round_id
where c.clocks @> '[{"name": "notice"}]' and c.outcome = '' and (k ->> 'due_on')::date >= $2::date
order by until desc, c.id limit $1::int
