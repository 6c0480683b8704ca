-- Codes of divisions that have not ended, of some levels; rows that repeat another are left out. Reads all. $1 levels
select r.code from regions r where r.level = any ($1::smallint[]) and r.valid_to is null and r.succeeded_by is null
    order by r.code
