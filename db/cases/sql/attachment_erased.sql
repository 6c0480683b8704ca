-- Contents of erased files that may still be on disk; named: another file shares the content, which stays.
-- attachments_erased, attachments_content
select distinct a.sha256, exists (select 1 from attachments o where o.sha256 = a.sha256
  and o.erased_at is null) as named
from attachments a where a.erased_at is not null and not a.content_gone
