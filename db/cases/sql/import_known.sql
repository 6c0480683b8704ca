-- What earlier imports made of these identifiers. external_id_once. $1 kind, $2 identifiers
select x.external_id, x.record_id, x.row_hash, coalesce(o.name, '') as name, coalesce(c.ref, '') as ref
from external_ids x
left join organizations o on x.kind = 'organization' and o.id = x.record_id
left join cases c on x.kind = 'case' and c.id = x.record_id
where x.kind = $1 and x.external_id = any ($2::text[])
