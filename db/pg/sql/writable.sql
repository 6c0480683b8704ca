-- Whether the server that takes the writes is a primary; reads no table.
select not pg_is_in_recovery()
