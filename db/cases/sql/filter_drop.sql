-- Deletes a saved filter. saved_filters_pkey. $1 user, $2 name
delete from saved_filters f where f.user_id = $1::uuid and f.name = $2::text
