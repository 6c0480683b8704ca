-- Signed roots: a root follows another by its number and time, so that an interval in which nothing happened, whose root is the
-- same as the one before, is signed too. Roots of the first form follow the order of their numbers, as before.
-- +goose Up
alter table chain_roots drop constraint root_follows_once,
  add column form smallint not null default 1 constraint root_form check (form in (1, 2)),
  add column previous_id bigint constraint root_follows_a_root references chain_roots,
  add column previous_at timestamptz,
  add column kept_at timestamptz not null default now(), -- real time; not signed
  add constraint root_comes_later check (previous_id < id and at >= previous_at),
  add constraint root_names_the_one_before check ((previous_id is null) = (previous_at is null));
update chain_roots r set previous_id = p.id, previous_at = p.at
from (select id, lag(id) over (order by id) as before from chain_roots) l join chain_roots p on p.id = l.before
where r.id = l.id and r.at >= p.at;
alter table chain_roots alter column form set default 2;
-- Two servers that sign at the same time: one root is kept, and the other server signs after it.
create unique index root_follows_once on chain_roots (coalesce(previous_id, 0));

-- The public keys whose roots are believed. The owner of the schema writes it, at the start of a server.
create table root_keys (
  signer bytea primary key constraint root_key_length check (length(signer) = 32),
  since  timestamptz not null default now()
);
insert into root_keys (signer, since) select signer, min(at) from chain_roots group by signer;

insert into schema_releases values (20, '0.1.0');
