-- A demonstration's offset, and the calendars in force; both tables are tiny.
select (select microseconds from domain_clock) as microseconds,
  coalesce((select string_agg(c.id::text || ':' || c.version, ' ' order by c.id) from calendars c), '') as calendars
