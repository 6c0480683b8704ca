-- Deletes unbound files that no case named in time; the sweep then removes their contents. attachments_loose. $1
-- seconds
delete from attachments a where a.case_id is null and a.at < now() - make_interval(secs => $1::float8)
