-- What the three administrators look at first, as one document. Accounts and live rights are some thousands: they are
-- read through; refused sign-ins from the end of audit_at. $1 how far ahead rights are looked at, $2 how far back
-- sign-ins are; both intervals.
select jsonb_build_object(
  'enabled', (select count(*) from users u where u.password_hash is not null and not u.disabled),
  'disabled', (select count(*) from users u where u.disabled),
  'withoutRights', (select count(*) from users u where u.password_hash is not null and not u.disabled
    and not exists (select from role_grants g where g.user_id = u.id and (g.until is null or g.until > now()))),
  'refused', (select count(*) from audit a where a.at > now() - $2::interval and a.act = 'login_refused'),
  'ending', (select jsonb_agg(jsonb_build_object('user', x.user_id, 'name', x.name, 'role', x.role, 'until', x.until)
      order by x.until, x.id)
    from (select g.id, g.user_id, u.name, g.role, g.until from role_grants g join users u on u.id = g.user_id
      where g.until > now() and g.until < now() + $1::interval and not u.disabled order by g.until, g.id limit 11) x),
  'stale', (select jsonb_agg(jsonb_build_object('user', x.id, 'name', x.name) order by x.login)
    from (select u.id, u.name, u.login from users u where u.disabled
        and exists (select from role_grants g where g.user_id = u.id and (g.until is null or g.until > now()))
      order by u.login limit 11) x))
