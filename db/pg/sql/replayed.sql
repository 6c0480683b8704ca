-- How far a node is, compared with the primary's position $1. The timeline is looked at last: timelines only grow, so
-- that the position lies on the one that is found or on one that led to it. Functions and a view; no table is read.
select pg_is_in_recovery() as recovering, coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false) as replayed,
  exists (select from pg_stat_wal_receiver) as follows, (select received_tli from pg_stat_wal_receiver) as timeline,
  (select system_identifier from pg_control_system()) as system, pg_postmaster_start_time() as started
