-- The id of a round by its id or its reference: cases_pkey, cases_ref_key. $1 id or null, $2 reference
select r.id from rounds r join cases c on c.id = r.id where r.id = $1::uuid or c.ref = $2::text
