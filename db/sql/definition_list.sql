-- Definitions that are not known yet; a handful. $1 those known, as name/version
select body from definitions where not name || '/' || version = any ($1::text[]) order by name, version
