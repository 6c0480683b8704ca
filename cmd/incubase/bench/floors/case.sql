-- A case with its names and its time line.
\set n random(1, :hot)
select c.*, o.name, p.title, r.name_zh from floor.hot h join cases c on c.id = h.id
  left join organizations o on o.id = c.organization_id
  left join projects p on p.id = c.project_id
  left join rounds r on r.id = c.round_id
where h.n = :n;
select e.*, p.body, u.name from floor.hot h join events e on e.case_id = h.id
  join event_payloads p on p.case_id = e.case_id and p.seq = e.seq join users u on u.id = e.actor_id
where h.n = :n order by e.seq;
