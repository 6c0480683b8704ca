-- Stores a root.
insert into chain_roots (at, heads, root, previous, previous_id, previous_at, signer, signature)
values ($1, $2::bigint, $3::bytea, $4::bytea, $5::bigint, $6::timestamptz, $7::bytea, $8::bytea)
returning id, kept_at
