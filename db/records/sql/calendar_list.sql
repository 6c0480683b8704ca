-- Every calendar with its days, in the order they are laid over each other; there are few.
select c.doc from calendar_docs c order by c.through, c.created_at, c.id
