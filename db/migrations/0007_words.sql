-- Search: what is looked for stands in one row a case (reference, title, organization) and is indexed by pairs of
-- characters together with the places the case lies in, so that two-character words of Chinese are found, and a word that
-- is frequent in the country and absent from a county is known to be absent without looking at the county's cases. Case
-- and width are folded (ABC, ａｂｃ, abc), and curly quotation marks are the straight ones of the keyboard. Sums of awards are cells like those of the boards.
-- +goose Up
create function searchable(words text) returns text language sql immutable parallel safe
return lower(translate(normalize(words, nfkc), '“”„‟‘’‚‛', '""""'''''''''));

-- Pairs of the characters, fours of Latin letters and digits, and the codes of the places: "@23", "@2303", "@230302" ... The body is bound when it is made, so
-- that a restored dump computes it whatever its search path. The characters are split once ("offset 0" keeps the planner from
-- doing it anew for each pair): to find each in the text again took seven times as long, and every opening pays for it.
create function word_tokens(words text, region text) returns text[] language sql immutable parallel safe return array(
  select f.c[i] || f.c[i + 1] from (select regexp_split_to_array(searchable(words), '') offset 0) f(c), generate_series(1, cardinality(f.c) - 1) i
    where f.c[i] !~ '\s' and f.c[i + 1] !~ '\s'
  union -- numbers: pairs of digits are in every reference
  select array_to_string(f.c[i:i + 3], '') from (select regexp_split_to_array(searchable(words), '') offset 0) f(c), generate_series(1, cardinality(f.c) - 3) i
    where array_to_string(f.c[i:i + 3], '') ~ '^[!-~]{4}$'
  union all
  select '@' || left(region, n) from unnest(array[2, 4, 6, 9, 12]) n where length(region) >= n);

drop index case_words_trgm;
alter table case_words add column region text not null default '';
update case_words w set region = c.region, words = w.words || coalesce(' ' || (select o.name from organizations o where o.id = c.organization_id), '')
from cases c where c.id = w.case_id;
create index case_words_tokens on case_words using gin (word_tokens(words, region));

alter table board_deltas add column awards smallint not null default 0, add column committed bigint not null default 0, add column paid bigint not null default 0;
alter table board_cells add column awards bigint not null default 0, add column committed bigint not null default 0, add column paid bigint not null default 0;
insert into board_cells as b (dim, scope, key, stage, n, amount, awards, committed, paid)
select k.dim, k.scope, k.key, c.stage, 0, 0, count(*), sum(c.committed_fen), sum(c.paid_fen)
from cases c cross join lateral board_keys(c.province, c.city, c.county, c.street, c.agency_id, c.round_id, c.topics) k
where c.stage <> '' and c.parent_id is null and c.organization_id is not null and c.currency = 'CNY' and not c.imported and c.committed_fen > 0
group by k.dim, k.scope, k.key, c.stage
on conflict (dim, scope, key, stage) do update set awards = excluded.awards, committed = excluded.committed, paid = excluded.paid;

insert into schema_releases values (7, '0.1.0');
