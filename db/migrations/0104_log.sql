-- The log that chains all changes of records, sign-ins, signed roots, and the keys that bind rows.
-- +goose Up

-- All changes of records, chained by hash per record. Bodies are in record_bodies, so that personal data can be
-- erased while the chain still verifies. No value may contain a line feed.
create table record_log (
  kind          text not null constraint record_kind check (kind in ('organization', 'project', 'round', 'user', 'role',
      'agency',
    'competence', 'calendar', 'workflow', 'region')),
  record_id     text not null constraint record_id_form check (record_id ~ '^[0-9a-z_.-]{2,80}$'),
  seq           int not null constraint record_seq check (seq > 0),
  previous      int generated always as (nullif(seq, 1) - 1) stored,
  op            text not null constraint record_op check (op ~ '^[a-z_]{2,40}$'),
  actor_id      uuid not null references users,
  at            timestamptz not null, -- domain time
  recorded_at   timestamptz not null default now(),
  body_hash     bytea not null constraint record_body_hash check (length(body_hash) = 32),
  previous_hash bytea not null constraint record_previous_hash check (length(previous_hash) = 32),
  hash          bytea not null constraint record_hash check (length(hash) = 32),
  primary key (kind, record_id, seq),
  constraint record_identity unique (kind, record_id, seq, hash),
  constraint record_starts_the_chain check (seq > 1 or previous_hash = decode(repeat('00', 32), 'hex')),
  constraint record_follows_the_last foreign key (kind, record_id, previous, previous_hash)
    references record_log (kind, record_id, seq, hash)
);

create table record_bodies (
  kind      text not null,
  record_id text not null,
  seq       int not null,
  body      text constraint record_body_length check (octet_length(body) <= 2097152),
  erased_at timestamptz,
  erased_by uuid references users,
  reason    text constraint record_erasure_reason check (char_length(reason) between 1 and 500),
  primary key (kind, record_id, seq),
  foreign key (kind, record_id, seq) references record_log,
  constraint record_body_or_erasure check ((body is null) = (erased_at is not null and reason is not null))
);

create table record_macs (
  kind      text not null,
  record_id text not null,
  seq       int not null,
  row_mac   sha256_sum not null,
  primary key (kind, record_id, seq),
  constraint mac_of_an_entry foreign key (kind, record_id, seq) references record_log
);

-- Notes the entries that this transaction writes, which the server binds before it commits. The setting is local to
-- the transaction, so no other session can have entries bound.
-- +goose StatementBegin
create function note_entry() returns trigger language plpgsql as $$
begin
  perform set_config('incubase.entries', coalesce(current_setting('incubase.entries', true),
      '') || new.kind || ' ' || new.record_id || ' ' || new.seq || E'\n', true);
  return null;
end $$;
-- +goose StatementEnd
create trigger note_entry after insert on record_log for each row execute function note_entry();

-- Writes a record's log entry, its body and the receipt of its key in the statement that changed the record. The hash
-- covers, a line each: incubase-record-1, kind, id, seq, op, actor, unix microseconds, body hash (hex), previous hash
-- (hex).
-- +goose StatementBegin
create function log_record(which_kind text, which_id text, what text, who uuid, moment timestamptz, said text,
  idempotency text, request bytea, answer text) returns text language plpgsql as $$
declare
  last_seq int; last_hash bytea; said_hash bytea := sha256(convert_to(said, 'UTF8'));
begin
  select seq, hash into last_seq, last_hash from record_log
   where kind = which_kind and record_id = which_id order by seq desc limit 1;
  last_seq := coalesce(last_seq, 0);
  last_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  insert into record_log (kind, record_id, seq, op, actor_id, at, body_hash, previous_hash, hash)
  values (which_kind, which_id, last_seq + 1, what, who, moment, said_hash, last_hash,
    sha256(convert_to(concat_ws(E'\n', 'incubase-record-1', which_kind, which_id, last_seq + 1, what, who,
      trunc(extract(epoch from moment) * 1000000)::bigint, encode(said_hash, 'hex'), encode(last_hash, 'hex')),
          'UTF8')));
  insert into record_bodies (kind, record_id, seq, body) values (which_kind, which_id, last_seq + 1, said);
  if idempotency <> '' then
    insert into idempotency_keys (actor_id, key, digest, receipt) values (who, idempotency, request, answer);
  end if;
  return answer;
end $$;
-- +goose StatementEnd

-- Sign-ins, sign-outs, refused sign-ins and other acts on accounts. Changes of rights are records.
create table audit (
  id       bigint generated always as identity primary key,
  at       timestamptz not null default clock_timestamp(),
  act      text not null constraint audit_act check (act ~ '^[a-z_]{2,40}$'),
  actor_id uuid references users,
  subject  text not null default '' constraint audit_subject check (char_length(subject) <= 80),
  address  text not null default '' constraint audit_address check (char_length(address) <= 80),
  success  boolean not null,
  detail   text not null default '' constraint audit_detail check (char_length(detail) <= 500),
  -- Chained per account; tries with unknown logins by day.
  chain         text,
  seq           int,
  previous_hash sha256_sum,
  hash          sha256_sum
);
create index audit_at on audit (at desc, id desc);
create index audit_actor on audit (actor_id, id desc);
create unique index audit_chain on audit (chain, seq);

create function audit_hash(a audit) returns bytea language sql immutable parallel safe return
    sha256(convert_to(jsonb_build_array(
  'incubase-audit-1', a.chain, a.seq, trunc(extract(epoch from a.at) * 1000000)::bigint, a.act, a.actor_id, a.subject,
      a.address, a.success, a.detail,
  encode(a.previous_hash, 'hex'))::text, 'UTF8'));

-- +goose StatementBegin
create function chain_audit() returns trigger language plpgsql as $$
declare
  last_seq int; last_hash bytea;
begin
  new.chain := coalesce(new.actor_id::text, to_char(new.at at time zone 'Asia/Shanghai', 'YYYY-MM-DD'));
  perform pg_advisory_xact_lock(hashtextextended('audit ' || new.chain, 0));
  select seq, hash into last_seq, last_hash from audit where chain = new.chain order by seq desc limit 1;
  new.seq := coalesce(last_seq, 0) + 1;
  new.previous_hash := coalesce(last_hash, decode(repeat('00', 32), 'hex'));
  new.hash := audit_hash(new);
  return new;
end $$;
-- +goose StatementEnd
create trigger chain_audit before insert on audit for each row execute function chain_audit();

-- Signed roots over all chain heads: a copy kept elsewhere proves later that history was not rewritten.
create table chain_roots (
  id        bigint generated always as identity primary key,
  at        timestamptz not null default now(),
  heads     bigint not null,
  root      bytea not null constraint root_length check (length(root) = 32),
  previous  bytea not null constraint root_previous_length check (length(previous) = 32),
  signer    bytea not null constraint root_signer_length check (length(signer) = 32),
  signature bytea not null constraint root_signature_length check (length(signature) = 64),
  form      smallint not null default 2 constraint root_form check (form in (1, 2)),
  previous_id bigint constraint root_follows_a_root references chain_roots,
  previous_at timestamptz,
  kept_at   timestamptz not null default now(), -- real time; not signed
  constraint root_comes_later check (previous_id < id and at >= previous_at),
  constraint root_names_the_one_before check ((previous_id is null) = (previous_at is null))
);

-- Of two servers that sign at once one stores its root; the other retries after it.
create unique index root_follows_once on chain_roots (coalesce(previous_id, 0));

-- The trusted public keys of roots. The schema's owner writes them at a server's start.
create table root_keys (
  signer bytea primary key constraint root_key_length check (length(signer) = 32),
  since  timestamptz not null default now()
);

-- The fingerprint of the row key, so that a server with another key is noticed at its start. Written by the schema's
-- owner.
create table row_keys (
  fingerprint sha256_sum primary key,
  since       timestamptz not null default now(),
  folder_at   timestamptz -- since when a folder of attachments carries the fingerprint
);

-- Which releases may run on this schema; the newest row counts.
create table schema_releases (
  schema  int primary key,
  oldest  text not null constraint release_form check (oldest ~ '^[0-9]+\.[0-9]+\.[0-9]+$')
);

-- The hash of the baseline migrations. They are edited in place until the first release; a database made by another
-- text is refused.
create table schema_baseline (
  hash sha256_sum primary key
);
