-- The ledger, and boards of numbers and sums.
-- +goose Up

-- The ledger. Each posting debits one account and credits another, so it always balances; the kind determines the
-- accounts.
create table postings (
  id         bigint generated always as identity primary key,
  case_id    uuid not null,
  seq        int not null,
  grant_id   uuid not null references cases,
  round_id   uuid not null references rounds,
  kind       text not null,
  debit      text not null,
  credit     text not null,
  amount_fen bigint not null constraint posting_amount_positive check (amount_fen > 0),
  tranche    int not null default 0,
  at         timestamptz not null,
  foreign key (case_id, seq) references events,
  constraint posting_between_its_accounts check (case kind
    when 'hold' then debit = 'envelope:' || round_id and credit = 'held:' || grant_id and tranche = 0
    when 'unhold' then debit = 'held:' || grant_id and credit = 'envelope:' || round_id and tranche = 0
    when 'commit' then debit = 'envelope:' || round_id and credit = 'commitment:' || grant_id and tranche = 0
    when 'release' then debit = 'commitment:' || grant_id and credit = 'envelope:' || round_id and tranche = 0
    when 'pay' then debit = 'commitment:' || grant_id and credit = 'paid:' || grant_id and tranche > 0
    when 'return' then debit = 'paid:' || grant_id and credit = 'returned:' || round_id and tranche = 0
    else false end)
);
create unique index one_payment_per_tranche on postings (grant_id, tranche) where kind = 'pay';
create index postings_grant on postings (grant_id);
create index postings_round on postings (round_id);
create index postings_event on postings (case_id, seq);

-- Boards: a transition appends its deltas; a worker folds them into cells; a read adds pending deltas.
create table board_deltas (
  id        bigint generated always as identity primary key,
  sign      smallint not null constraint delta_sign check (sign in (-1, 1)),
  province  text not null,
  city      text not null,
  county    text not null,
  street    text not null,
  agency_id uuid,
  round_id  uuid,
  topics    text[] not null,
  workflow  text not null,
  stage     text not null,
  amount    bigint not null,
  awards    smallint not null default 0,
  committed bigint not null default 0,
  paid      bigint not null default 0,
  due_on    date
);

-- dim and key: region (code of the child), agency, round (id), field (topic), workflow (name). scope: a region at any
-- level, '' for the country. Numbers of a workflow are apart within each key: a board is of all or of one.
create table board_cells (
  dim    text not null,
  scope  text not null,
  key    text not null,
  stage  text not null,
  workflow  text not null,
  n      bigint not null,
  amount bigint not null,
  awards    bigint not null default 0,
  committed bigint not null default 0,
  paid      bigint not null default 0,
  primary key (dim, scope, key, stage, workflow)
) with (fillfactor = 50);

-- How many cases fall due on a day: overdue is the sum over past days.
create table board_dues (
  dim    text not null,
  scope  text not null,
  due_on date not null,
  key    text not null,
  workflow text not null,
  n      bigint not null,
  primary key (dim, scope, due_on, key, workflow)
) with (fillfactor = 50);

-- Days long past are summed into one; this is the last of them.
create table board_horizon (
  one boolean primary key default true constraint one_horizon check (one),
  day  date not null
);
insert into board_horizon (day) values ('-infinity');

-- The cells in which a case counts. A case above the children's level counts under its own region.
-- +goose StatementBegin
create function board_keys(province text, city text, county text, street text, agency uuid, round uuid, topics text[],
  workflow text)
returns table (dim text, scope text, key text) language sql immutable parallel safe as $$
  select 'region', v.scope, coalesce(nullif(v.child, ''), v.scope)
    from (values (1, '', province), (2, province, city), (3, city, county), (4, county, street)) v(n, scope, child)
    where v.n = 1 or v.scope <> ''
  union all
  select d.dim, s.scope, d.key
    from (select distinct x from unnest(array['', province, city, county, street]) x) s(scope),
      (select 'agency' as dim, agency::text as key where agency is not null
       union all select 'round', round::text where round is not null
       union all select 'workflow', workflow
       union all select distinct 'field', t from unnest(topics) t) d
$$;
-- +goose StatementEnd
