-- The applications of a round for its minutes, by reference. cases_round
select c.ref, coalesce(o.name, '') as organization, c.title, c.workflow, c.definition_version, c.state, c.stage,
  c.requested_fen, c.awarded_fen,
  (select count(*) from jsonb_array_elements(c.assignments) a where (a ->> 'conflict')::boolean) as conflicts,
  array(select a ->> 'user' from jsonb_array_elements(c.assignments) a where (a ->> 'scored')::boolean) as reviewers
from cases c left join organizations o on o.id = c.organization_id
where c.round_id = $1::uuid and c.parent_id is null and c.id <> c.round_id and c.stage <> '' order by c.ref limit 2000
