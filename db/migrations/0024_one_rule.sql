-- One rule at every door: what a text may hold is what workflow/clean lets pass, and names, filing numbers and codes are
-- compared as people read them.
-- +goose Up

-- Joiners (U+200C, U+200D) belong to Mongolian, Persian and Uyghur text and to emoji.
alter domain plain_line drop constraint plain_line;
alter domain plain_line add constraint plain_line check (value is nfc normalized
  and value !~ '[\u0001-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');
alter domain plain_text drop constraint plain_text;
alter domain plain_text add constraint plain_text check (value is nfc normalized
  and value !~ '[\u0001-\u0008\u000B-\u001F\u007F-\u009F\u00AD\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]');

-- Telephones as workflow/clean writes them: several with " / " between, an extension behind a hyphen.
alter table organizations drop constraint phone_shape, add constraint phone_shape check (char_length(phone) <= 80
  and phone ~ '^(\+?[0-9][0-9-]{4,23}( / \+?[0-9][0-9-]{4,23})*)?$');

-- What tells a name from others: clean.Identity of workflow/clean says the same. NFKC folds the Kangxi radicals alone; those of
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

-- Where names are compared: in a county, or where there is none in the place itself.
create function compared_in(county text, place text) returns text language sql immutable parallel safe
return coalesce(nullif(county, ''), place);

drop index filing_number_once;
create unique index filing_number_once on organizations (compared_in(county, region::text), identity_of(filing_number))
  where filing_number <> '';
-- Near matches of a name.
create index organizations_identity on organizations (compared_in(county, region::text), identity_of(name)) where kind <> 'abroad';

-- Whether an organization may be written under its name: always, or while it is the only one that has it. One lock for each
-- name in a place, so that of two at the same time the second sees the first.
-- +goose StatementBegin
create function name_stands(o organizations, alone boolean) returns boolean language plpgsql as $$
declare
  place text := compared_in(o.county, o.region::text);
  identity text := identity_of(o.name);
begin
  perform pg_advisory_xact_lock(hashtextextended('name ' || place || ' ' || identity, 0));
  return not alone or not exists (select 1 from organizations x where x.kind <> 'abroad' and x.id <> o.id
    and compared_in(x.county, x.region::text) = place and identity_of(x.name) = identity);
end $$;
-- +goose StatementEnd

alter table projects drop constraint project_once;
create unique index project_once on projects (organization_id, identity_of(title));

insert into schema_releases values (24, '0.1.0');
