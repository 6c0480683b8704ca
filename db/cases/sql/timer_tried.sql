-- Records a try of an unchanged timer; a refused one becomes the officer's duty until the next act on the case.
-- timers_pkey, duties_pkey. $1 case, $2 name, $3 since, $4 time, $5 refusal
with tried as (
  update timers set tried_at = $4::timestamptz, refusals = $5::text
  where case_id = $1::uuid and name = $2 and since = $3::int returning case_id, name, action, fires_at
)
insert into duties as d (case_id, key, action, role, region, due_at)
select t.case_id, 'timer/' || t.name, t.action, 'officer', c.region, t.fires_at
from tried t join cases c on c.id = t.case_id where $5 <> ''
on conflict (case_id, key) do nothing
