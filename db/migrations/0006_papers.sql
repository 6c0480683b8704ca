-- Official papers that actions issue, with numbers that have no gaps (GB/T 9704-2012, 7.2.5). A number is taken in the very
-- statement that writes the act: a write that fails takes none.
-- +goose Up
create table paper_numbers (
  word plain_line not null constraint paper_word check (char_length(word) between 1 and 20),
  year int not null,
  last int not null constraint paper_numbers_from_one check (last > 0),
  primary key (word, year)
);

create table papers (
  id       uuid primary key,
  case_id  uuid not null references cases,
  seq      int not null, -- the act that issued it
  round_id uuid,
  kind     text not null constraint paper_kind check (kind in ('notice', 'award', 'refusal', 'agreement')),
  word     text not null, -- '': it carries no number
  year     int not null,
  serial   int not null,
  facts    jsonb not null, -- what it says, as of its day
  at       timestamptz not null,
  constraint paper_numbered check ((word = '') = (serial = 0) and serial >= 0),
  foreign key (case_id, seq) references events (case_id, seq) deferrable initially deferred
);
create unique index paper_number on papers (word, year, serial) where word <> '';
create index papers_case on papers (case_id, seq);
create index papers_round on papers (round_id, kind, id) where round_id is not null;

-- A paper that holds no longer keeps its number, and says so. Nothing is taken away: this is a row beside it.
create table paper_voids (
  paper_id uuid primary key references papers,
  case_id  uuid not null,
  seq      int not null, -- the act that voided it
  at       timestamptz not null,
  foreign key (case_id, seq) references events (case_id, seq) deferrable initially deferred
);

create view paper_docs as
select p.id, p.case_id, p.seq, p.round_id, p.kind, p.word, p.year, p.serial, p.at, p.facts, v.at as voided_at
from papers p left join paper_voids v on v.paper_id = p.id;

insert into schema_releases values (6, '0.1.0');
