-- Confirmed awards by case, newest first. cases_awarded, postings_grant. $1 after, $2 round, $3 region, $4 rows
select c.id, c.ref, o.name as organization, coalesce(o.credit_code, '') as credit_code, c.title, c.region,
  coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region
      else c.street end), '') as region_name,
  r.name_zh as "round.zh", r.name_en as "round.en",
  coalesce(a.name_zh, '') as "agency.zh", coalesce(a.name_en, '') as "agency.en",
  c.workflow, c.definition_version, c.stage,
  c.committed_fen as awarded, c.paid_fen as paid, c.returned_fen as returned, p.at
from cases c
join rounds r on r.id = c.round_id
join organizations o on o.id = c.organization_id
left join agencies a on a.id = c.agency_id
cross join lateral (select min(p.at) as at from postings p where p.grant_id = c.id and p.kind = 'commit') p
where c.committed_fen > 0 and counted_stage(c.stage, c.aside) <> '' and c.parent_id is null and not c.imported
  and p.at is not null
  and ($1::uuid is null or c.id < $1) and ($2::uuid is null or c.round_id = $2)
      and ($3::text = '' or starts_with(c.region, $3))
order by c.id desc limit $4::int
