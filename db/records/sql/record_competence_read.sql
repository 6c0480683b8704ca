-- One competence as a document, and the earlier receipt of (actor, key); always one row. By primary keys.
-- $1 id or null, $2 actor or null, $3 key
select d.doc, k.digest as key_digest, k.receipt as key_receipt
from (select 1) one
left join competence_docs d on d.id = $1::uuid
left join idempotency_keys k on k.actor_id = $2::uuid and k.key = nullif($3::text, '')
