-- All definitions; a handful.
select body from definitions order by name, version
