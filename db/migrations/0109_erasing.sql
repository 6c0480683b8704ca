-- Erasing is an act: personal content goes; decisions, sums and hashes stay. The server's role erases only by the
-- functions below. Each checks actor and reason, lists the erasure, and holds only with the event or entry that says
-- so.
-- +goose Up

-- Retention periods, from a day on, by a rule; null: no longer than the purpose needs. Written by the schema's owner.
create table retention_periods (
  kind     text not null constraint retention_kind check (kind ~ '^[a-z_]{2,40}$'),
  since    date not null,
  keep     interval,
  title_zh text not null,
  title_en text not null,
  source   text not null,
  primary key (kind, since)
);
insert into retention_periods (kind, since, keep, title_zh, title_en, source) values
  ('personal', '2021-11-01', null, '个人信息：目的实现或不再必要时删除',
      'personal data: erased once its purpose is reached or no longer needs it',
    '个人信息保护法（2021）第十九条、第四十七条'),
  ('accounts', '2016-01-01', '30 years', '会计凭证、会计账簿', 'vouchers and ledgers of the accounts',
      '会计档案管理办法（财政部、国家档案局令第79号，2015）'),
  ('sign_in', '2017-06-01', '6 months', '登录日志', 'the log of sign-ins', '网络安全法（2016）第二十一条；2026年1月1日起施行的修正文本条号有变');

-- Erasures: who, when, why and of what kind, never the content. detail names the place (event 3, question phone).
create table erasures (
  id          uuid primary key,
  at          timestamptz not null, -- domain time
  recorded_at timestamptz not null default now(),
  actor_id    uuid not null references users,
  kind        text not null constraint erasure_kind check (kind in ('person', 'payload', 'draft', 'answer', 'objector',
      'file', 'entry', 'name')),
  case_id     uuid references cases,
  record_kind text,
  record_id   text,
  seq         int not null, -- of the case's event or the record's log entry that says so
  reason      plain_text not null constraint erasure_has_a_reason check (char_length(btrim(reason)) between 1 and 500),
  detail      text not null default '',
  constraint erasure_of_one_thing check ((case_id is null) = (record_id is not null)
      and (record_id is null) = (record_kind is null))
);
create index erasures_at on erasures (at desc, id desc);
create index erasures_case on erasures (case_id, seq) where case_id is not null;
create index erasures_record on erasures (record_kind, record_id, seq) where record_id is not null;

-- An erasure holds only with its actor's event or entry, checked at the end of the transaction.
-- +goose StatementBegin
create function erasing_is_an_act() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from events e where e.case_id = new.case_id and e.seq = new.seq and e.action = 'erase'
      and e.actor_id = new.actor_id)
    and not exists (select 1 from record_log l where l.kind = new.record_kind and l.record_id = new.record_id
        and l.seq = new.seq
      and l.op in ('erased', 'entry_erased') and l.actor_id = new.actor_id) then
    raise exception using errcode = '23514', constraint = 'erasing_is_an_act',
        message = 'nothing says that this was erased';
  end if;
  return null;
end $$;
-- +goose StatementEnd

create constraint trigger erasing_is_an_act after insert on erasures deferrable initially deferred
  for each row execute function erasing_is_an_act();

-- Lists an erasure, if its actor may erase: the security administrator, or the system, for the machine's owner.
-- +goose StatementBegin
create function list_erasing(x jsonb, which_seq int, which_detail text) returns void language plpgsql set search_path =
    public, pg_temp as $$
declare
  who uuid := (x ->> 'actor_id')::uuid;
begin
  if who <> '00000000-0000-7000-8000-000000000001' and not exists (
    select 1 from role_grants g join users u on u.id = g.user_id and not u.disabled
    where g.user_id = who and g.role = 'secadmin' and g.since <= now() and (g.until is null or g.until > now())) then
    raise exception using errcode = '23514', constraint = 'erasing_is_the_security_administrators',
        message = 'who erases is the security administrator';
  end if;
  insert into erasures (id, at, actor_id, kind, case_id, record_kind, record_id, seq, reason, detail)
  values ((x ->> 'id')::uuid, (x ->> 'at')::timestamptz, who, x ->> 'kind', (x ->> 'case_id')::uuid,
      x ->> 'record_kind', x ->> 'record_id',
    which_seq, x ->> 'reason', which_detail);
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function nothing_to_erase() returns void language plpgsql as $$
begin
  raise exception using errcode = '23514', constraint = 'nothing_to_erase', message = 'there is nothing to erase';
end $$;
-- +goose StatementEnd

-- Erases rows beside a case, in the statement that writes the event. That statement changes the case's own columns.
-- +goose StatementBegin
create function erase_in_case(x jsonb) returns boolean language plpgsql security definer set search_path = public,
    pg_temp as $$
declare
  which uuid := (x ->> 'case_id')::uuid;
  now_seq int := (x ->> 'seq')::int;
  question text := x ->> 'question';
  acts int[] := '{}';
  files uuid[] := '{}';
  done int := 0;
  n int;
  found_at text;
begin
  case x ->> 'kind'
  when 'payload' then
    acts := array[(x ->> 'event')::int];
    files := array(select f::uuid from event_payloads p,
      jsonb_array_elements_text(case when jsonb_typeof(p.body::jsonb #> '{fields,attachments}') = 'array' then
          p.body::jsonb #> '{fields,attachments}' else '[]' end) f
      where p.case_id = which and p.seq = (x ->> 'event')::int);
    found_at := 'event ' || (x ->> 'event');
  when 'draft' then
    acts := array(select p.seq from event_payloads p join events e on e.case_id = p.case_id and e.seq = p.seq
      where p.case_id = which and p.seq < now_seq and e.action <> 'erase');
    files := array(select a.id from attachments a where a.case_id = which);
    delete from drafts d where d.case_id = which;
    get diagnostics done = row_count;
    if to_regclass('public.replaced_answers') is not null then
      delete from replaced_answers r where r.case_id = which;
    end if;
  when 'answer' then
    update case_answers a set body = a.body - question, erased_at = now() where a.case_id = which and a.body ? question;
    get diagnostics done = row_count;
    update drafts d set body = d.body #- array['answers', question] where d.case_id = which
        and d.body -> 'answers' ? question;
    get diagnostics n = row_count;
    done := done + n;
    if to_regclass('public.replaced_answers') is not null then -- texts that another save replaced
      delete from replaced_answers r where r.case_id = which and r.question = x ->> 'question';
      get diagnostics n = row_count;
      done := done + n;
    end if;
    found_at := 'question ' || question;
  when 'objector' then
    select array[o.seq], o.files into acts, files from objections o where o.case_id = which and o.n = (x ->> 'n')::int;
    found_at := 'objection ' || (x ->> 'n');
  when 'file' then
    files := array[(x ->> 'file')::uuid];
    found_at := 'file ' || (x ->> 'file');
  when 'name' then
    done := 1;
    found_at := 'user ' || (x ->> 'user');
  end case;
  update event_payloads p set body = null, erased_at = now(), erased_by = (x ->> 'actor_id')::uuid,
      reason = x ->> 'reason'
  where p.case_id = which and p.seq = any (acts) and p.body is not null;
  get diagnostics n = row_count;
  done := done + n;
  update objections o set name = '', contact = '', text = '', erased_at = now() where o.case_id = which
      and o.seq = any (acts) and o.erased_at is null;
  update objections o set reason = '' where o.case_id = which and o.answer_seq = any (acts);
  update attachments a set name = 'erased', erased_at = now() where a.case_id = which and a.id = any (files)
      and a.erased_at is null;
  get diagnostics n = row_count;
  done := done + n;
  if done = 0 then
    perform nothing_to_erase();
  end if;
  perform list_erasing(x, now_seq, coalesce(found_at, ''));
  return true;
end $$;
-- +goose StatementEnd

-- Erases the log bodies of a record, and with an account its data, in the transaction that writes the entry. Receipts
-- keep the record's id.
-- +goose StatementBegin
create function erase_in_record(x jsonb) returns boolean language plpgsql security definer set search_path = public,
    pg_temp as $$
declare
  which_kind text := x ->> 'record_kind';
  which text := x ->> 'record_id';
  entry int := (x ->> 'entry')::int;
  last int;
  done int;
begin
  select max(l.seq) into last from record_log l where l.kind = which_kind and l.record_id = which;
  update record_bodies b set body = null, erased_at = now(), erased_by = (x ->> 'actor_id')::uuid,
      reason = x ->> 'reason'
  where b.kind = which_kind and b.record_id = which and b.body is not null and b.seq < last and (entry is null
      or b.seq = entry);
  get diagnostics done = row_count;
  if x ->> 'kind' = 'person' then
    delete from sessions s where s.user_id = which::uuid;
    delete from known_addresses a where a.user_id = which::uuid;
    delete from account_codes c where c.user_id = which::uuid;
    delete from second_factors f where f.user_id = which::uuid;
    delete from recovery_codes c where c.user_id = which::uuid;
    delete from saved_filters f where f.user_id = which::uuid;
    delete from drafts d where d.actor_id = which::uuid and d.slot <> 'answers';
    delete from jobs j where j.actor_id = which::uuid; -- what was done stands in the events of the cases
    -- a guess of what was asked for cannot be tried against its hash
    update idempotency_keys k set digest = sha256(gen_random_uuid()::text::bytea) where k.actor_id = which::uuid;
  elsif done = 0 then
    perform nothing_to_erase();
  end if;
  update idempotency_keys k set receipt = jsonb_build_object('erased', true, 'kind', which_kind, 'id', which)::text
  where position('"id":"' || which || '"' in k.receipt) > 0 and not k.receipt::jsonb ? 'event'
      and k.receipt::jsonb ->> 'id' = which;
  perform list_erasing(x, last, case when entry is null then '' else 'entry ' || entry end);
  return true;
end $$;
-- +goose StatementEnd
