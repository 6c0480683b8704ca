package many

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/calendar"
	creditcode "incubase/workflow/credit"
)

// person who acts in prototypes; n counts those of offices.
type person struct {
	id, login, name, organization, agency string
	password                              *string
	certifies                             bool
	n                                     int
	roles                                 [][2]string // role, agency
}

// agency of the prototypes; n is -1 where all offices share it.
type agency struct {
	id, zh, en, kind string
	n                int
	competences      [][2]string // topic, action
}

// office is the staff of a place, with its agencies. The home county's own are the prototypes' themselves.
type office struct {
	code            string
	users, agencies []string
}

// organization that copies belong to.
type organization struct {
	id, name, credit, preparer, certifier string
	county, street                        string
	projects                              map[string]string // by title
}

// round that copies are in.
type round struct {
	id, ref string
	tree    *tree
	at      copied
	money   money
}

// registry keeps everything around the cases. Copies ask it for what they need; it is made then, and written at the end.
type registry struct {
	fill     *fill
	tables   map[string]*table
	rounds   map[string]*tree
	refs     map[string]string // of rounds
	applied  map[string]int    // how often a project's title applies in a round
	people   map[string]*person
	agencies map[string]*agency
	known    map[string]bool // ids of other records

	password *string // of those who apply; they all have the same
	staff    []*person
	bureaus  []*agency

	mu      sync.Mutex
	offices map[string]*office
	bodies  map[string]*organization
	copies  map[string]*round
	refN    map[[2]string]int // prefix, year
	paperN  map[[2]string]int // word, year
	serial  int
	rows    map[string][][]any // records that are made
}

// columns of the records that are made.
var records = []struct {
	table   string
	columns []string
}{
	{"agencies", []string{"id", "name_zh", "name_en", "kind", "region", "province", "city", "county"}},
	{"competences", []string{"id", "agency_id", "topic", "region", "action"}},
	{"organizations", []string{"id", "name", "kind", "credit_code", "region", "province", "city", "county", "street"}},
	{"projects", []string{"id", "organization_id", "title", "topics", "region", "province", "city", "county", "street"}},
	{"users", []string{"id", "login", "name", "organization_id", "agency_id", "password_hash"}},
	{"role_grants", []string{"id", "user_id", "role", "region", "agency_id", "organization_id"}},
}

// read learns what prototypes may name.
func (w *registry) read(ctx context.Context, f *fill) error {
	*w = registry{fill: f, tables: map[string]*table{}, rounds: map[string]*tree{}, refs: map[string]string{},
		applied: map[string]int{}, people: map[string]*person{}, agencies: map[string]*agency{}, known: map[string]bool{},
		offices: map[string]*office{}, bodies: map[string]*organization{}, copies: map[string]*round{},
		refN: map[[2]string]int{}, paperN: map[[2]string]int{}, rows: map[string][][]any{}}
	for _, read := range []func(context.Context, *sql.DB) error{w.readPeople, w.readAgencies, w.readRest} {
		if err := read(ctx, f.pool); err != nil {
			return err
		}
	}
	return nil
}

func (w *registry) readPeople(ctx context.Context, pool *sql.DB) error {
	err := each(ctx, pool, `select id, login, name, coalesce(organization_id::text, ''), coalesce(agency_id::text, ''), password_hash,
			exists (select 1 from role_grants g where g.user_id = u.id and g.role = 'certifier') from users u order by id`, nil, func(scan func(...any) error) error {
		p := &person{}
		if err := scan(&p.id, &p.login, &p.name, &p.organization, &p.agency, &p.password, &p.certifies); err != nil {
			return err
		}
		w.people[p.id] = p
		if p.organization == "" {
			p.n = len(w.staff)
			w.staff = append(w.staff, p)
		} else {
			w.password = p.password
		}
		return nil
	})
	if err != nil {
		return err
	}
	return each(ctx, pool, `select distinct user_id, role, coalesce(agency_id::text, '') from role_grants
		where organization_id is null and power = 'business' and (until is null or until > now()) order by 1, 2, 3`, nil, func(scan func(...any) error) error {
		var user string
		var role [2]string
		err := scan(&user, &role[0], &role[1])
		w.people[user].roles = append(w.people[user].roles, role)
		return err
	})
}

func (w *registry) readAgencies(ctx context.Context, pool *sql.DB) error {
	err := each(ctx, pool, `select id, name_zh, name_en, kind, length(region) >= 6 from agencies order by id`, nil, func(scan func(...any) error) error {
		a := &agency{n: -1}
		var local bool
		err := scan(&a.id, &a.zh, &a.en, &a.kind, &local)
		w.agencies[a.id] = a
		if local {
			a.n = len(w.bureaus)
			w.bureaus = append(w.bureaus, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(ctx, pool, `select distinct agency_id, topic, action from competences where until is null order by 1, 2, 3`, nil, func(scan func(...any) error) error {
		var id string
		var c [2]string
		err := scan(&id, &c[0], &c[1])
		w.agencies[id].competences = append(w.agencies[id].competences, c)
		return err
	})
}

func (w *registry) readRest(ctx context.Context, pool *sql.DB) error {
	err := each(ctx, pool, `select id from organizations union all select id from projects union all select id from cases`, nil, func(scan func(...any) error) error {
		var id string
		err := scan(&id)
		w.known[id] = true
		return err
	})
	if err != nil {
		return err
	}
	err = each(ctx, pool, `select id, ref from cases where workflow = 'round'`, nil, func(scan func(...any) error) error {
		var id, ref string
		err := scan(&id, &ref)
		w.refs[id] = ref
		return err
	})
	if err != nil {
		return err
	}
	counters := func(query string, into map[[2]string]int) error {
		return each(ctx, pool, query, nil, func(scan func(...any) error) error {
			var key [2]string
			var n int
			err := scan(&key[0], &key[1], &n)
			into[key] = n
			return err
		})
	}
	if err := counters(`select prefix, year::text, n from ref_counters`, w.refN); err != nil {
		return err
	}
	return counters(`select word, year::text, last from paper_numbers`, w.paperN)
}

// id of a record that is made now.
func (w *registry) id() string { return workflow.NewID(time.Now()) }

func (w *registry) put(table string, values ...any) { w.rows[table] = append(w.rows[table], values) }

// nextRef counts references of a year on.
func (w *registry) nextRef(prefix string, born time.Time) string {
	year := fmt.Sprint(calendar.DateOf(born).Year)
	w.refN[[2]string{prefix, year}]++
	return fmt.Sprintf("%s-%s-%04d", prefix, year, w.refN[[2]string{prefix, year}])
}

// number counts papers on, without gaps: whoever asks writes it.
func (w *registry) number(word string, year int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	key := [2]string{word, fmt.Sprint(year)}
	w.paperN[key]++
	return w.paperN[key]
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func cut(code string, n int) string {
	if len(code) < n {
		return ""
	}
	return code[:n]
}

// office of a place; made at first use.
func (w *registry) office(code string) *office {
	if o := w.offices[code]; o != nil {
		return o
	}
	o := &office{code: code, users: make([]string, len(w.staff)), agencies: make([]string, len(w.bureaus))}
	w.offices[code] = o
	own := code == w.fill.Home
	mapped := map[string]string{"": ""}
	for i, a := range w.bureaus {
		o.agencies[i] = a.id
		if !own {
			o.agencies[i] = w.id()
			w.put("agencies", o.agencies[i], a.zh, a.en, a.kind, code, cut(code, 2), cut(code, 4), cut(code, 6))
			for _, c := range a.competences {
				w.put("competences", w.id(), o.agencies[i], c[0], code, c[1])
			}
		}
	}
	for id, a := range w.agencies {
		if mapped[id] = id; a.n >= 0 {
			mapped[id] = o.agencies[a.n]
		}
	}
	for i, p := range w.staff {
		o.users[i] = p.id
		if own || p.id == workflow.SystemID || p.id == workflow.ObjectorID {
			continue
		}
		o.users[i] = w.id()
		w.put("users", o.users[i], p.login+"."+code, p.name, nil, text(mapped[p.agency]), p.password)
		for _, r := range p.roles {
			w.put("role_grants", w.id(), o.users[i], r[0], code, text(mapped[r[1]]), nil)
		}
	}
	return o
}

// body is the nth organization of the home county or of the rest of the country, with two people.
func (w *registry) body(home bool, n int) *organization {
	key := fmt.Sprint(home, n)
	if o := w.bodies[key]; o != nil {
		return o
	}
	county, street := w.fill.places.pick(home, n)
	w.serial++
	o := &organization{id: w.id(), name: w.fill.Name(county, w.serial), credit: creditcode.Generate("52", county, 1_000_000+w.serial), preparer: w.id(), certifier: w.id(),
		county: county, street: street, projects: map[string]string{}}
	w.bodies[key] = o
	w.put("organizations", o.id, o.name, "service_org", o.credit, firstOf(street, county), county[:2], county[:4], county, street)
	for _, p := range []struct{ id, login, name, role string }{{o.preparer, "p", "申报人", "preparer"}, {o.certifier, "c", "负责人", "certifier"}} {
		w.put("users", p.id, fmt.Sprintf("%s%d", p.login, w.serial), p.name+"（"+o.name+"）", o.id, nil, w.password)
		w.put("role_grants", w.id(), p.id, p.role, "", nil, o.id)
	}
	return o
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// project of an organization, by title. A project applies once in a round: for each further copy there is another one.
func (w *registry) project(o *organization, title, topics string, in *round) string {
	if title == "" {
		return ""
	}
	key := o.id + " " + title + " " + in.id
	w.applied[key]++
	if n := w.applied[key]; n > 1 {
		title = fmt.Sprintf("%s %d", title, n)
	}
	id, ok := o.projects[title]
	if !ok {
		id = w.id()
		o.projects[title] = id
		w.put("projects", id, o.id, title, topics, firstOf(o.street, o.county), o.county[:2], o.county[:4], o.county, o.street)
	}
	return id
}

// round like a prototype's, of an office, so many days earlier.
func (w *registry) round(of string, office *office, days int) *round {
	key := fmt.Sprint(of, office.code, days)
	r := w.copies[key]
	if r == nil {
		t := w.rounds[of]
		r = &round{tree: t, at: copied{office: office, province: cut(office.code, 2), city: cut(office.code, 4), county: cut(office.code, 6), days: days}}
		r.at.number = w.number
		r.at.ids(t)
		r.at.ref = w.nextRef("RD", r.at.shift(t.born[0]))
		r.id, r.ref = r.at.cases[0], r.at.ref
		w.copies[key] = r
	}
	return r
}

// write writes the records and the rounds.
func (w *registry) write(ctx context.Context) error {
	b := newBatch(w.fill, 0)
	for _, r := range w.copies {
		b.tree(r.tree, &r.at)
	}
	if err := w.envelopes(b); err != nil {
		return err
	}
	tx, err := w.fill.pool.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	for _, r := range records {
		if err := copyIn(ctx, tx, r.table, r.columns, w.rows[r.table]); err != nil {
			return err
		}
		w.fill.rows.Add(int64(len(w.rows[r.table])))
	}
	for key, n := range w.refN {
		if _, err := tx.ExecContext(ctx, `insert into ref_counters (prefix, year, n) values ($1, $2::int, $3) on conflict (prefix, year) do update set n = excluded.n`, key[0], key[1], n); err != nil {
			return err
		}
	}
	for key, n := range w.paperN {
		if _, err := tx.ExecContext(ctx, `insert into paper_numbers (word, year, last) values ($1, $2::int, $3) on conflict (word, year) do update set last = excluded.last`, key[0], key[1], n); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	return b.write(ctx)
}

// envelopes says in each round what its copies have been promised and paid, and gives it as much again.
func (w *registry) envelopes(b *batch) error {
	t := w.tables["rounds"]
	of := map[string]*round{}
	for _, r := range w.copies {
		of[r.id] = r
	}
	for _, row := range b.rows["rounds"] {
		m := of[row[t.index("id")].(string)].money
		for column, v := range map[string]any{"total_fen": 2*(m.held+m.committed) + 1_000_000_000, "held_fen": m.held,
			"held_awards": m.heldAwards, "committed_fen": m.committed, "paid_fen": m.paid, "returned_fen": m.returned,
			"awards": m.awards} {
			row[t.index(column)] = v
		}
		if err := unlimited(row, t.index("rules")); err != nil {
			return err
		}
	}
	return nil
}

// places are the counties of the country, with a street each where they are known so finely.
type places struct {
	home    string
	all     []string
	streets map[string][]string
}

func (p *places) read(ctx context.Context, pool *sql.DB, home string) error {
	p.home, p.streets = home, map[string][]string{}
	return each(ctx, pool, `select c.code, (select coalesce(array_agg(s.code order by s.code), '{}') from regions s where s.parent = c.code and s.level = 4 and s.valid_to is null)
		from regions c where c.level = 3 and c.valid_to is null order by c.code`, nil, func(scan func(...any) error) error {
		var code string
		var streets []string
		err := scan(&code, pq.Array(&streets))
		p.streets[code] = streets
		if code != home {
			p.all = append(p.all, code)
		}
		return err
	})
}

// pick spreads organizations evenly, with a stride that meets every county.
func (p *places) pick(home bool, n int) (county, street string) {
	county = p.home
	if !home && len(p.all) > 0 {
		county = p.all[n*7919%len(p.all)]
	}
	if s := p.streets[county]; len(s) > 0 {
		street = s[n/7%len(s)]
	}
	return county, street
}
