-- One running notice. papers_case, paper_voids_pkey. $1 case, $2 today
select n.id, n.ref, n.organization, n.title, n.region, n.region_name, n.round_zh as "round.zh",
  n.round_en as "round.en", n.anonymous, n.amount, n.since, n.last_day::date as until
from public_notices n
where n.id = $1::uuid and n.last_day >= $2::text
