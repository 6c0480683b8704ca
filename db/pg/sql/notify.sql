-- Wakes the workers of all servers; in a transaction of its own, after the commit.
select pg_notify('incubase_wake', '')
