-- Approves a definition, by another user than its loader, or withdraws it, with its audit row; nothing if it stands
-- so already. definition_standings_latest. $1 name, $2 version, $3 status, $4 actor, $5 reason
with stood as (
  insert into definition_standings (workflow, version, loaded_by, status, actor_id, note)
  select d.name, d.version, d.loaded_by, $3::text, $4::uuid, $5::text from definition_status d
  where d.name = $1::text and d.version = $2::int and d.status <> $3 and ($3 <> 'approved' or d.loaded_by <> $4)
  returning workflow, version, status
), logged as (
  select log_record('workflow', workflow || '.' || version, status, $4, now(),
    jsonb_build_object('note', $5::text, 'record', jsonb_build_object('name', workflow, 'version', version, 'status',
      status))::text, '', ''::bytea, '') as said from stood
)
insert into audit (act, actor_id, subject, address, success, detail)
select 'workflow_' || status, $4, workflow || ' ' || version, '', true, $5 from stood join logged on true
returning id
