-- All calendars with their days, in the order in which they apply; there are few.
select c.doc from calendar_docs c order by c.through, c.created_at, c.id
