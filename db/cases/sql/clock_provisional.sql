-- Cases with a clock measured past the calendar that was known, in order. Reads everything after $1; $2 how many
select c.id from cases c where c.id > $1::uuid and c.clocks @> '[{"provisional": true}]' order by c.id limit $2::int
