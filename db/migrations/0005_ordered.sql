-- Cases of one organization and of one officer in the order of lists: an order costs a transition nothing more, as every
-- index gets a new entry whenever a case moves.
-- +goose Up
drop index cases_organization;
create index cases_organization on cases (organization_id, updated_at desc, id desc);
drop index cases_lead;
create index cases_lead on cases (lead_id, updated_at desc, id desc) where lead_id is not null;
-- Running notices by their last day: a case keeps its notice's clock for years after. Dates are ISO text, which sorts as dates do.
drop index cases_notice;
create index cases_notice on cases ((jsonb_path_query_first(clocks, '$[*] ? (@.name == "notice")') ->> 'due_on') collate "C", id)
  where clocks @> '[{"name": "notice"}]' and outcome = '';
insert into schema_releases values (5, '0.1.0');

create view public_notices as
select c.id, c.ref, coalesce(o.name, '') as organization, c.title, c.region,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region else c.street end), '') as region_name,
  coalesce(r.id::text, '') as round_id, coalesce(r.name_zh, '') as round_zh, coalesce(r.name_en, '') as round_en,
  coalesce((r.rules::jsonb ->> 'anonymous_objections')::boolean, false) as anonymous, c.awarded_fen as amount,
  (jsonb_path_query_first(c.clocks, '$[*] ? (@.name == "notice")') ->> 'start')::date as since,
  (jsonb_path_query_first(c.clocks, '$[*] ? (@.name == "notice")') ->> 'due_on') collate "C" as last_day
from cases c
left join organizations o on o.id = c.organization_id
left join rounds r on r.id = c.round_id
where c.clocks @> '[{"name": "notice"}]' and c.outcome = '';

-- Lists of cases that a person keeps by name: an address's query, nobody's facts.
create table saved_filters (
  user_id uuid not null references users,
  name    plain_line not null constraint filter_name check (char_length(name) between 1 and 40),
  query   text not null constraint filter_query check (octet_length(query) <= 1000),
  at      timestamptz not null default now(),
  primary key (user_id, name)
);
