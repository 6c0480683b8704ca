package db_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/credit"
	"incubase/workflow/registry"
)

// theRegistry is a database with a registry, and people who hold one role each in the county.
type theRegistry struct {
	*registry.Registry
	*dbtest.Fixture
	people map[string]workflow.Actor
}

const password = "four words in a row"

func newRegistry(t *testing.T) *theRegistry {
	t.Helper()
	f := dbtest.New(t, dbtest.Options{NoRound: true})
	divisions := records.NewDivisions()
	r := &theRegistry{Fixture: f, people: map[string]workflow.Actor{}}
	r.Registry = &registry.Registry{Store: f.DB, Clock: f.Clock, Regions: divisions, Passwords: f.DB, Codes: f.DB,
		Desk: f.Desk}
	return r
}

// person opens an account with a role: of the given organization, or of staff in the county.
func (r *theRegistry) person(role workflow.Role, organization workflow.ID) workflow.Actor {
	r.T.Helper()
	login := fmt.Sprintf("%s-%d", strings.ReplaceAll(string(role), "_", "-"), len(r.people))
	n := workflow.NewRole{Role: role, Organization: organization}
	if organization == "" && !role.Administrative() {
		n.Region = "230302"
	}
	ctx := r.T.Context()
	u, err := r.AddWithHash(ctx, registry.NewUser{Login: login, Name: "某人", Organization: organization}, hashed(r.T),
		registry.RecordCommand{})
	if err != nil {
		r.T.Fatalf("add %s: %v", login, err)
	}
	g, err := r.GrantRole(ctx, workflow.System(), u.ID, n, registry.RecordCommand{})
	if err != nil {
		r.T.Fatalf("grant %s: %v", login, err)
	}
	a := workflow.Actor{ID: u.ID, Login: u.Login, Name: u.Name, Organization: organization,
		Roles: []workflow.Grant{g.Grant}}
	r.people[login] = a
	return a
}

var hashing = sync.OnceValues(func() (string, error) { return (&db.DB{}).HashPassword(context.Background(), password) })

func hashed(t testing.TB) string {
	h, err := hashing()
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (r *theRegistry) organization(officer workflow.Actor, serial int) *registry.OrganizationRecord {
	r.T.Helper()
	o, err := r.CreateOrganization(r.T.Context(), officer,
		registry.NewOrganization{Name: fmt.Sprintf("虚构·助老会%d（示例）", serial),
			Kind: "social_group", CreditCode: credit.Generate("51", "230302", serial), Region: "230302",
			Topics: []string{"elderly"}}, registry.RecordCommand{})
	if err != nil {
		r.T.Fatalf("create an organization: %v", err)
	}
	return o
}

func digest(s string) workflow.Hash { return sha256.Sum256([]byte(s)) }

func ptr[T any](v T) *T { return &v }

func TestRegionsAreLoadedOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	owner := d.Owner(t)
	var rows, repeated, editions int
	err := owner.QueryRowContext(t.Context(),
		`select count(*), count(succeeded_by), (select count(*) from region_editions) from regions`).
		Scan(&rows, &repeated, &editions)
	if err != nil {
		t.Fatal(err)
	}
	if rows != 44703 || repeated != 4 || editions != 1 {
		t.Errorf("%d divisions, %d repetitions, %d editions; want 44703, 4, 1", rows, repeated, editions)
	}
	if _, err := owner.ExecContext(t.Context(),
		`delete from region_editions; update regions set pilot = true where code = '230302';
		update regions set name = 'wrong' where code = '11'`); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := db.Migrate(t.Context(), db.MigrateOptions{OwnerURL: d.OwnerURL, ServerURL: d.URL}); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took > 60*time.Second {
		t.Errorf("loading the divisions again took %s", took)
	}
	var pilot bool
	var name string
	if err := owner.QueryRowContext(t.Context(),
		`select pilot, (select name from regions where code = '11') from regions where code = '230302'`).Scan(&pilot,
		&name); err != nil {
		t.Fatal(err)
	}
	if !pilot || name != "北京市" {
		t.Errorf("pilot %v, name %q: what people marked stays, names follow the edition", pilot, name)
	}
	children, err := d.Regions(t.Context(), "4419")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range children {
		if c.Level != "street" {
			t.Errorf("%s %s in Dongguan is a %s", c.Code, c.Name, c.Level)
		}
	}
	if len(children) < 30 {
		t.Errorf("Dongguan has %d streets", len(children))
	}
}

func TestOrganization(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	o := r.organization(officer, 1)
	if o.Version != 1 || o.Standing != "good" {
		t.Errorf("a new organization is %+v", o)
	}
	certifier := r.person(workflow.RoleCertifier, o.ID)
	ctx := t.Context()

	changed, err := r.ChangeOrganization(ctx, certifier, o.ID, registry.OrganizationChange{Phone: ptr("0467-2312345")},
		registry.RecordCommand{Version: ptr(1)})
	if err != nil || changed.Version != 2 || changed.Phone != "0467-2312345" {
		t.Fatalf("the head changes the telephone: %+v, %v", changed, err)
	}
	for what, c := range map[string]registry.OrganizationChange{
		"the name":     {Name: ptr("新名字")},
		"the standing": {Standing: ptr("good")},
		"both kinds":   {Phone: ptr("0467-1"), Topics: ptr([]string{"women"})},
	} {
		if _, err := r.ChangeOrganization(ctx, certifier, o.ID, c, registry.RecordCommand{}); !forbidden(err) {
			t.Errorf("the head changes %s: %v", what, err)
		}
	}
	if _, err := r.ChangeOrganization(ctx, certifier, o.ID, registry.OrganizationChange{Phone: ptr("1")},
		registry.RecordCommand{Version: ptr(1)}); stale(err) != 2 {
		t.Errorf("a change of an overtaken version: %v", err)
	}
	stranger := r.person(workflow.RoleCertifier, r.organization(officer, 2).ID)
	if _, err := r.ChangeOrganization(ctx, stranger, o.ID, registry.OrganizationChange{Phone: ptr("12345")},
		registry.RecordCommand{}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("another organization's head: %v, want not found", err)
	}
	_, err = r.CreateOrganization(ctx, officer, registry.NewOrganization{Name: "虚构·另一个（示例）", Kind: "social_group",
		CreditCode: o.CreditCode, Region: "230302"}, registry.RecordCommand{})
	if sayingNo(err) != "credit_code_once" {
		t.Errorf("the same credit code twice: %v", err)
	}
	barred, err := r.ChangeOrganization(ctx, officer, o.ID, registry.OrganizationChange{Standing: ptr("barred"),
		StandingReason: ptr("名录"),
		BarredUntil:    ptr(calendar.MustDate("2027-01-01"))}, registry.RecordCommand{})
	if err != nil || barred.BarredUntil == nil {
		t.Errorf("barring: %+v, %v", barred, err)
	}
	again, err := r.ChangeOrganization(ctx, officer, o.ID, registry.OrganizationChange{Standing: ptr("good")},
		registry.RecordCommand{})
	if err != nil || again.BarredUntil != nil || again.StandingReason != "" {
		t.Errorf("back in good standing: %+v, %v", again, err)
	}
	r.chains()
}

func (r *theRegistry) chains() {
	r.T.Helper()
	_, n, err := r.Verify(r.T.Context(), func(p pg.Problem) { r.T.Errorf("chain: %v", p) })
	if err != nil || n == 0 {
		r.T.Errorf("verified %d entries of records: %v", n, err)
	}
}

func forbidden(err error) bool {
	var r *workflow.Refused
	return errors.As(err, &r) && r.Forbidden()
}

func sayingNo(err error) string {
	var r *workflow.Refused
	if !errors.As(err, &r) || r.Action == "" || !r.Refusals[0].Message.Complete() {
		return ""
	}
	return r.Refusals[0].Rule
}

func stale(err error) int {
	var s *workflow.Stale
	if errors.As(err, &s) && s.Named {
		return s.Current
	}
	return 0
}

func TestOfConcurrentChangesOneWins(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	o := r.organization(officer, 1)
	var wins, losses int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			_, err := r.ChangeOrganization(context.WithoutCancel(t.Context()), officer, o.ID,
				registry.OrganizationChange{Contact: ptr(fmt.Sprint("某", i))}, registry.RecordCommand{Version: ptr(1)})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				wins++
			case stale(err) == 2:
				losses++
			default:
				t.Errorf("neither won nor stale: %v", err)
			}
		})
	}
	all.Wait()
	if wins != 1 || losses != 7 {
		t.Errorf("%d won, %d were stale; want 1 and 7", wins, losses)
	}
	r.chains()
}

func TestTheSameKeyGivesTheSameAnswer(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	n := registry.NewOrganization{Name: "虚构·钥匙（示例）", Kind: "unregistered_team", Region: "230302"}
	cmd := registry.RecordCommand{Key: "k-1", Digest: digest("a")}
	var ids sync.Map
	var all sync.WaitGroup
	for range 10 {
		all.Go(func() {
			o, err := r.CreateOrganization(context.WithoutCancel(t.Context()), officer, n, cmd)
			if err != nil {
				t.Errorf("twin: %v", err)
				return
			}
			ids.Store(o.ID, true)
		})
	}
	all.Wait()
	count := 0
	ids.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("ten twins made %d organizations", count)
	}
	if _, err := r.CreateOrganization(t.Context(), officer, n, registry.RecordCommand{Key: "k-1",
		Digest: digest("b")}); !errors.Is(err, workflow.ErrKeyReused) {
		t.Errorf("the key with another body: %v", err)
	}
	list, _, err := r.Organizations(t.Context(), registry.RecordScopeOf(officer), registry.RecordQuery{Words: "钥匙"})
	if err != nil || len(list) != 1 {
		t.Errorf("listed %d, %v", len(list), err)
	}
	o := list[0]
	change := registry.OrganizationChange{Contact: ptr("老周")}
	cmd = registry.RecordCommand{Key: "k-2", Digest: digest("c"), Version: ptr(1)}
	for range 2 {
		got, err := r.ChangeOrganization(t.Context(), officer, o.ID, change, cmd)
		if err != nil || got.Version != 2 {
			t.Errorf("a repeated change: %+v, %v", got, err)
		}
	}
}

func TestHistoryOfRecordsCannotBeRewritten(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	o := r.organization(officer, 1)
	if _, err := r.ChangeOrganization(t.Context(), officer, o.ID, registry.OrganizationChange{Contact: ptr("甲")},
		registry.RecordCommand{Note: "为了准确"}); err != nil {
		t.Fatal(err)
	}
	r.chains()
	server, owner := r.Server(t), r.Owner(t)
	for _, s := range []string{"update record_log set op = 'x'", "delete from record_log",
		"update record_bodies set body = '{}'",
		"delete from record_bodies", "update audit set success = true", "delete from audit", "truncate audit"} {
		if _, err := server.ExecContext(t.Context(), s); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the server's role may %s: %v", s, err)
		}
	}
	for _, row := range []struct{ name, change, found string }{
		{"a changed body is found",
			`update record_bodies set body = replace(body, '甲', '乙') where record_id = $1 and seq = 2`,
			"what was said was changed"},
		{"a changed operation is found", `update record_log set op = 'grant' where record_id = $1 and seq = 2`,
			"a value of the entry was changed"},
	} {
		if _, err := owner.ExecContext(t.Context(), row.change, o.ID); err != nil {
			t.Fatal(err)
		}
		var said []string
		if _, _, err := r.Verify(t.Context(), func(p pg.Problem) { said = append(said, fmt.Sprint(p)) }); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(said, "\n"), row.found) {
			t.Errorf("%s: verify says %q", row.name, said)
		}
	}
}

func TestRecordsInScope(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	mine := r.organization(officer, 1)
	certifier := r.person(workflow.RoleCertifier, mine.ID)
	for i := range 5 {
		r.organization(officer, 10+i)
	}
	p, err := r.CreateProject(ctx, certifier, mine.ID, registry.NewProject{Title: "周三课堂"}, registry.RecordCommand{})
	if err != nil || p.Region != "230302" || len(p.Topics) != 1 {
		t.Fatalf("a project takes place and topics from its organization: %+v, %v", p, err)
	}
	// Its own people choose a near place, which decides whose staff handles its cases. The place's staff may choose
	// it.
	var invalid *workflow.Invalid
	far := "230303"
	_, err = r.CreateProject(ctx, certifier, mine.ID, registry.NewProject{Title: "异地课堂", Region: far},
		registry.RecordCommand{})
	if !errors.As(err, &invalid) || invalid.Fields[0].Field != "region" {
		t.Errorf("a project in another county: %v", err)
	}
	_, err = r.ChangeProject(ctx, certifier, p.ID, registry.ProjectChange{Region: &far},
		registry.RecordCommand{Version: &p.Version})
	if !errors.As(err, &invalid) || invalid.Fields[0].Field != "region" {
		t.Errorf("a project moved to another county: %v", err)
	}
	city := workflow.Actor{ID: officer.ID, Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: "2303"}}}
	if p, err = r.ChangeProject(ctx, city, p.ID, registry.ProjectChange{Region: &far},
		registry.RecordCommand{Version: &p.Version}); err != nil || string(p.Region) != far {
		t.Errorf("moved by the city's officer: %+v, %v", p, err)
	}
	near := "230302"
	if _, err = r.ChangeProject(ctx, city, p.ID, registry.ProjectChange{Region: &near},
		registry.RecordCommand{Version: &p.Version}); err != nil {
		t.Fatal(err)
	}
	seen := map[workflow.ID]bool{}
	for cursor := ""; ; {
		page, next, err := r.Organizations(ctx, registry.RecordScopeOf(officer),
			registry.RecordQuery{Limit: 2, Cursor: cursor})
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page {
			if seen[o.ID] {
				t.Errorf("%s came twice", o.Name)
			}
			seen[o.ID] = true
		}
		if cursor = next; next == "" {
			break
		}
	}
	if len(seen) < 6 {
		t.Errorf("pages held %d organizations", len(seen))
	}
	elsewhere := workflow.Actor{ID: officer.ID, Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: "2301"}}}
	for name, row := range map[string]struct {
		who  workflow.Actor
		want int
	}{
		"an officer of another city sees none": {elsewhere, 0},
		"the head sees the own one":            {certifier, 1},
		"a reviewer sees none": {workflow.Actor{ID: officer.ID,
			Roles: []workflow.Grant{{Role: workflow.RoleReviewer, Region: "23"}}}, 0},
		"an officer of the round only sees none": {workflow.Actor{ID: officer.ID,
			Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Round: "x"}}}, 0},
		"the province's analyst sees as the county": {workflow.Actor{ID: officer.ID,
			Roles: []workflow.Grant{{Role: workflow.RoleAnalyst, Region: "23"}}}, len(seen)},
		"the system administrator sees whom to attach": {workflow.Actor{ID: officer.ID,
			Roles: []workflow.Grant{{Role: workflow.RoleSysadmin}}}, len(seen)},
	} {
		list, _, err := r.Organizations(ctx, registry.RecordScopeOf(row.who), registry.RecordQuery{})
		if err != nil || len(list) != row.want {
			t.Errorf("%s: %d, %v; want %d", name, len(list), err, row.want)
		}
	}
	projects, _, err := r.Projects(ctx, registry.RecordScopeOf(elsewhere), registry.RecordQuery{Organization: mine.ID})
	if err != nil || len(projects) != 0 {
		t.Errorf("projects outside the scope: %d, %v", len(projects), err)
	}
	if projects, _, err = r.Projects(ctx, registry.RecordScopeOf(certifier),
		registry.RecordQuery{Organization: mine.ID}); err != nil || len(projects) != 1 {
		t.Errorf("own projects: %d, %v", len(projects), err)
	}
	if _, _, err := r.Organizations(ctx, registry.RecordScopeOf(officer),
		registry.RecordQuery{Cursor: "e30"}); err == nil {
		t.Error("a forged cursor passed")
	}
	var got registry.OrganizationRecord
	if err := r.Record(ctx, registry.RecordScopeOf(elsewhere), workflow.KindOrganization, mine.ID, &got); !errors.Is(err,
		workflow.ErrNotFound) {
		t.Errorf("one organization outside the scope: %v", err)
	}
}
