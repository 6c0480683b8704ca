-- Files, objections, papers, and imports.
-- +goose Up

-- Files, named on disk by the hash of their content. Bound to a case once, never unbound.
create table attachments (
  id          uuid primary key,
  sha256      bytea not null constraint attachment_hash check (length(sha256) = 32),
  size        bigint not null constraint attachment_size check (size > 0),
  type        text not null constraint attachment_type check (type ~ '^[a-z]+/[a-z0-9.+-]+$'),
  name        plain_line not null constraint attachment_name check (char_length(name) between 1 and 120
      and name !~ '[/\\]'),
  uploader_id uuid not null references users,
  at          timestamptz not null default now(),
  case_id     uuid constraint attachment_of_a_case references cases, -- null until an action names it
  seq         int constraint attachment_seq check (seq > 0), -- of the act; null while it can be removed
  row_mac     sha256_sum,
  case_mac    sha256_sum, -- its case is named later
  -- Whether the content is active when opened, and the scanner's verdict. A content that is pending or infected is
  -- never served.
  active      boolean not null default false,
  scan        text not null default 'none' constraint scan_result check (scan in ('none', 'pending', 'clean',
      'infected')),
  erased_at   timestamptz,
  content_gone boolean not null default false,
  constraint content_goes_with_the_file check (not content_gone or erased_at is not null)
);
create index attachments_case on attachments (case_id, at) where case_id is not null;
create index attachments_loose on attachments (at) where case_id is null;
create index attachments_content on attachments (sha256);
create index attachments_uploader on attachments (uploader_id);
create index attachments_erased on attachments (erased_at) where erased_at is not null and not content_gone;
create index attachments_pending on attachments (at) where scan = 'pending';

-- Files count for the organization whose people uploaded them; those of strangers with evidence and of staff do not.
-- +goose StatementBegin
create function bound_files() returns trigger language plpgsql as $$
declare
  most bigint := bound_of('files');
  whose uuid;
begin
  if most is not null then
    select u.organization_id into whose from users u where u.id = new.uploader_id;
  end if;
  if whose is null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('files ' || whose, 0));
  if (select coalesce(sum(a.size), 0) from users u join attachments a on a.uploader_id = u.id
      where u.organization_id = whose) + new.size > most then
    perform past_bound('files_of_an_organization', most >> 20);
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger files_of_an_organization before insert on attachments for each row execute function bound_files();

-- Objections of the public. A row names the event that brought it and the one that answered it; the case holds only
-- counts (objections, objections_holding ...), so that it does not grow with them.
create table objections (
  case_id     uuid not null references cases,
  n           int not null constraint objection_number check (n > 0), -- shown to all
  seq         int not null,
  code        text not null constraint objection_code check (code ~
      '^([0-9A-HJKMNP-TV-Z]{5}-){3}[0-9A-HJKMNP-TV-Z]{5}$'),
  at          timestamptz not null, -- domain time
  name        text not null default '' constraint objector_name_length check (char_length(name) <= 80),
  contact     text not null default '' constraint objector_contact_length check (char_length(contact) <= 120),
  text        text not null constraint objection_length check (char_length(text) <= 5000),
  anonymous   boolean not null,
  counts      boolean not null, -- holds up the award until answered
  unconfirmed boolean not null,
  since       date, -- its period begins; null while unconfirmed
  due_on      date,
  resolved_at timestamptz,
  upheld      boolean not null default false,
  reason      text not null default '' constraint objection_answer_length check (char_length(reason) <= 5000),
  answered_by uuid references users,
  answer_seq  int,
  files       uuid[] not null default '{}',
  row_mac     sha256_sum,
  erased_at   timestamptz,
  primary key (case_id, n),
  constraint objection_codes_differ unique (code),
  constraint objection_has_its_event foreign key (case_id, seq) references events,
  constraint answer_has_its_event foreign key (case_id, answer_seq) references events,
  constraint unconfirmed_holds_nothing check (not (unconfirmed and counts)),
  constraint answered_in_whole check ((resolved_at is null) = (answer_seq is null)
      and (resolved_at is null) = (answered_by is null)
    and (resolved_at is not null or reason = ''))
);
create index objections_waiting on objections (case_id, n) where resolved_at is null;

-- Official papers that actions issue, numbered without gaps (GB/T 9704-2012, 7.2.5). The statement that writes the
-- act takes the number: a failed write takes none.
create table paper_numbers (
  word plain_line not null constraint paper_word check (char_length(word) between 1 and 20),
  year int not null,
  last int not null constraint paper_numbers_from_one check (last > 0),
  primary key (word, year)
);

-- A paper to be signed is issued once, before the first signature. The case's answers hold the signatures, each with
-- the hash of the text. A paper without signatures has no seats.
create table papers (
  id       uuid primary key,
  case_id  uuid not null references cases,
  seq      int not null, -- the act that issued it
  round_id uuid,
  kind     text not null constraint paper_kind check (kind in ('notice', 'award', 'refusal', 'agreement',
    'entry_agreement', 'minutes')),
  word     text not null, -- '': without a number
  year     int not null,
  serial   int not null,
  facts    jsonb not null, -- its content on that day
  at       timestamptz not null,
  constraint paper_numbered check ((word = '') = (serial = 0) and serial >= 0),
  foreign key (case_id, seq) references events (case_id, seq) deferrable initially deferred
);
create unique index paper_number on papers (word, year, serial) where word <> '';
create index papers_case on papers (case_id, seq);
create index papers_round on papers (round_id, kind, id) where round_id is not null;

-- Running notices by their last day: papers are kept for ever but run for days. ISO dates sort as text.
create index papers_notice on papers ((facts ->> 'until') collate "C", case_id) where kind = 'notice';

-- Voids: a void paper keeps its number and row.
create table paper_voids (
  paper_id uuid primary key references papers,
  case_id  uuid not null,
  seq      int not null, -- the act that voided it
  at       timestamptz not null,
  row_mac  sha256_sum,
  foreign key (case_id, seq) references events (case_id, seq) deferrable initially deferred
);

-- An imported file.
create table imports (
  id       uuid primary key,
  kind     text not null constraint import_kind check (kind in ('awards', 'organizations', 'applications')),
  -- its name, without the folder
  file     plain_line not null constraint import_file check (char_length(file) between 1 and 300),
  sha256   bytea not null constraint import_hash check (length(sha256) = 32),
  actor_id uuid not null references users,
  at       timestamptz not null default now()
);

-- Which row of which file became which record. The identifier is the publisher's: a second import finds it here.
create table external_ids (
  kind        text not null constraint external_kind check (kind in ('organization', 'case')),
  external_id text not null constraint external_id_length check (char_length(external_id) between 1 and 300),
  record_id   uuid not null,
  import_id   uuid not null references imports,
  row_number  int not null constraint external_row check (row_number > 0),
  row_hash    bytea not null constraint external_row_hash check (length(row_hash) = 32),
  constraint external_id_once primary key (kind, external_id)
);
create index external_ids_record on external_ids (record_id);
