-- Which database this is, and which of its histories: a restore to an earlier moment begins another. No table.
select s.system_identifier || '/' || c.timeline_id from pg_control_system() s, pg_control_checkpoint() c
