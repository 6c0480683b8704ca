-- Rows that no act and no log entry wrote. Reads every record. record_log_pkey
select 'case_answers' as table, a.case_id || ' revision ' || a.revision as row, 'names no act that wrote it' as what
from case_answers a where a.seq is null
union all
select 'signals', s.key, 'names no act that wrote it' from signals s where s.from_seq is null
union all
select r.table, r.id, 'no entry of the log says who made it'
from (select 'organizations' as table, 'organization' as kind, id::text from organizations
  union all select 'projects', 'project', id::text from projects
  union all select 'rounds', 'round', id::text from rounds
  union all select 'users', 'user', id::text from users
    where id not in ('00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002')
  union all select 'role_grants', 'role', id::text from role_grants
  union all select 'agencies', 'agency', id::text from agencies
  union all select 'competences', 'competence', id::text from competences
  union all select 'calendars', 'calendar', id::text from calendars
  union all select 'definitions', 'workflow', name || '.' || version from definitions
  union all select 'account_codes', 'user', user_id::text from account_codes) r
where not exists (select 1 from record_log l where l.kind = r.kind and l.record_id = r.id)
