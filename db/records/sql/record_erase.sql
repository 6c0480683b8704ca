-- Erases what the log of a record says, after the entry that says so was written in the same transaction.
-- record_bodies_pkey; the receipts are read through. $1 what, as workflow.EraseEntryDoc
select erase_in_record($1::jsonb)
