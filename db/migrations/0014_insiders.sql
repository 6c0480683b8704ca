-- Insiders of a case: who wrote it for the applicant (case_parties), and who coached its organization.
-- +goose Up
alter table case_parties drop constraint party_part; -- the kinds are the program's: reviewer, cosigner, helper

-- Insiders are kept out of the duties of the staff.
alter table duties add column staff boolean not null default true;

-- Who coached an organization and when that was last, by the case on which they did.
create table coachings (
  organization_id uuid not null references organizations,
  user_id         uuid not null references users,
  case_id         uuid not null references cases,
  at              timestamptz not null, -- domain time
  primary key (organization_id, user_id, case_id)
);
insert into schema_releases values (14, '0.1.0');
