-- How this server replicates. Roles without pg_monitor see no lag of other roles' standbys; it counts as 0 then.
-- Statistics views and settings alone; no table is read.
select case when pg_is_in_recovery() then 0 else 1 end as "primary",
  case when pg_is_in_recovery() then 0
    else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int end as timeline,
  current_setting('synchronous_standby_names') <> '' and current_setting('synchronous_commit') not in ('off', 'local')
    as synchronous,
  count(r.pid) as standbys,
  count(r.pid) filter (where r.sync_state in ('sync', 'quorum')) as synchronous_standbys,
  coalesce(extract(epoch from max(r.replay_lag)), 0)::float8 as lag
from (select) one left join pg_stat_replication r on true
