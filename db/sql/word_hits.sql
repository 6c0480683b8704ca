-- Cases with a word, up to a number. case_words_trgm from three characters on; organizations is short, cases_organization.
-- $1 pattern, $2 how many
select h.id from (
  select w.case_id as id from case_words w where w.words ilike $1::text
  union all
  select x.id from organizations o join cases x on x.organization_id = o.id where o.name ilike $1
) h limit $2::int
