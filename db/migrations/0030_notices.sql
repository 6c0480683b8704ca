-- A notice is public by its paper in force, and for the days that this says, whatever a definition calls its clock. What has been
-- decided is no intended award any more.
-- +goose Up
drop view public_notices;
drop index cases_notice;

-- Running notices by their last day: a paper is kept for ever, and runs for days. Dates are ISO text, which sorts as dates do.
create index papers_notice on papers ((facts ->> 'until') collate "C", case_id) where kind = 'notice';

create view public_notices as
select c.id, c.ref, coalesce(o.name, '') as organization, c.title, c.region,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region else c.street end), '') as region_name,
  coalesce(r.id::text, '') as round_id, coalesce(r.name_zh, '') as round_zh, coalesce(r.name_en, '') as round_en,
  coalesce((r.rules::jsonb ->> 'anonymous_objections')::boolean, false) as anonymous, c.awarded_fen as amount,
  (p.facts ->> 'from')::date as since, (p.facts ->> 'until') collate "C" as last_day
from papers p
join cases c on c.id = p.case_id
left join organizations o on o.id = c.organization_id
left join rounds r on r.id = c.round_id
where p.kind = 'notice' and c.stage = 'applied' and c.outcome = ''
  and not exists (select from paper_voids v where v.paper_id = p.id);

insert into schema_releases values (30, '0.1.0');
