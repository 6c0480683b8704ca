-- Rules of money have two keys: who loads a definition does not approve it, and only approved ones open cases. A definition
-- of the release is approved by the release. What becomes of a version is added to, like all history, and never changed.
-- +goose Up
alter table definitions
  add column loaded_by uuid not null default '00000000-0000-7000-8000-000000000001' references users, -- the system: release or command line
  add column released  boolean not null default true,
  add constraint definition_loader unique (name, version, loaded_by);

create table definition_standings (
  n         bigint generated always as identity primary key,
  workflow  text not null,
  version   int not null,
  loaded_by uuid not null,
  status    text not null constraint standing_status check (status in ('approved', 'withdrawn')),
  actor_id  uuid not null references users,
  at        timestamptz not null default now(),
  note      text not null default '' constraint standing_note check (char_length(note) <= 500),
  foreign key (workflow, version, loaded_by) references definitions (name, version, loaded_by),
  constraint two_keys check (status <> 'approved' or actor_id <> loaded_by)
);
create index definition_standings_latest on definition_standings (workflow, version, n desc);

-- How each version stands: by what became of it last.
create view definition_status as
select d.name, d.version, d.loaded_by, d.released, d.created_at, s.actor_id, s.at,
  coalesce(s.status, case when d.released then 'approved' else 'waiting' end) as status
from definitions d
left join lateral (select x.status, x.actor_id, x.at from definition_standings x where x.workflow = d.name and x.version = d.version
  order by x.n desc limit 1) s on true;

-- +goose StatementBegin
create function only_approved_definitions_open() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from definition_status d where d.name = new.workflow and d.version = new.definition_version and d.status = 'approved') then
    raise exception using errcode = '23514', constraint = 'only_approved_definitions_open',
      message = 'version ' || new.definition_version || ' of ' || new.workflow || ' is not approved';
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger only_approved_definitions_open before insert on cases for each row execute function only_approved_definitions_open();
insert into schema_releases values (28, '0.1.0');
