-- Cases with a word in given places. case_words_tokens: the rarest of the pairs and places leads. $1 tokens, $2
-- places (none: everywhere), $3 folded word, $4 rows
select w.case_id as id from case_words w
where word_tokens(w.words, w.region) @> $1::text[] and (cardinality($2::text[]) = 0
    or word_tokens(w.words, w.region) && $2) and strpos(searchable(w.words), $3::text) > 0
limit $4::int
