-- Keeps work in progress. drafts_pkey
insert into drafts as d (case_id, actor_id, slot, body, at) values ($1::uuid, $2::uuid, $3, $4::jsonb, $5)
on conflict (case_id, slot, actor_id) do update set body = excluded.body, at = excluded.at
returning d.at
