-- Wakes the workers of all servers; its own transaction, after the commit.
select pg_notify('incubase_wake', '')
