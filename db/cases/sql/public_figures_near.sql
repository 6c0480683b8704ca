-- Totals of public_awards by round, workflow and stage, newest round first. cases_awarded, postings_grant.
-- $1 round, $2 region
select c.round_id, r.name_zh as "round.zh", r.name_en as "round.en", c.workflow, c.stage,
  count(*)::int as count,
  sum(c.committed_fen)::bigint as awarded, sum(c.paid_fen)::bigint as paid
from cases c
join rounds r on r.id = c.round_id
join organizations o on o.id = c.organization_id
where c.committed_fen > 0 and counted_stage(c.stage, c.aside) <> '' and c.parent_id is null and not c.imported
  and exists (select from postings p where p.grant_id = c.id and p.kind = 'commit')
  and ($1::uuid is null or c.round_id = $1) and ($2::text = '' or starts_with(c.region, $2))
group by c.round_id, r.name_zh, r.name_en, r.created_at, c.workflow, c.stage
order by r.created_at desc, c.round_id, c.workflow, c.stage
