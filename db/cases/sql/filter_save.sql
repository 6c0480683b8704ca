-- Saves a filter or replaces the one of that name; no row if there are $4 already. $1 user, $2 name, $3 query
insert into saved_filters as f (user_id, name, query)
select $1::uuid, $2::text, $3::text
where (select count(*) from saved_filters o where o.user_id = $1::uuid and o.name <> $2::text) < $4::int
on conflict (user_id, name) do update set query = excluded.query
returning true
