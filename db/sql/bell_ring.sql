-- Awakens the clerks of all servers; its own transaction, after the commit it tells of.
select pg_notify('incubase_wake', '')
