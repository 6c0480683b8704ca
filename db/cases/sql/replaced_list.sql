-- Answers of a case that later saves replaced, newest first: replaced_answers_case. $1 case, $2 since
select r.question, r.value, r.actor_id, u.name as actor_name, r.at, r.replaced_by, b.name as replacer_name,
  r.replaced_at
from replaced_answers r join users u on u.id = r.actor_id join users b on b.id = r.replaced_by
where r.case_id = $1::uuid and r.replaced_at >= $2::timestamptz
order by r.replaced_at desc, r.id desc
