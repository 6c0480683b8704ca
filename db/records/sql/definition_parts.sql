-- Writes the states and edges of a definition once. workflow_states_pkey, workflow_edges_pkey
with states as (
  insert into workflow_states (workflow, version, state, stage, outcome)
  select $1::text, $2::int, s.state, s.stage, s.outcome
  from jsonb_to_recordset($3::jsonb -> 'states') s(state text, stage text, outcome text)
  on conflict do nothing
)
insert into workflow_edges (workflow, version, action, from_state, to_state)
select $1, $2, e.action, e.from_state, e.to_state
from jsonb_to_recordset($3 -> 'edges') e(action text, from_state text, to_state text)
on conflict do nothing
