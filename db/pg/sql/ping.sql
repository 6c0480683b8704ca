-- Checks that the database answers; touches no table.
select 1
