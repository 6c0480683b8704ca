-- Writes a definition if it is new and answers with the hash that is stored. definitions_pkey
with put as (
  insert into definitions (name, version, prefix, hash, body) values ($1, $2::int, $3, $4::bytea, $5::jsonb)
  on conflict do nothing returning hash
)
select hash from put union all select hash from definitions where name = $1 and version = $2 limit 1
