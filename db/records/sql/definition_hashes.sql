-- All definitions with the hash of their content; a handful, read whole.
select name, version, hash from definitions
