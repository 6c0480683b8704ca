-- Rows for transition.sql; :columns are those of cases.
insert into floor.cases (:columns) select :columns from cases where id in (select id from floor.hot);
insert into floor.duties select * from duties where case_id in (select id from floor.hot);
grant usage on schema floor to public;
grant all on all tables in schema floor to public;
analyze floor.hot; analyze floor.cases; analyze floor.duties;
