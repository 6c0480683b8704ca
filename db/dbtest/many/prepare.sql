-- Prototypes, and the names of their copies. Fill sets :cases, :'home', :'name' and :'elsewhere'.
set synchronous_commit = off;
set jit = off;

-- A UUIDv7 that is the same for the same id and number.
create function pg_temp.many_id(old uuid, n int) returns uuid language sql immutable strict as $$
  select (left(old::text, 14) || '7' || substr(h, 1, 3) || '-8' || substr(h, 4, 3) || '-' || substr(h, 7, 12))::uuid
  from (select md5(old::text || n) as h) x
$$;

-- Grants without pending work, and their rounds. Objections are left out: their codes cannot be copied.
create temp table many_trees as
select c.id as root, c.ref, c.organization_id as org, o.name, c.project_id as project, c.round_id as round,
  row_number() over (order by c.version > 4, c.ref) as n, c.version <= 4 as short
from cases c join organizations o on o.id = c.organization_id
where c.workflow = 'grant' and not c.imported and c.parent_id is null and c.project_id is not null
  and c.round_id is not null
  and not exists (select 1 from signals s where s.to_case = c.id and s.done_at is null)
  and not exists (select 1 from objections x where x.case_id = c.id);

-- The cases of each tree: a grant with its payments and reports, or a round.
create temp table many_members as
select c.id, t.root from cases c join many_trees t on c.id = t.root or c.parent_id = t.root
union select t.round, t.round from many_trees t;

-- A copy of a tree. 200 copies share organizations, 4,000 share rounds; a tenth lies in the home county. Half of them
-- have hardly begun. Groups are up to a year old.
create temp table many_copies as
with size as (select count(*) as trees, count(*) filter (where short) as short from many_trees),
places as (select array_agg(code order by code) as code from regions
  where level = 3 and valid_to is null and code <> :'home'),
copies as (
  select x.n, x.n / 200 as o, x.n / 200 % 10 = 0 as home,
    1 + case when x.n % 2 = 0 then x.n / 2 % size.short else x.n / 2 % size.trees end as tree
  from generate_series(1, :cases) x(n), size
)
select c.n, c.n as key, c.home, t.root, t.ref, t.org, t.name, t.project, t.round,
  case when c.home then :'home' else p.code[1 + c.o * 7919 % array_length(p.code, 1)]::text end as county,
  c.n / 4000 * 2 + c.home::int as round_key, c.n / 4000 % 13 * 28 as days,
  array(select m.id from many_members m where m.root = t.root) as members,
  pg_temp.many_id(t.root, c.n) as new_root, pg_temp.many_id(t.org, c.o) as new_org,
  pg_temp.many_id(t.project, c.n) as new_project,
  pg_temp.many_id(t.round, c.n / 4000 * 2 + c.home::int) as new_round,
  replace(case when c.home then :'name' else :'elsewhere' end, '%s', c.o || '-' || left(md5(t.org::text),
      4)) as new_name,
  split_part(t.ref, '-', 1) || '-' || split_part(t.ref, '-', 2) || '-' || 1000000 + c.n as new_ref
from copies c join many_trees t on t.n = c.tree cross join places p;

-- Rounds are copies too, with numbers below one.
insert into many_copies (n, key, home, root, ref, county, days, members, new_root, new_ref)
select -row_number() over (order by x.round, x.round_key), x.round_key, x.home, x.round, c.ref, :'home', x.days,
  array[x.round], x.new_round,
  split_part(c.ref, '-', 1) || '-' || split_part(c.ref, '-', 2) || '-' || 1000000 + row_number() over (order by x.round,
      x.round_key)
from (select distinct round, round_key, home, days, new_round from many_copies) x join cases c on c.id = x.round;
create unique index on many_copies (n);
analyze many_copies;
analyze many_members;
