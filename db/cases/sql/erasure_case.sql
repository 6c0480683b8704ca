-- Counts what an erasure on a case would remove. cases_pkey or cases_ref_key, the rest by the case. $1 id and $2
-- reference, one of them null; $3 kind, $4 event, $5 question, $6 objection, $7 file
with c as (
  select c.id, c.ref, c.workflow, c.state, c.closed_at, c.paid_fen > 0 or c.committed_fen > 0 or exists (
      select 1 from cases p where p.id = c.parent_id and (p.paid_fen > 0 or p.committed_fen > 0)) as money
  from cases c where c.id = coalesce($1::uuid, (select n.id from cases n where n.ref = $2::text))
), acts as (
  select p.seq, p.body from event_payloads p join c on p.case_id = c.id join events e on e.case_id = p.case_id
      and e.seq = p.seq
  where p.body is not null and e.action <> 'erase' and ($3::text = 'draft' or $3 = 'payload' and p.seq = $4::int
    or $3 = 'objector' and exists (select 1 from objections o where o.case_id = c.id and o.n = $6::int
        and o.seq = p.seq))
)
select c.id, c.ref, c.workflow, c.state, c.money, c.closed_at,
  (select count(*) from acts) as events,
  (select count(*) from case_answers a where a.case_id = c.id and $3 = 'answer' and a.body ? $5::text) as answers,
  (select count(*) from drafts d where d.case_id = c.id and ($3 = 'draft' or $3 = 'answer'
      and d.body -> 'answers' ? $5::text)) as drafts,
  (select count(*) from attachments a where a.case_id = c.id and a.erased_at is null and ($3 = 'draft' or $3 = 'file'
      and a.id = $7::uuid
    or a.id::text in (select jsonb_array_elements_text(case
        when jsonb_typeof(s.body::jsonb #> '{fields,attachments}') = 'array'
      then s.body::jsonb #> '{fields,attachments}' else '[]' end) from acts s))) as files,
  (select count(*) from papers p where p.case_id = c.id) as papers
from c
