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

-- Nobody acts for an organization and is of the staff of its place: at granting, and when the organization moves. The rows
-- that the rule rests on are locked, so that of two changes at the same time the second sees the first.
-- +goose StatementBegin
create function applicant_and_staff() returns trigger language plpgsql as $$
declare
  whose uuid; which uuid;
begin
  if tg_table_name = 'role_grants' then
    whose := new.user_id;
    perform 1 from users u where u.id = whose for update;
    perform 1 from organizations o where o.id in (select g.organization_id from role_grants g where g.user_id = whose) for share;
  else
    which := new.id;
  end if;
  if exists (
    select 1 from role_grants own join organizations o on o.id = own.organization_id
    join role_reach r on r.user_id = own.user_id and starts_with(o.region, r.region)
    where (own.user_id = whose or o.id = which) and (own.until is null or own.until > now()) and (r.until is null or r.until > now())
      and r.role in ('officer', 'checker', 'decider', 'finance_maker', 'finance_checker', 'evaluator', 'auditor')) then
    raise exception using errcode = '23514', constraint = 'applicant_and_staff_are_separate',
      message = 'an account acts for an organization and is of the staff of its place';
  end if;
  return null;
end $$;
-- +goose StatementEnd
create trigger applicant_and_staff_are_separate after insert or update on role_grants
  for each row execute function applicant_and_staff();
create trigger applicant_and_staff_are_separate after update of region on organizations
  for each row when (old.region is distinct from new.region) execute function applicant_and_staff();
create index role_grants_organization on role_grants (organization_id) where organization_id is not null;
insert into schema_releases values (14, '0.1.0');
