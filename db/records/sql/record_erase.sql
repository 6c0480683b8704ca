-- Erases log bodies of a record, in the transaction of the entry that says so. record_bodies_pkey; reads all
-- receipts. $1 registry.EraseEntryDoc
select erase_in_record($1::jsonb)
