-- Bounds of what one organization may keep here. Each server says them on the connections that it writes by
-- (incubase.drafts and so on); where a connection says none, as the owner's, there is none.
-- +goose Up
create index projects_organization on projects (organization_id);
create index attachments_uploader on attachments (uploader_id);

-- A bound of this connection, null where it says none.
create function bound_of(which text) returns bigint language sql stable as $$
  select nullif(nullif(current_setting('incubase.' || which, true), ''), '0')::bigint
$$;

-- Refuses a row past a bound of its organization; the detail is the bound. Functions of their own and a lock for each
-- organization, so that of two at the same time the second counts the first.
-- +goose StatementBegin
create function past_bound(rule text, most bigint) returns void language plpgsql as $$
begin
  raise exception using errcode = '23514', constraint = rule, message = 'past the bound of the organization', detail = most::text;
end $$;
-- +goose StatementEnd

-- +goose StatementBegin
create function bound_drafts() returns trigger language plpgsql as $$
declare
  most bigint := bound_of('drafts');
begin
  if most is null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('drafts ' || new.organization_id || new.round_id, 0));
  if (select count(*) from cases c where c.organization_id = new.organization_id and c.round_id = new.round_id
      and c.version = new.version and c.outcome = '' and c.parent_id is null) >= most then
    perform past_bound('drafts_of_a_round', most);
  end if;
  return new;
end $$;
-- +goose StatementEnd
-- What nobody has acted on since it was opened is a draft.
create trigger drafts_of_a_round before insert on cases for each row
  when (new.organization_id is not null and new.round_id is not null and new.parent_id is null and not new.imported)
  execute function bound_drafts();

-- +goose StatementBegin
create function bound_projects() returns trigger language plpgsql as $$
declare
  most bigint := bound_of('projects');
begin
  if most is null then
    return new;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('projects ' || new.organization_id, 0));
  if (select count(*) from projects p where p.organization_id = new.organization_id) >= most then
    perform past_bound('projects_of_an_organization', most);
  end if;
  return new;
end $$;
-- +goose StatementEnd
create trigger projects_of_an_organization before insert on projects for each row execute function bound_projects();

-- Files count for the organization whose people brought them: strangers with evidence and the staff use nothing of it up.
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
insert into schema_releases values (13, '0.1.0');
