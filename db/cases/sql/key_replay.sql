-- Marks a key as answered again and returns the payload of the event that its receipt names. It writes, so that the
-- answer waits for the standby as the act did (quality F3). idempotency_keys_pkey, event_payloads_pkey
update idempotency_keys k set replayed = k.replayed + 1 where k.actor_id = $1::uuid and k.key = $2
returning coalesce((select p.body from event_payloads p where p.case_id = (k.receipt::jsonb #>> '{event,case}')::uuid
  and p.seq = (k.receipt::jsonb #>> '{event,seq}')::int), '') as said
