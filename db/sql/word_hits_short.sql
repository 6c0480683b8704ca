-- The same for words too short to have trigrams, whose index would be read whole: all words in turn until there are
-- enough. $1 pattern, $2 how many
select h.id from (
  select w.case_id as id from case_words w where w.words || '' ilike $1::text
  union all
  select x.id from organizations o join cases x on x.organization_id = o.id where o.name ilike $1
) h limit $2::int
