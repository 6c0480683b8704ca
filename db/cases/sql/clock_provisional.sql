-- Cases with a clock measured past the known calendar, in order. Reads everything after $1; $2 rows
select c.id from cases c where c.id > $1::uuid and c.clocks @> '[{"provisional": true}]' order by c.id limit $2::int
