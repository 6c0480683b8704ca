-- The first live cases of a workflow, and how many there are: the whole table, in the order of cases_pkey. $1 workflow,
-- $2 at most
select c.id, count(*) over () as live from cases c where c.workflow = $1 and c.outcome = '' order by c.id limit $2
