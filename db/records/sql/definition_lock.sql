-- One server at a time writes definitions.
select pg_advisory_xact_lock(4097083629) is null
