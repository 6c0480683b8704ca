-- A page of 50 cases of a county, newest first, with the names that lists show.
select c.*, o.name, p.title, r.name_zh from cases c
  left join organizations o on o.id = c.organization_id
  left join projects p on p.id = c.project_id
  left join rounds r on r.id = c.round_id
where c.county = '230302' order by c.updated_at desc, c.id desc limit 50;
