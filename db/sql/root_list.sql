-- All roots, oldest first. chain_roots_pkey
select id, at, heads, root, previous, signer, signature from chain_roots order by id
