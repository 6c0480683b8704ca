-- One case by id or reference, with what the desk needs beside it. cases_pkey or cases_ref_key; all joins by primary key;
-- children by cases_parent, the draft by drafts_pkey, the receipt by idempotency_keys_pkey.
-- Candidates are read only for actions that ask for them.
-- $1 id, $2 reference (one of them null), $3 actor, $4 key, $5 slot
select {{facts}},
  (select w.body from case_answers w where w.case_id = f.id and w.revision = f.answers_revision) as answers,
  d.body as draft, d.at as draft_at, d.mark as draft_mark,
--[ reviewers
  (select jsonb_agg(jsonb_build_object('User', u.id, 'Name', u.name) order by u.id) from users u
    where not u.disabled and u.organization_id is distinct from f.organization_id
      and not exists (select 1 from role_grants own where own.user_id = u.id and own.organization_id = f.organization_id
        and (own.until is null or own.until > now()))
      and exists (select 1 from role_grants g where g.user_id = u.id and g.role = 'reviewer' and (g.until is null or g.until > now())
        and (g.round_id is null or g.round_id = f.round_id) and starts_with(f.region, g.region))) as reviewers,
--]
--[ agencies
  (select jsonb_agg(jsonb_build_object('Agency', x.id, 'Topic', x.topic, 'Name', jsonb_build_object('zh', x.name_zh, 'en', x.name_en)) order by x.id)
    from (select distinct on (a.id) a.id, a.name_zh, a.name_en, m.topic from competences m join agencies a on a.id = m.agency_id
      where m.action = 'cosign' and m.until is null and (m.topic = any (f.topics) or m.topic = '*') and starts_with(f.region, m.region)
      order by a.id, m.topic) x) as agencies,
--]
  k.digest as key_digest, k.receipt as key_receipt
from case_facts f
left join lateral (select w.body, w.at, w.xmin::text as mark from drafts w where w.case_id = f.id and w.slot = $5::text and ($5 = 'answers' or w.actor_id = $3::uuid)
  order by w.at desc limit 1) d on true
left join idempotency_keys k on k.actor_id = $3::uuid and k.key = nullif($4::text, '')
where f.id = coalesce($1::uuid, (select c.id from cases c where c.ref = $2::text))
