-- What takes more than a session: the password again, a second factor, a second person for a definition.
-- +goose Up
-- When its owner last typed the password: what gives rights, accounts or money to others asks for it within ten minutes.
alter table sessions add column confirmed_at timestamptz not null default now();
insert into schema_releases values (27, '0.1.0');
