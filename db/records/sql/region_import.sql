-- Updates the divisions to a newer table: adds, renames (with the full names of divisions within) and ends, with
-- successors. Logs every change. regions_pkey, regions_ended. $1 codes, $2 names, $3 full names, $4 levels, $5
-- parents, $6 valid from, $7 ended codes, $8 their successors, $9 hash, $10 actor, $11 time, $12 note
with edition as (
  select e.code, e.name, e.full_name, e.level, e.parent from unnest($1::text[], $2::text[], $3::text[], $4::smallint[],
      $5::text[]) as e (code, name, full_name, level, parent)
), loaded as (
  insert into regions as r (code, name, full_name, level, parent, valid_from)
  select e.code, e.name, e.full_name, e.level, e.parent, $6::date from edition e
  on conflict (code) do update set name = excluded.name, full_name = excluded.full_name, parent = excluded.parent,
    valid_to = null, succeeded_by = null, version = r.version + 1
  where (r.name, r.full_name, r.parent, r.valid_to) is distinct from (excluded.name, excluded.full_name,
      excluded.parent, null)
  returning r.code, r.name, r.full_name, null::date as ended, '' as successor
), ended as (
  update regions r set valid_to = $6::date, succeeded_by = nullif(e.successor, ''), version = r.version + 1
  from unnest($7::text[], $8::text[]) as e (code, successor)
  where r.code = e.code and (r.valid_to is null or r.succeeded_by is distinct from nullif(e.successor, ''))
  returning r.code, r.name, r.full_name, r.valid_to as ended, coalesce(r.succeeded_by, '') as successor
), below as (
  update regions k set full_name = n.full_name || substr(k.full_name, length(was.full_name) + 1),
      version = k.version + 1
  from loaded n join regions was on was.code = n.code and was.full_name <> n.full_name
  where starts_with(k.code, n.code) and k.code <> n.code and starts_with(k.full_name, was.full_name)
    and not exists (select 1 from edition e where e.code = k.code) and not (k.code = any ($7::text[]))
    -- the nearest of several renamed ancestors
    and not exists (select 1 from loaded m where starts_with(k.code, m.code) and k.code <> m.code
        and length(m.code) > length(n.code))
  returning k.code, k.name, k.full_name, k.valid_to as ended, coalesce(k.succeeded_by, '') as successor
), logged as (
  select log_record('region', c.code, 'import', $10::uuid, $11::timestamptz, jsonb_build_object('note', $12::text,
      'record',
    jsonb_build_object('code', c.code, 'name', c.name, 'full_name', c.full_name, 'ended', c.ended, 'successor',
        c.successor))::text, '', null, '') as done
  from (select code, name, full_name, ended, successor from loaded union all select code, name, full_name, ended,
      successor from ended union all
    select code, name, full_name, ended, successor from below) c
), noted as (
  insert into region_editions (hash, rows, since) values ($9::bytea, cardinality($1::text[]) + cardinality($7::text[]),
      $6::date)
  on conflict (hash) do nothing
)
select (select count(*) from loaded)::int, (select count(*) from ended)::int, (select count(*) from below)::int,
    (select count(l.done) from logged l)::int
