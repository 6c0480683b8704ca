-- The newest root. chain_roots_pkey
select id, at, heads, root, previous, signer, signature from chain_roots order by id desc limit 1
