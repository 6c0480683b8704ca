-- What counts now is bound: the last event of each commit carries a MAC of the case as the commit left it, each event one of the
-- rows that it wrote, each entry of a record's log one of the record. The key is on the servers and not here.
-- +goose Up
alter table events
  add column row_mac sha256_sum,  -- of the case; null where another event of the same commit follows
  add column rows_mac sha256_sum; -- of this event and of what it wrote to other tables

-- Rows that an act writes name it. The digest of frozen answers stays when they are erased.
alter table case_answers
  add column seq int,
  add column digest sha256_sum,
  add constraint answers_of_an_event foreign key (case_id, seq) references events deferrable initially deferred;
alter table signals
  add column from_case uuid,
  add column from_seq int;
create index signals_event on signals (from_case, from_seq);
create index postings_event on postings (case_id, seq);

-- Each time somebody coached is a row of its own, so that none has to be changed.
alter table coachings drop constraint coachings_pkey,
  add column seq int not null default 0,
  add primary key (organization_id, user_id, case_id, seq);
create index coachings_event on coachings (case_id, seq);

-- Rows that change, or that no act writes, carry a MAC of their own.
alter table objections add column row_mac sha256_sum;
alter table paper_voids add column row_mac sha256_sum;

alter table sessions add column row_mac sha256_sum;
alter table attachments add column row_mac sha256_sum, add column case_mac sha256_sum; -- its case is named later

create table record_macs (
  kind      text not null,
  record_id text not null,
  seq       int not null,
  row_mac   sha256_sum not null,
  primary key (kind, record_id, seq),
  constraint mac_of_an_entry foreign key (kind, record_id, seq) references record_log
);

-- The fingerprint of the key, so that a server with another is noticed at its start. The owner of the schema writes it.
create table row_keys (
  fingerprint sha256_sum primary key,
  since       timestamptz not null default now()
);

-- Says which entries this transaction has written, for the server to bind before it commits: a setting of the transaction, so
-- that nobody else can have entries bound.
-- +goose StatementBegin
create function note_entry() returns trigger language plpgsql as $$
begin
  perform set_config('incubase.entries', coalesce(current_setting('incubase.entries', true), '') || new.kind || ' ' || new.record_id || ' ' || new.seq || E'\n', true);
  return null;
end $$;
-- +goose StatementEnd
create trigger note_entry after insert on record_log for each row execute function note_entry();

-- Who signs in, and who fails to, is chained per account; tries with unknown logins by day.
alter table audit
  add column chain text,
  add column seq int,
  add column previous_hash sha256_sum,
  add column hash sha256_sum;

create function audit_hash(a audit) returns bytea language sql immutable parallel safe return sha256(convert_to(jsonb_build_array(
  'incubase-audit-1', a.chain, a.seq, trunc(extract(epoch from a.at) * 1000000)::bigint, a.act, a.actor_id, a.subject, a.address, a.success, a.detail,
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
create unique index audit_chain on audit (chain, seq);

insert into schema_releases values (21, '0.1.0');
