-- Forgets a kept list. saved_filters_pkey. $1 who, $2 name
delete from saved_filters f where f.user_id = $1::uuid and f.name = $2::text
