-- Divisions that differ from the program's edition; an ended one has no name. Reads all. $1 the edition's day
select r.code, case when r.valid_to is null then r.full_name else '' end as name
from regions r
where (r.valid_from > $1::date or r.valid_to is not null or r.version > 0) and (r.valid_to is not null
    or r.succeeded_by is null)
