-- Paid payments without a posting, and the reverse. postings by (case_id, seq) of events
select 'cases' as table, c.ref as row, 'a payment and the ledger disagree on whether it was paid' as what
from cases c where c.workflow = 'payment'
  and (c.outcome = 'paid') is distinct from exists (
    select 1 from postings p where p.grant_id = c.parent_id and p.tranche = c.tranche and p.kind = 'pay')
