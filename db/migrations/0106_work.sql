-- Around a case: drafts, duties, timers, signals, parties, words, and answers to repeated commands.
-- +goose Up

-- Drafts: work in progress. No guard reads them.
create table drafts (
  case_id  uuid not null references cases,
  actor_id uuid not null references users,
  slot     text not null, -- 'answers', which are shared, or the action it prepares
  body     jsonb not null constraint draft_size check (octet_length(body::text) <= 524288),
  at       timestamptz not null,
  number   int not null default 0 constraint draft_number check (number >= 0), -- of the answers: counts their saves
  written  jsonb not null default '{}', -- of the answers: {"question": {"by": user, "at": time}}
  primary key (case_id, slot, actor_id)
);

-- Of two saves after the same one the second conflicts here and is decided again.
create unique index drafts_one_after_another on drafts (case_id, number) where slot = 'answers' and number > 0;

-- A text that another save replaced, shown under its question for thirty days.
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

-- Who has to act, as the commit computed it. A projection: no foreign keys, rebuilt by every commit.
create table duties (
  case_id         uuid not null,
  key             text not null,
  action          text not null,
  role            text not null,
  user_id         uuid,
  organization_id uuid,
  agency_id       uuid,
  region          text not null default '',
  due_at          timestamptz,
  staff           boolean not null default true, -- closed to insiders of the case
  ready           boolean not null default true, -- the guards about the case held at the commit
  ready_from      timestamptz, -- when the last missing clock runs out, in domain time
  primary key (case_id, key)
);
create index duties_role on duties (role, region text_pattern_ops) where user_id is null;
create index duties_user on duties (user_id) where user_id is not null;

-- Clocks that fire an action, as the commit computed them.
create table timers (
  case_id     uuid not null,
  name        text not null,
  since       int not null,
  fires_at    timestamptz not null,
  action      text not null,
  provisional boolean not null default false,
  tried_at    timestamptz, -- refused at that domain time; every later commit clears it
  refusals    text not null default '',
  primary key (case_id, name)
);
create index timers_fire on timers (fires_at);

-- Messages of a child to its parent: run after the commit, retried until done.
create table signals (
  key        text primary key,
  to_case    uuid not null references cases,
  action     text not null,
  fields     jsonb not null default '{}',
  at         timestamptz not null,
  done_at    timestamptz,
  tries      int not null default 0,
  next_at    timestamptz not null default now(),
  problem    text not null default '',
  from_case  uuid, -- the event that queued it
  from_seq   int
);
create index signals_pending on signals (next_at) where done_at is null;
create index signals_event on signals (from_case, from_seq);

-- Reviewers, agencies and helpers of a case, for scopes. Written only when they change.
create table case_parties (
  who     uuid not null,
  part    text not null, -- reviewer, cosigner, helper, or the kind of seat that a part of the case gives
  case_id uuid not null,
  primary key (who, part, case_id)
);
create index case_parties_case on case_parties (case_id);

-- Who coached an organization and when last, by the case on which they did.
create table coachings (
  organization_id uuid not null references organizations,
  user_id         uuid not null references users,
  case_id         uuid not null references cases,
  at              timestamptz not null, -- domain time
  seq             int not null default 0, -- one row each time, so that none is changed
  primary key (organization_id, user_id, case_id, seq)
);
create index coachings_event on coachings (case_id, seq);

-- What organizations achieved, as a grade, by the act that gave it. Rows are only added: the latest of a case and name
-- counts, and one without words withdraws it (the MAC does not tell null from false and 0).
create table results (
  case_id         uuid not null,
  seq             int not null,
  name            case_code not null,
  organization_id uuid not null references organizations,
  label_zh        text not null default '',
  label_en        text not null default '',
  value           jsonb not null default 'null', -- null, a string, a number, true or false
  shown_zh        text not null default '',
  shown_en        text not null default '',
  on_day          date not null,
  until_day       date, -- the last on which it holds
  primary key (case_id, seq, name),
  foreign key (case_id, seq) references events
);
create index results_organization on results (organization_id, case_id, name, seq desc);

-- Search text of a case: reference, title and organization, in its own row so that transitions do not touch the word
-- index. Pairs of characters find two-character Chinese words; places in the same index show that a word frequent in
-- the country is absent from a county without reading the county's cases.
create table case_words (
  case_id uuid primary key,
  words   text not null,
  region  text not null default ''
);
create index case_words_tokens on case_words using gin (word_tokens(words, region));

-- Answers to commands, by idempotency key. Those with a ledger effect are kept for ever.
create table idempotency_keys (
  actor_id   uuid not null,
  key        text not null constraint key_length check (char_length(key) between 1 and 200),
  digest     sha256_sum not null,
  receipt    text not null,
  forever    boolean not null default false,
  replayed   int not null default 0,
  created_at timestamptz not null default now(),
  primary key (actor_id, key)
) with (toast_tuple_target = 8160);
-- Receipts of some 4 KB stay inline and uncompressed: TOAST would cost every act four more writes.
alter table idempotency_keys alter column receipt set storage external;
create index idempotency_keys_age on idempotency_keys (created_at) where not forever;

-- Bulk acts in the background, case by case, each under a key derived from the job's. A forged row would act in
-- another user's name: mac binds the request, and a worker does nothing without it.
create table jobs (
  id           uuid primary key,
  actor_id     uuid not null references users,
  key          text not null constraint job_key_length check (char_length(key) between 1 and 200),
  keyed        boolean not null, -- the client gave the key
  confirmed_at timestamptz, -- when its actor last typed the password; null where the session was not fresh
  digest       sha256_sum not null,
  action       text not null,
  refs         text[] not null,
  round_id     uuid references cases, -- whose list it is
  total        int not null constraint job_size check (total between 1 and 1000 and total = cardinality(refs)),
  request      text not null, -- {"action", "note", "fields"}; empty once it has ended
  mac          sha256_sum not null,
  position     int not null default 0 constraint job_position check (position between 0 and total),
  succeeded    int not null default 0 constraint job_succeeded check (succeeded between 0 and position),
  verdicts     jsonb not null default '[]'
    constraint job_verdict_each check (jsonb_array_length(verdicts) = position),
  tries        int not null default 0, -- of the next case
  problem      text not null default '',
  created_at   timestamptz not null default now(),
  started_at   timestamptz,
  ended        text not null default '' -- why it ended before its last case
    constraint job_ended check (ended in ('', 'owner', 'password', 'sessions', 'factor', 'disabled', 'expired')),
  finished_at  timestamptz
    constraint job_finished check ((finished_at is not null) = (position = total or ended <> '')),
  lease        uuid,
  leased_until timestamptz not null default now(),
  constraint job_key_once unique (actor_id, key),
  constraint job_of_a_person check (actor_id not in
    ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002'))
);
create index jobs_waiting on jobs (leased_until) where finished_at is null;
create index jobs_actor on jobs (actor_id, created_at);
create index jobs_old on jobs (finished_at);

-- What keeps a person from starting a job: 'no_session' where the session has ended, 'too_many' of those that are not
-- done. The caller holds the person's row: a function of its own, because it has to see what was written meanwhile.
-- +goose StatementBegin
create function job_refused(who uuid, session uuid, most int) returns text language plpgsql as $$
begin
  if session is not null and not exists (select 1 from sessions s where s.id = session and s.user_id = who
      and s.ended_at is null) then
    return 'no_session';
  end if;
  if (select count(*) from jobs j where j.actor_id = who and j.finished_at is null) >= most then
    return 'too_many';
  end if;
  return '';
end $$;
-- +goose StatementEnd

-- Ends a person's jobs before their last case, or one of them; verdicts stay, and what was asked for is forgotten. It
-- waits for a job that is being started, which holds the person's row, and ends that one too.
-- +goose StatementBegin
create function end_jobs(who uuid, which uuid, why text) returns int language plpgsql as $$
declare
  n int;
begin
  perform 1 from users u where u.id = who for no key update;
  update jobs j set ended = why, finished_at = now(), request = '', problem = ''
  where j.actor_id = who and (which is null or j.id = which) and j.finished_at is null;
  get diagnostics n = row_count;
  return n;
end $$;
-- +goose StatementEnd

-- A job acts for who started it, and so ends with what ends that person's sessions: a new password and a disabled
-- account, a second factor that is taken away. Ending all sessions does the same (session_revoke.sql).
-- +goose StatementBegin
create function jobs_of_the_account() returns trigger language plpgsql as $$
begin
  perform end_jobs(new.id, null, case when new.disabled then 'disabled' else 'password' end);
  return null;
end $$;
-- +goose StatementEnd
create trigger jobs_of_the_account after update on users for each row
  when (new.disabled and not old.disabled or new.password_hash is distinct from old.password_hash)
  execute function jobs_of_the_account();

-- +goose StatementBegin
create function jobs_of_the_factor() returns trigger language plpgsql as $$
begin
  perform end_jobs(old.user_id, null, 'factor');
  return null;
end $$;
-- +goose StatementEnd
create trigger jobs_of_the_factor after delete on second_factors for each row
  when (old.secret is not null) execute function jobs_of_the_factor();

create table ref_counters (
  prefix text not null,
  year   int not null,
  n      bigint not null,
  primary key (prefix, year)
);

-- A demonstration's clock: domain time runs ahead by this much. Sessions and recorded_at never read it.
create table domain_clock (
  one          boolean primary key default true constraint one_clock check (one),
  microseconds bigint not null default 0 constraint clock_only_forward check (microseconds >= 0)
);
insert into domain_clock default values;
