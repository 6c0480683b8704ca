-- Keeps a root.
insert into chain_roots (at, heads, root, previous, signer, signature) values ($1, $2::bigint, $3::bytea, $4::bytea, $5::bytea, $6::bytea)
returning id
