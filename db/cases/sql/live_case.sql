-- The live case with a unique key. one_live_application
select id from cases where unique_key = $1
