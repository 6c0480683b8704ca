-- The trusted keys of roots. root_keys_pkey
select signer from root_keys order by since, signer
