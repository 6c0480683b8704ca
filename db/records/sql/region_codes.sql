-- Codes of present divisions of some levels, without repeating rows. Reads all. $1 levels
select r.code from regions r where r.level = any ($1::smallint[]) and r.valid_to is null and r.succeeded_by is null
    order by r.code
