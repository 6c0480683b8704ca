-- Cases whose frozen answers are missing. case_answers_pkey
select 'case_answers' as table, c.ref as row, 'revision ' || c.answers_revision || ' is missing' as what
from cases c where c.answers_revision > 0
  and not exists (select 1 from case_answers a where a.case_id = c.id and a.revision = c.answers_revision)
