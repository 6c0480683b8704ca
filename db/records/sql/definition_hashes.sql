-- Which definitions there are, each with the hash of its content; a handful, read whole.
select name, version, hash from definitions
