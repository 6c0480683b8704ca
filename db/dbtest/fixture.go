package dbtest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/catalog/catalogtest"
	"incubase/workflow/credit"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// Fixture is a database with an applicant, everyone who handles its application, and an open round. Records are
// written as rows; cases only through the desk.
type Fixture struct {
	*Database
	T            testing.TB
	Catalog      *catalog.Catalog
	Desk         *desk.Desk
	Bulk         *desk.Bulk
	Worker       *desk.Worker
	Clock        *Clock
	County       region.Code
	Organization workflow.ID
	Project      workflow.ID
	Agencies     map[string]workflow.ID // bureau, culture, women
	// open, with the rules of Futian's eleventh batch and an envelope of 1,000,000 yuan
	Round    workflow.ID
	RoundRef string
	Renaming *catalogtest.Renaming // nil: grants have their shipped names
	actors   map[string]workflow.Actor
	keys     int
	grants   int // opened by NewGrant
	mu       sync.Mutex
}

// Options of a fixture. Zero values mean the defaults.
type Options struct {
	DB        pg.Options
	Envelope  money.Fen
	MaxAwards int // 0 is no limit
	NoRound   bool
	Renamed   bool // grants have other names of actions, clocks and outcomes
}

type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock begins on a Monday morning in Shanghai, 2 March 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)} }

// Now returns the domain's time and advances it by a microsecond, so that no two are equal.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *Clock) Calendar() *calendar.Calendar { return calendar.Shipped() }

// County is Jiguan, in the city Jixi of Heilongjiang.
const County region.Code = "230302"

// Topic is the topic of the fixture's project; the culture agency is competent for it.
const Topic = "elderly"

func New(t testing.TB, options ...Options) *Fixture {
	t.Helper()
	var o Options
	if len(options) > 0 {
		o = options[0]
	}
	if o.Envelope == 0 {
		o.Envelope = 100_000_000
	}
	f := &Fixture{Database: Open(t, o.DB), T: t, County: County, Agencies: map[string]workflow.ID{},
		actors: map[string]workflow.Actor{},
		Clock:  NewClock()}
	var err error
	if f.Catalog, err = catalog.Shipped(); err != nil {
		t.Fatalf("load the shipped definitions: %v", err)
	}
	if o.Renamed {
		f.rename()
	}
	f.Desk = &desk.Desk{Machines: f.Catalog, Store: f.DB, Clock: f.Clock, Minutes: f.DB, Twins: f.DB, Vacant: f.DB,
		Returns: f.DB}
	f.Bulk = &desk.Bulk{Desk: f.Desk, Jobs: f.DB, Queue: f.DB, Log: slog.New(slog.DiscardHandler)}
	f.Worker = &desk.Worker{Desk: f.Desk, Queue: f.DB, Log: slog.New(slog.DiscardHandler),
		Chores: []func(context.Context) (bool, error){f.Bulk.Work}}
	f.people()
	if !o.NoRound {
		f.Round, f.RoundRef = f.OpenRound(o.Envelope, o.MaxAwards)
	}
	return f
}

// rename adds a version of the grant with other names.
func (f *Fixture) rename() {
	f.T.Helper()
	f.Renaming = catalogtest.Renamed(f.T, "grant")
	if err := f.Catalog.Add(f.Renaming.Definition); err != nil {
		f.T.Fatalf("fixture: rename the grant: %v", err)
	}
	if err := f.Define(f.T.Context(), f.Catalog.Machine("grant", f.Renaming.Version)); err != nil {
		f.T.Fatalf("fixture: rename the grant: %v", err)
	}
}

// action returns the definition's name of an action: grants may be renamed, their children and rounds are not.
func (f *Fixture) action(ref, name string) string {
	if f.Renaming == nil || !strings.HasPrefix(ref, "GA-") || strings.Count(ref, "-") != 2 {
		return name
	}
	return f.Renaming.Action(name)
}

// Clocks returns the grants' name of a clock.
func (f *Fixture) Clocks(name string) string {
	if f.Renaming == nil {
		return name
	}
	return f.Renaming.Clock(name)
}

func (f *Fixture) people() {
	f.T.Helper()
	owner := f.Owner(f.T)
	f.Organization = f.AddOrganization(owner, "鸡冠区银龄互助社（示例）")
	f.Project = f.AddProject(owner, f.Organization, "银龄助餐")
	for key, name := range map[string]string{"bureau": "鸡冠区民政局", "culture": "鸡冠区文体局", "women": "鸡冠区妇联"} {
		f.Agencies[key] = f.insert(owner, `insert into agencies (id, name_zh, name_en, kind, region, province, city, county)
			values ($1, $2, $3, 'civil_affairs', '230302', '23', '2303', '230302')`, name, key)
	}
	f.insert(owner,
		`insert into competences (id, agency_id, topic, region, action) values ($1, $2, $3, '230302', 'cosign')`,
		f.Agencies["culture"], Topic)
	for _, r := range []workflow.Role{workflow.RolePreparer, workflow.RoleCertifier} {
		f.AddUser(owner, string(r), workflow.Grant{Role: r, Organization: f.Organization})
	}
	for _, r := range []workflow.Role{workflow.RoleOfficer, workflow.RoleChecker, workflow.RoleDecider,
		workflow.RoleFinanceMaker,
		workflow.RoleFinanceChecker, workflow.RoleEvaluator, workflow.RoleAnalyst, workflow.RoleAuditor} {
		f.AddUser(owner, string(r), workflow.Grant{Role: r, Region: County})
	}
	f.AddUser(owner, "cosigner", workflow.Grant{Role: workflow.RoleCosigner, Agency: f.Agencies["culture"]})
	for i := range 3 {
		f.AddUser(owner, "reviewer"+strconv.Itoa(i+1), workflow.Grant{Role: workflow.RoleReviewer, Region: County})
	}
}

// AddOrganization writes an organization of the county, in good standing and able to receive money.
func (f *Fixture) AddOrganization(owner *sql.DB, name string) workflow.ID {
	f.T.Helper()
	return f.insert(owner, `insert into organizations (id, name, kind, credit_code, region, province, city, county, topics)
		values ($1, $2, 'service_org', $3, '230302', '23', '2303', '230302', $4)`, name, credit.Generate("52", string(County), f.serial()), pq.Array([]string{Topic}))
}

func (f *Fixture) AddProject(owner *sql.DB, organization workflow.ID, title string) workflow.ID {
	f.T.Helper()
	return f.insert(owner, `insert into projects (id, organization_id, title, topics, region, province, city, county)
		values ($1, $2, $3, $4, '230302', '23', '2303', '230302')`, organization, title, pq.Array([]string{Topic}))
}

// AddUser writes a user with one role; Actor returns them by login.
func (f *Fixture) AddUser(owner *sql.DB, login string, g workflow.Grant) workflow.Actor {
	f.T.Helper()
	a := workflow.Actor{Login: login, Name: login, Organization: g.Organization, Agency: g.Agency,
		Roles: []workflow.Grant{g}}
	a.ID = f.insert(owner, `insert into users (id, login, name, organization_id, agency_id) values ($1, $2, $3, $4, $5)`,
		login, login, null(g.Organization), null(g.Agency))
	f.insert(owner,
		`insert into role_grants (id, user_id, role, region, agency_id, organization_id, round_id) values ($1, $2, $3, $4, $5,
			$6, $7)`,
		a.ID, g.Role, g.Region, null(g.Agency), null(g.Organization), null(g.Round))
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actors[login] = a
	return a
}

// Regrant replaces the role of a fixture's user.
func (f *Fixture) Regrant(owner *sql.DB, login string, g workflow.Grant) {
	f.T.Helper()
	a := f.Actor(login)
	if _, err := owner.ExecContext(f.T.Context(), `update role_grants set role = $2, region = $3 where user_id = $1`, a.ID,
		g.Role, g.Region); err != nil {
		f.T.Fatalf("fixture: %v", err)
	}
	var grant workflow.ID
	if err := owner.QueryRowContext(f.T.Context(), `select id from role_grants where user_id = $1`,
		a.ID).Scan(&grant); err != nil {
		f.T.Fatalf("fixture: %v", err)
	}
	Bind(f.T, owner, "role", grant)
	a.Roles = []workflow.Grant{g}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actors[login] = a
}

// Also adds a role to a fixture's user.
func (f *Fixture) Also(owner *sql.DB, login string, g workflow.Grant) {
	f.T.Helper()
	a := f.Actor(login)
	f.insert(owner,
		`insert into role_grants (id, user_id, role, region, agency_id, organization_id, round_id) values ($1, $2, $3, $4, $5,
			$6, $7)`,
		a.ID, g.Role, g.Region, null(g.Agency), null(g.Organization), null(g.Round))
	a.Roles = append(slices.Clone(a.Roles), g)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actors[login] = a
}

// Unlawfully is Also against the schema's rule: the program must not rely on it.
func (f *Fixture) Unlawfully(owner *sql.DB, login string, g workflow.Grant) {
	f.T.Helper()
	const law = "table role_grants %s trigger applicant_and_staff_are_separate"
	for _, how := range []string{"disable", "enable"} {
		if _, err := owner.ExecContext(f.T.Context(), "alter "+fmt.Sprintf(law, how)); err != nil {
			f.T.Fatalf("fixture: %v", err)
		}
		if how == "disable" {
			f.Also(owner, login, g)
		}
	}
}

func null(id workflow.ID) *string {
	if id == "" {
		return nil
	}
	return &id
}

// insert runs a statement whose first argument is a new id.
func (f *Fixture) insert(owner *sql.DB, statement string, args ...any) workflow.ID {
	f.T.Helper()
	id := workflow.NewID(f.Clock.Now())
	if _, err := owner.ExecContext(f.T.Context(), statement, append([]any{id}, args...)...); err != nil {
		f.T.Fatalf("fixture: %v\n%s", err, statement)
	}
	for kind, table := range records {
		if strings.HasPrefix(statement, "insert into "+table+" ") {
			Bind(f.T, owner, kind, id)
		}
	}
	return id
}

var records = map[string]string{"organization": "organizations", "project": "projects", "user": "users",
	"role": "role_grants", "agency": "agencies", "competence": "competences"}

// Bind logs and binds a record that a test wrote behind the program.
func Bind(t testing.TB, owner *sql.DB, kind string, id workflow.ID) {
	t.Helper()
	var seq int
	var hash, row []byte
	if _, err := owner.ExecContext(t.Context(), `select log_record($1, $2, 'create', $3, now(), '{}', '', ''::bytea, '')`,
		kind, id, workflow.SystemID); err != nil {
		t.Fatalf("fixture: log %s %s: %v", kind, id, err)
	}
	err := owner.QueryRowContext(t.Context(),
		`select l.seq, l.hash, `+pg.RecordDocument+` from record_log l where l.kind = $1 and l.record_id = $2
		order by l.seq desc limit 1`, kind, id).Scan(&seq, &hash, &row)
	if err != nil {
		t.Fatalf("fixture: read %s %s: %v", kind, id, err)
	}
	mac, err := RowKey.Record(kind, id, seq, workflow.Hash(hash), row)
	if err == nil {
		_, err = owner.ExecContext(t.Context(),
			`insert into record_macs (kind, record_id, seq, row_mac) values ($1, $2, $3, $4::text::bytea)`, kind, id, seq,
			`\x`+mac.String())
	}
	if err != nil {
		t.Fatalf("fixture: bind %s %s: %v", kind, id, err)
	}
}

// Actor returns the user in a role ("officer") or of a login ("reviewer2"), the system or the public.
func (f *Fixture) Actor(name string) workflow.Actor {
	f.T.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	a, ok := f.actors[name]
	switch {
	case ok:
		return a
	case name == "system":
		return workflow.System()
	case name == "objector":
		return workflow.Objector()
	}
	f.T.Fatalf("fixture: there is no %q", name)
	return a
}

func (f *Fixture) OpenRound(envelope money.Fen, maxAwards int) (workflow.ID, string) {
	f.T.Helper()
	preset, err := catalog.LoadPreset("futian-2021-11th")
	if err != nil {
		f.T.Fatal(err)
	}
	schema, err := catalog.Form("grant")
	if err != nil {
		f.T.Fatal(err)
	}
	preset.Rules.MaxAwards = maxAwards
	opens, closes := f.Clock.Now().Add(-time.Hour), f.Clock.Now().AddDate(0, 2, 0)
	d := &workflow.RoundRecord{ID: workflow.NewID(f.Clock.Now()), Name: workflow.Text{ZH: "银龄互助专项（示例）",
		EN: "Elders' mutual help (example)"},
		Kind: "grant", Region: County, Agency: f.Agencies["bureau"], Opens: &opens, Closes: &closes, Rules: preset.Rules,
		Form:       schema,
		FormNumber: 1, Total: envelope, Definition: f.Catalog.Machine("grant", 0).Definition().Version}
	r, err := f.Desk.Open(f.T.Context(), f.Actor("officer"), desk.Opening{ID: d.ID, Workflow: "round", Key: f.key(),
		Details: d,
		Fields:  map[string]any{"title": d.Name.ZH, "region": string(County), "kind": "grant", "agency": d.Agency}})
	if err != nil {
		f.T.Fatalf("fixture: open a round: %v", err)
	}
	f.Do("officer", r.View.Case.Ref, "open", nil)
	return d.ID, r.View.Case.Ref
}

// NewGrant opens a draft grant with its own project and returns its reference. The first uses f.Project.
func (f *Fixture) NewGrant() string {
	f.T.Helper()
	f.mu.Lock()
	project := f.Project
	if f.grants++; f.grants > 1 {
		project = ""
	}
	f.mu.Unlock()
	if project == "" {
		project = f.AddProject(f.Owner(f.T), f.Organization, "银龄助餐 "+strconv.Itoa(f.serial()))
	}
	r, err := f.Desk.Open(f.T.Context(), f.Actor("preparer"), desk.Opening{Workflow: "grant", Round: f.Round,
		Organization: f.Organization,
		Project:      project, Key: f.key()})
	if err != nil {
		f.T.Fatalf("fixture: open a grant: %v", err)
	}
	return r.View.Case.Ref
}

func (f *Fixture) serial() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys++
	return f.keys
}

func (f *Fixture) key() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.keys++
	return "fixture-" + strconv.Itoa(f.keys)
}

// Do carries out an action that must succeed.
func (f *Fixture) Do(who, ref, action string, fields map[string]any) *workflow.Receipt {
	f.T.Helper()
	r, err := f.Try(who, ref, action, fields)
	if err != nil {
		f.T.Fatalf("fixture: %s does %s on %s: %v", who, action, ref, err)
	}
	return r
}

// Signature returns the fields that sign the present agreement.
func (f *Fixture) Signature(ref string) map[string]any {
	f.T.Helper()
	return map[string]any{"answer": "sign", define.TextField: f.Case(ref).Data["agreement_sha256"]}
}

// Try carries out an action under a new key.
func (f *Fixture) Try(who, ref, action string, fields map[string]any) (*workflow.Receipt, error) {
	key := f.key()
	return f.Desk.Do(context.WithoutCancel(f.T.Context()), f.Actor(who),
		workflow.Command{Ref: ref, Action: f.action(ref, action), Key: key, Digest: sha256.Sum256([]byte(key)), Note: "办理",
			Fields: fields})
}

// Settle runs the worker until nothing is due.
func (f *Fixture) Settle() {
	f.T.Helper()
	for more := true; more; {
		var err error
		if more, err = f.Worker.Round(context.WithoutCancel(f.T.Context())); err != nil {
			f.T.Fatalf("fixture: the worker: %v", err)
		}
	}
}

// fill adds definitions and the fixture's places to the template.
func fill(ctx context.Context, ownerURL string) error {
	d, err := db.Open(ctx, pg.Options{URL: ownerURL, RowKey: RowKey, MaxReads: 1, MaxWrites: 1})
	if err != nil {
		return err
	}
	defer d.Close()
	c, err := catalog.Shipped()
	if err != nil {
		return err
	}
	var machines []*machine.Machine
	c.Each(func(m *machine.Machine) { machines = append(machines, m) })
	if err := d.Define(ctx, machines...); err != nil {
		return err
	}
	owner, err := sql.Open("postgres", ownerURL)
	if err != nil {
		return err
	}
	_, err = owner.ExecContext(ctx, `insert into regions (code, name, full_name, level, parent, valid_from) values
		('23', '黑龙江省', '黑龙江省', 1, '', '2023-06-30'), ('2303', '鸡西市', '黑龙江省鸡西市', 2, '23', '2023-06-30'),
		('230302', '鸡冠区', '黑龙江省鸡西市鸡冠区', 3, '2303', '2023-06-30') on conflict do nothing`)
	return errors.Join(err, owner.Close())
}

func (f *Fixture) ID(ref string) workflow.ID { return f.Case(ref).ID }

func (f *Fixture) Case(ref string) workflow.Case {
	f.T.Helper()
	l, err := f.Load(context.WithoutCancel(f.T.Context()), workflow.LoadQuery{Ref: ref})
	if err != nil {
		f.T.Fatalf("fixture: load %s: %v", ref, err)
	}
	return l.Facts.Case
}
