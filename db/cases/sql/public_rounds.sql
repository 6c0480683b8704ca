-- Announced rounds. rounds is short; cases_pkey. $1 rows
select r.id, r.version, c.ref, r.state, r.name_zh, r.name_en, r.kind, r.region, r.agency_id, r.opens_at, r.closes_at,
    r.tracks,
  r.rules, r.form, r.form_number, r.total_fen, r.held_fen, r.committed_fen, r.paid_fen, r.definition_version,
    r.created_at, r.updated_at
from rounds r join cases c on c.id = r.id
where r.state <> 'preparing' order by r.created_at desc, r.id limit $1::int
