-- Writes a definition unless it exists and returns the stored hash. definitions_pkey. $6 loader, $7 whether the
-- release ships it and so approves it
with put as (
  insert into definitions (name, version, prefix, hash, body, loaded_by, released)
    values ($1, $2::int, $3, $4::bytea, $5::jsonb, $6::uuid, $7::boolean)
  on conflict do nothing returning hash
)
select hash from put union all select hash from definitions where name = $1 and version = $2 limit 1
