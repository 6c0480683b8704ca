-- Running notices through their last day, the last to end first. papers_notice, paper_voids_pkey. $1 rows, $2 today,
-- $3 and $4 after
select n.id, n.ref, n.organization, n.title, n.region, n.region_name, n.round_zh as "round.zh",
  n.round_en as "round.en", n.anonymous, n.amount, n.since, n.last_day::date as until
from public_notices n
where n.last_day >= $2::text and ($4::uuid is null or (n.last_day, n.id) < ($3::text, $4))
order by n.last_day desc, n.id desc limit $1::int
