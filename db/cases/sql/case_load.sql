-- A case by id or reference, with what the desk needs. cases_pkey or cases_ref_key; all joins by primary key;
-- children by cases_parent, the draft by drafts_pkey, its files by attachments_case, the receipt by
-- idempotency_keys_pkey. The columns equal case_facts (a test compares them), but each neighbouring row is a
-- subquery: ten joins would pass eighty columns from one to the next, at half the cost again. Candidates,
-- pending objections and results (results_organization) are read only where they are needed. The first objections are
-- those shown with a case (workflow.ObjectionsShown): objections_pkey, objections_waiting. $1 id, $2 reference (one of
-- the two null), $3 actor, $4 key, $5 slot
select {{facts}}, f.helpers, f.coaches,
  f.answers, f.objections, (f.draft).body as draft, (f.draft).at as draft_at, (f.draft).actor_id as draft_by,
      (f.draft).number as draft_number,
  (select jsonb_object_agg(w.key, w.value || jsonb_build_object('name', u.name)) from jsonb_each((f.draft).written) w
    join users u on u.id = (w.value->>'by')::uuid) as draft_written,
  (select u.name from users u where u.id = (f.draft).actor_id) as draft_name, f.files,
--[ reviewers
  (select jsonb_agg(jsonb_build_object('User', u.id, 'Name', u.name) order by u.id) from users u
    where not u.disabled and u.organization_id is distinct from f.organization_id
      and not exists (select 1 from role_grants own where own.user_id = u.id and own.organization_id = f.organization_id
        and (own.until is null or own.until > now()))
      and exists (select 1 from role_grants g where g.user_id = u.id and g.role = 'reviewer'
          and (g.until is null or g.until > now())
        and (g.round_id is null or g.round_id = f.round_id) and starts_with(f.region, g.region))) as reviewers,
--]
--[ agencies
  (select jsonb_agg(jsonb_build_object('Agency', x.id, 'Topic', x.topic, 'Name', jsonb_build_object('zh', x.name_zh,
      'en', x.name_en)) order by x.id)
    from (select distinct on (a.id) a.id, a.name_zh, a.name_en, m.topic from competences m join agencies a
        on a.id = m.agency_id
      where m.action = 'cosign' and m.until is null and (m.topic = any (f.topics) or m.topic = '*')
          and starts_with(f.region, m.region)
      order by a.id, m.topic) x) as agencies,
--]
--[ waiting
  (select jsonb_agg(jsonb_build_object('n', o.n, 'seq', o.seq, 'counts', o.counts, 'unconfirmed', o.unconfirmed,
      'since', o.since, 'due_on', o.due_on) order by o.n)
    from objections o where o.case_id = f.id and o.resolved_at is null) as waiting,
--]
--[ results
  (select jsonb_agg({{result}} order by x.on_day desc, k.ref, x.name)
    from (select distinct on (r.case_id, r.name) r.* from results r where r.organization_id = f.organization_id
      order by r.case_id, r.name, r.seq desc) x join cases k on k.id = x.case_id
    where x.case_id <> f.id and x.shown_zh <> '') as results,
--]
  (f.key).digest as key_digest, (f.key).receipt as key_receipt
from (values ($1::uuid, $2::text, $3::uuid, $4::text, $5::text)) q(case_id, case_ref, actor, key, slot)
cross join lateral (select x.*,
    (x.r).id as r_id, (x.r).version as r_version, (x.r).state as r_state, (x.r).name_zh as r_name_zh,
        (x.r).name_en as r_name_en,
    (x.r).opens_at as r_opens_at, (x.r).closes_at as r_closes_at, (x.r).rules as r_rules, (x.r).form as r_form,
    (x.r).form_number as r_form_number, (x.r).total_fen as r_total_fen, (x.r).committed_fen as r_committed_fen,
    (x.r).awards as r_awards, (x.r).held_fen as r_held_fen, (x.r).held_awards as r_held_awards,
    case when (x.r).id = x.id then (select count(*) from cases u where u.round_id = x.id and u.stage = 'applied'
        and u.outcome = ''
      and u.parent_id is null) else 0 end as r_undecided, (x.r).agency_id as r_agency_id,
    (x.o).id as o_id, (x.o).version as o_version, (x.o).name as o_name, (x.o).kind as o_kind,
        (x.o).credit_code as o_credit_code,
    (x.o).fiscal_host as o_fiscal_host, (x.o).standing as o_standing, (x.o).barred_until as o_barred_until,
    (x.o).topics as o_topics, (x.o).region as o_region,
    (x.p).ref as p_ref, (x.p).state as p_state, (x.p).stage as p_stage, (x.p).outcome as p_outcome,
        (x.p).version as p_version,
    (x.p).awarded_fen as p_awarded_fen, (x.p).paid_fen as p_paid_fen,
    coalesce((x.a).name_zh, '') as agency_name_zh, coalesce((x.a).name_en, '') as agency_name_en
  from (select c.*,
      (select r from rounds r where r.id = coalesce(c.round_id, c.id)) as r,
      (select rc.ref from cases rc join rounds r on r.id = rc.id where rc.id = coalesce(c.round_id, c.id)) as r_ref,
      (select o from organizations o where o.id = c.organization_id) as o,
      (select p from cases p where p.id = c.parent_id) as p,
      (select a from agencies a where a.id = c.agency_id) as a,
      coalesce((select j.title from projects j where j.id = c.project_id), '') as project_title,
      coalesce((select g.full_name from regions g where g.code = case when c.community = '' then c.region
          else c.street end), '') as region_name,
      (select jsonb_agg(jsonb_build_object('id', k.id, 'ref', k.ref, 'workflow', k.workflow, 'state', k.state, 'stage',
          k.stage)
          order by k.born_at, k.ref) from cases k where k.parent_id = c.id) as children,
      case when c.counts ? 'objections' then (select jsonb_agg({{objection}} order by o.resolved_at is not null, o.n)
        from (select o.* from objections o where o.case_id = c.id order by o.resolved_at is not null, o.n
            limit 20) o) end as objections,
      (select w.body from case_answers w where w.case_id = c.id and w.revision = c.answers_revision) as answers,
      (select w from drafts w where w.case_id = c.id and w.slot = q.slot
          and (q.slot = 'answers' or w.actor_id = q.actor)
        order by w.number desc, w.at desc limit 1) as draft,
      case when q.slot = 'answers' then (select jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'sha256',
          encode(a.sha256, 'hex'),
          'seq', coalesce(a.seq, 0)) order by a.id) from attachments a join users u on u.id = a.uploader_id
        where a.case_id = c.id and (a.uploader_id = c.lead_id or u.organization_id = c.organization_id)) end as files,
      {{insiders}},
      (select k from idempotency_keys k where k.actor_id = q.actor and k.key = nullif(q.key, '')) as key
    from cases c where c.id = coalesce(q.case_id, (select n.id from cases n where n.ref = q.case_ref)) offset 0) x) f
