-- The schema's number and the oldest release that may run on it; tiny tables.
select (select max(version_id) from goose_db_version where is_applied) as schema,
  coalesce((select oldest from schema_releases order by schema desc limit 1), '0.0.0') as oldest
