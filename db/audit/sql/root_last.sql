-- The newest root. chain_roots_pkey
select id, at, heads, root, previous, form, previous_id, previous_at, kept_at, signer, signature from chain_roots
  order by id desc limit 1
