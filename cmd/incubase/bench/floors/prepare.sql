-- Copies of the tables that a transition writes, with indexes and checks but without foreign keys and triggers, and
-- 4,000 numbered cases. Generated columns are plain ones here.
drop schema if exists floor cascade;
create schema floor;
create table floor.hot (n int primary key, id uuid not null, organization_id uuid, round_id uuid);
insert into floor.hot select row_number() over (order by md5(id::text)), id, organization_id, round_id
  from cases where workflow = 'grant' and stage <> '' and county = '230302' order by md5(id::text) limit 4000;
create table floor.cases (like cases including defaults including constraints including indexes including storage);
create table floor.events (like events including defaults including constraints including indexes);
create table floor.event_payloads (like event_payloads including defaults including constraints including indexes);
create table floor.idempotency_keys (like idempotency_keys including all);
create table floor.duties (like duties including all);
create table floor.board_deltas (like board_deltas including all);
