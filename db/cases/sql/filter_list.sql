-- A user's saved filters, oldest first. saved_filters_pkey. $1 user
select f.name, f.query from saved_filters f where f.user_id = $1::uuid order by f.at, f.name
