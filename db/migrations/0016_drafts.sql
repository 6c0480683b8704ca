-- Who signs a draft signs what they saw: saves of the answers are counted, each answer says who wrote it last, a text that
-- another save replaced stays readable, and a file says which act brought it in.
-- +goose Up
alter table drafts
  add column number  int not null default 0 constraint draft_number check (number >= 0), -- of the answers: counts their saves
  add column written jsonb not null default '{}'; -- of the answers: {"question": {"by": user, "at": time}}
-- Of two saves that follow the same one the second finds this one's row, and is decided anew.
create unique index drafts_one_after_another on drafts (case_id, number) where slot = 'answers' and number > 0;

alter table attachments add column seq int constraint attachment_seq check (seq > 0); -- of the act; null while it can be taken out

-- Nobody's facts either: kept for thirty days.
create table replaced_answers (
  id          bigint generated always as identity primary key,
  case_id     uuid not null references cases,
  question    text not null,
  value       jsonb not null,
  actor_id    uuid not null references users, -- who wrote it
  at          timestamptz not null,
  replaced_by uuid not null references users,
  replaced_at timestamptz not null
);
create index replaced_answers_case on replaced_answers (case_id, question, replaced_at);
create index replaced_answers_old on replaced_answers (replaced_at);
insert into schema_releases values (16, '0.1.0');
