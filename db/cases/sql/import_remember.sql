-- Records which row of which file became a record. external_id_once. $1 import, $2 kind of import, $3 file, $4 its
-- hash, $5 actor, $6 kind of record, $7 identifier, $8 record, $9 row, $10 hash of the row
with source as (
  insert into imports (id, kind, file, sha256, actor_id) values ($1::uuid, $2, $3, $4::bytea, $5::uuid)
      on conflict (id) do nothing
)
insert into external_ids (kind, external_id, record_id, import_id, row_number, row_hash)
values ($6, $7, $8::uuid, $1::uuid, $9::int, $10::bytea) on conflict (kind, external_id) do nothing
