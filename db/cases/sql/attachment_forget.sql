-- Forgets loose files that no case named in time: attachments_loose. Their contents are removed by the walk that
-- follows. $1 seconds
delete from attachments a where a.case_id is null and a.at < now() - make_interval(secs => $1::float8)
