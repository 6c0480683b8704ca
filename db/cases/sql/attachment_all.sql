-- Every file's row, for checks after a restore; reads the whole table.
select a.id, a.sha256, a.size, a.type, a.name, a.uploader_id, '' as uploader_name, a.at, a.case_id, a.active, a.scan,
  a.seq from attachments a where a.erased_at is null order by a.id
