-- The divisions in a division, '' for the country, without repeating rows: regions_parent. $1 parent
select r.doc from region_docs r join regions g on g.code = r.id
where r.parent = $1::text and g.succeeded_by is null and g.valid_to is null
order by r.id
