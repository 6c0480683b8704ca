-- Who holds each of some tokens: session, person and rights of this moment in one statement. session_token_once, users_pkey,
-- role_grants_user, regions_ended. $1 hashes of the tokens
-- With a case each, for who may have the answer already: its stamp (see stampRow). cases_pkey or cases_ref_key, all else by
-- primary key, children by cases_parent, the draft by drafts_pkey. $2 ids, $3 references (one of each two null)
-- Each is looked up by itself (lateral, offset 0): planned as a join the tables might be read whole.
select a.*
from unnest($1::bytea[], $2::uuid[], $3::text[]) with ordinality q(token, case_id, case_ref, ord)
cross join lateral (select q.ord, s.id as session_id, least(s.expires_at, s.last_seen_at + s.idle) as ends_at,
  s.last_seen_at < now() - interval '1 minute' as stale, s.confirmed_at > now() - interval '10 minutes' as fresh,
  exists (select 1 from second_factors f where f.user_id = u.id and f.secret is not null) as factor,
  u.id, u.login, u.name, u.organization_id, u.agency_id,
--[ case
  {{stamp}},
  concat_ws('/', (select w.xmin::text from drafts w where w.case_id = c.id and w.slot = 'answers'
    order by w.number desc, w.at desc limit 1),
    (select string_agg(a.id::text || ':' || coalesce(a.seq, 0), ',' order by a.id) from attachments a
      where a.case_id = c.id)) as draft_mark,
--]
--[ events
  (select string_agg(a.name || case when p.erased_at is null then '' else E'\t' end, E'\n' order by e.seq)
    from events e join users a on a.id = e.actor_id
    left join event_payloads p on p.case_id = e.case_id and p.seq = e.seq where e.case_id = c.id) as events_mark,
--]
  coalesce((select jsonb_agg(jsonb_build_object('role', g.role, 'region', g.region, 'agency', coalesce(g.agency_id::text, ''),
      'organization', coalesce(g.organization_id::text, ''), 'round', coalesce(g.round_id::text, '')) order by g.since, g.id, g.region)
    from role_reach g where g.user_id = u.id and g.since <= now() and (g.until is null or g.until > now())), '[]')::text as roles
from sessions s
join users u on u.id = s.user_id
--[ case
left join cases c on c.id = coalesce(q.case_id, (select x.id from cases x where x.ref = q.case_ref))
left join rounds r on r.id = coalesce(c.round_id, c.id)
--]
where s.token_hash = q.token and s.ended_at is null and s.expires_at > now() and s.last_seen_at + s.idle > now()
  and not u.disabled offset 0) a
