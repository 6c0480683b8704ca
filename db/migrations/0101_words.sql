-- Values and words: which text is allowed, and how names are compared and found. Constraint names are rule names.
-- +goose Up

create extension if not exists btree_gist; -- allows a rule about users and time as one constraint (powers_are_separate)

-- A line of user text: composed (NFC), without invisible characters. Joiners (U+200C, U+200D) are allowed: Mongolian,
-- Persian, Uyghur and emoji need them.
create domain plain_line as text
  constraint plain_line check (value is nfc normalized
    and value !~ '[\u0001-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');

-- The same over several lines.
create domain plain_text as text
  constraint plain_text check (value is nfc normalized
    and value !~ '[\u0001-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');

create domain region_code as text
  constraint region_code check (value ~ '^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$');

-- Rules of one value are domains: PostgreSQL caches their expressions, while it parses a table's CHECKs again for
-- every statement that writes to it.
create domain fen as bigint constraint amount_not_negative check (value >= 0);
create domain jsonb_array as jsonb constraint json_is_array check (jsonb_typeof(value) = 'array');
create domain jsonb_object as jsonb constraint json_is_object check (jsonb_typeof(value) = 'object');
create domain case_code as text constraint code_length check (octet_length(value) <= 40);
create domain case_title as text constraint title_length check (char_length(value) <= 200);
create domain topic_list as text[] constraint topics_count check (cardinality(value) <= 20);
create domain public_stage as text constraint stage_known check (value in ('', 'applied', 'reviewed', 'funded',
    'reported'));
create domain ordinal as int constraint number_not_negative check (value >= 0);
create domain currency_code as text constraint currency_form check (value ~ '^[A-Z]{3}$');
create domain case_ref as text constraint ref_form check (value ~
    '^[A-Z]{1,4}-[0-9]{4}-[0-9]{4,9}(-[A-Z]{1,4}[0-9]{1,4})*$');
create domain sha256_sum as bytea constraint hash_length check (length(value) = 32);

-- Folds a name for comparison, like clean.Identity of workflow/clean. NFKC folds the Kangxi radicals only; those of
-- the supplement are translated.
create function identity_of(words text) returns text language sql immutable parallel safe
return regexp_replace(lower(normalize(translate(normalize(words, nfkc),
  '⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩'
  '⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑'
  '⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳',
  '厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑𫜹忄心扌攵旡日月歺母民氵氺灬爫爫丬牛犭王'
  '𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長'
  '镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟'), nfkc)),
  '['
  '\u0001-\u0020\u0022\u0027-\u0029\u002D\u005B\u005D\u0060\u007B\u007D\u007F-\u00A0\u00AB\u00AD\u00B4'
  '\u00B7\u00BB\u058A\u05BE\u0600-\u0605\u061C\u06DD\u070F\u0890-\u0891\u08E2\u0F3A-\u0F3D\u1400\u1680'
  '\u169B-\u169C\u1806\u180E\u2000-\u2015\u2018-\u201F\u2022\u2027-\u202F\u2032-\u2033\u2035\u2039-\u203A'
  '\u2045-\u2046\u205F-\u2064\u2066-\u206F\u207D-\u207E\u208D-\u208E\u2212\u2219\u22C5\u2308-\u230B'
  '\u2329-\u232A\u2768-\u2775\u27C5-\u27C6\u27E6-\u27EF\u2983-\u2998\u29D8-\u29DB\u29FC-\u29FD\u2E02-\u2E05'
  '\u2E09-\u2E0A\u2E0C-\u2E0D\u2E17\u2E1A\u2E1C-\u2E1D\u2E20-\u2E29\u2E3A-\u2E3B\u2E40\u2E42\u2E55-\u2E5D'
  '\u3000\u3003\u3008-\u3011\u3014-\u301F\u3030\u30A0\u30FB\uFD3E-\uFD3F\uFE17-\uFE18\uFE31-\uFE32'
  '\uFE35-\uFE44\uFE47-\uFE48\uFE52\uFE58-\uFE5E\uFE63\uFEFF\uFF08-\uFF09\uFF0D\uFF3B\uFF3D\uFF5B\uFF5D'
  '\uFF5F-\uFF60\uFF62-\uFF63\uFFF9-\uFFFB'
  ']', '', 'g');

-- Where names are compared: in the county, or without one in the place itself.
create function compared_in(county text, place text) returns text language sql immutable parallel safe
return coalesce(nullif(county, ''), place);

-- Folds case and width (ABC, ａｂｃ, abc) and straightens curly quotation marks.
create function searchable(words text) returns text language sql immutable parallel safe
return lower(translate(normalize(words, nfkc), '“”„‟‘’‚‛', '""""'''''''''));

-- Pairs of characters, fours of Latin letters and digits, and the codes of places ("@23", "@2303", "@230302"). The
-- body is bound at creation, so that a restored dump computes it under any search path. "offset 0" keeps the planner
-- from splitting the text for each pair.
create function word_tokens(words text, region text) returns text[] language sql immutable parallel safe return array(
  select f.c[i] || f.c[i + 1] from (select regexp_split_to_array(searchable(words), '') offset 0) f(c),
      generate_series(1, cardinality(f.c) - 1) i
    where f.c[i] !~ '\s' and f.c[i + 1] !~ '\s'
  union -- numbers: pairs of digits are in every reference
  select array_to_string(f.c[i:i + 3], '') from (select regexp_split_to_array(searchable(words), '') offset 0) f(c),
      generate_series(1, cardinality(f.c) - 3) i
    where array_to_string(f.c[i:i + 3], '') ~ '^[!-~]{4}$'
  union all
  select '@' || left(region, n) from unnest(array[2, 4, 6, 9, 12]) n where length(region) >= n);

-- Aborts a statement when one of its parts found another version than the decision was made on.
-- +goose StatementBegin
create function give_up(what text) returns boolean language plpgsql as $$
begin
  raise exception using errcode = 'IB001', message = 'moved underneath: ' || what;
end $$;
-- +goose StatementEnd

-- A limit of this connection, null if it sets none.
create function bound_of(which text) returns bigint language sql stable as $$
  select nullif(nullif(current_setting('incubase.' || which, true), ''), '0')::bigint
$$;

-- Refuses a row past a limit of its organization; the detail is the limit. Separate functions and a lock for each
-- organization let the second of two concurrent rows count the first.
-- +goose StatementBegin
create function past_bound(rule text, most bigint) returns void language plpgsql as $$
begin
  raise exception using errcode = '23514', constraint = rule, message = 'past the bound of the organization',
      detail = most::text;
end $$;
-- +goose StatementEnd
