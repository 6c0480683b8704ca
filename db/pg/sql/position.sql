-- Where the primary's log ends, for a read on a standby. What commits wait for is flushed; without that what is
-- inserted counts. Functions alone; no table is read.
select (case current_setting('synchronous_commit') when 'off' then pg_current_wal_insert_lsn()
    else pg_current_wal_flush_lsn() end)::text as at,
  ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int as timeline,
  (select system_identifier from pg_control_system()) as system, pg_postmaster_start_time() as started
