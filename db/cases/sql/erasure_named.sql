-- Cases that name a user. Reads all cases: accounts are seldom erased. $1 user
select c.ref from cases c
where c.assignments @> jsonb_build_array(jsonb_build_object('user', $1::text))
  or c.approvals @> jsonb_build_array(jsonb_build_object('by', $1::text))
  or jsonb_path_exists(c.parts, '$.** ? (@ == $user)', jsonb_build_object('user', $1::text))
order by c.id
