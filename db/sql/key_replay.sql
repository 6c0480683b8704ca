-- Marks a key as answered again. It writes, so that the answer waits for the standby like the act itself did
-- (quality F3). idempotency_keys_pkey
update idempotency_keys set replayed = replayed + 1 where actor_id = $1::uuid and key = $2 returning replayed
