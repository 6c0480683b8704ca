-- A page of files, one of each content. attachments_pkey, attachments_content. $1 last of the previous page, $2 rows
select a.id, a.sha256 from attachments a where a.id > $1::uuid and a.erased_at is null
  and not exists (select 1 from attachments b where b.sha256 = a.sha256 and b.id < a.id and b.erased_at is null)
order by a.id limit $2::int
