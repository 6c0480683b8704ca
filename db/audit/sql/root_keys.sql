-- The keys whose roots are believed. root_keys_pkey
select signer from root_keys order by since, signer
