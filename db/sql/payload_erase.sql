-- The only way to take something out of history. event_payloads_pkey
select coalesce(erase_payload($1::uuid, $2::int, $3::uuid, $4::text), false)
