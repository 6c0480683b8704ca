-- What the public objects to. A row names the event that brought it and the one that answered it; the case carries how many there
-- are (counts: objections, objections_holding ...), so that it does not grow with them.
-- +goose Up
create table objections (
  case_id     uuid not null references cases,
  n           int not null constraint objection_number check (n > 0), -- one number for everybody
  seq         int not null,
  code        text not null constraint objection_code check (code ~ '^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$'),
  at          timestamptz not null, -- domain time
  name        text not null default '' constraint objector_name_length check (char_length(name) <= 80),
  contact     text not null default '' constraint objector_contact_length check (char_length(contact) <= 120),
  text        text not null constraint objection_length check (char_length(text) <= 5000),
  anonymous   boolean not null,
  counts      boolean not null, -- holds up the award until it is answered
  unconfirmed boolean not null,
  since       date,             -- its period begins; none while it is unconfirmed
  due_on      date,
  resolved_at timestamptz,
  upheld      boolean not null default false,
  reason      text not null default '' constraint objection_answer_length check (char_length(reason) <= 5000),
  answered_by uuid references users,
  answer_seq  int,
  files       uuid[] not null default '{}',
  primary key (case_id, n),
  constraint objection_codes_differ unique (code),
  constraint objection_has_its_event foreign key (case_id, seq) references events,
  constraint answer_has_its_event foreign key (case_id, answer_seq) references events,
  constraint unconfirmed_holds_nothing check (not (unconfirmed and counts)),
  constraint answered_in_whole check ((resolved_at is null) = (answer_seq is null) and (resolved_at is null) = (answered_by is null)
    and (resolved_at is not null or reason = ''))
);
create index objections_waiting on objections (case_id, n) where resolved_at is null;
insert into schema_releases values (19, '0.1.0');
