-- The live case that has a key. one_live_application
select id from cases where unique_key = $1
