package db_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/desk"
)

func pipeline(t *testing.T) (*dbtest.Fixture, []string) {
	t.Helper()
	f := dbtest.New(t)
	return f, walked(f)
}

// walked returns a grant in each state of the good path, a returned one and one with a conflict of interest.
func walked(f *dbtest.Fixture) (refs []string) {
	for _, to := range []workflow.State{"draft", "applied", "screened", "proposed", "reviewed", "funded", "reported"} {
		ref := f.NewGrant()
		if to != "draft" {
			f.Walk(ref, to)
		}
		refs = append(refs, ref)
	}
	returned := f.NewGrant()
	f.Walk(returned, "applied")
	f.Do("checker", returned, "return", nil)
	conflict := f.NewGrant()
	f.Walk(conflict, "screened")
	f.Do("reviewer1", conflict, "declare", map[string]any{"conflict": true, "reason": "我在该组织任理事"})
	return append(refs, returned, conflict)
}

func everyone(t *testing.T, f *dbtest.Fixture) map[string]workflow.Actor {
	owner := f.Owner(t)
	f.AddUser(owner, "officer_province", workflow.Grant{Role: workflow.RoleOfficer, Region: "23"})
	f.AddUser(owner, "officer_elsewhere", workflow.Grant{Role: workflow.RoleOfficer, Region: "2301"})
	f.AddUser(owner, "officer_country", workflow.Grant{Role: workflow.RoleOfficer})
	f.AddUser(owner, "auditor_country", workflow.Grant{Role: workflow.RoleAuditor})
	f.AddUser(owner, "decider_round", workflow.Grant{Role: workflow.RoleDecider, Region: dbtest.County, Round: f.Round})
	f.AddUser(owner, "decider_agency", workflow.Grant{Role: workflow.RoleDecider, Region: dbtest.County,
		Agency: f.Agencies["bureau"]})
	f.AddUser(owner, "decider_other_agency", workflow.Grant{Role: workflow.RoleDecider, Region: dbtest.County,
		Agency: f.Agencies["women"]})
	f.AddUser(owner, "sysadmin", workflow.Grant{Role: workflow.RoleSysadmin})
	f.AddUser(owner, "women", workflow.Grant{Role: workflow.RoleCosigner, Agency: f.Agencies["women"]})
	// Two who opened cases on an organization's behalf; one of them now works elsewhere.
	f.AddUser(owner, "helper", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	f.AddUser(owner, "helper_moved", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	for _, name := range []string{"helper", "helper_moved"} {
		if _, err := f.Desk.Open(t.Context(), f.Actor(name), desk.Opening{Workflow: "grant", Round: f.Round,
			Organization: f.Organization, Project: f.Project}); err != nil {
			t.Fatal(err)
		}
	}
	f.Regrant(owner, "helper_moved", workflow.Grant{Role: workflow.RoleOfficer, Region: "2301"})
	// One who wrote an application and holds every staff role, and one of the applicant's people who was given one.
	f.AddUser(owner, "helper_everywhere", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	birth, err := f.Desk.Open(t.Context(), f.Actor("helper_everywhere"), desk.Opening{Workflow: "grant",
		Round: f.Round, Organization: f.Organization, Project: f.Project})
	if err != nil {
		t.Fatal(err)
	}
	f.Do("certifier", birth.View.Case.ID, "submit", map[string]any{"answers": f.Answers(dbtest.Requested)})
	// and no longer an officer
	f.Regrant(owner, "helper_everywhere", workflow.Grant{Role: workflow.RoleAuditor, Region: dbtest.County})
	f.AddUser(owner, "insider", workflow.Grant{Role: workflow.RolePreparer, Organization: f.Organization})
	f.Unlawfully(owner, "insider", workflow.Grant{Role: workflow.RoleAuditor, Region: dbtest.County})
	other := f.AddOrganization(owner, "虚构·晨光互助社（示例）")
	f.AddUser(owner, "certifier_other", workflow.Grant{Role: workflow.RoleCertifier, Organization: other})
	out := map[string]workflow.Actor{}
	for _, name := range []string{"preparer", "certifier", "officer", "checker", "decider", "finance_maker",
		"finance_checker", "evaluator", "analyst",
		"auditor", "cosigner", "reviewer1", "reviewer2", "reviewer3", "officer_province", "officer_elsewhere",
		"officer_country", "auditor_country",
		"decider_round", "decider_agency", "decider_other_agency", "helper", "helper_moved", "helper_everywhere", "insider",
		"sysadmin", "women", "certifier_other"} {
		out[name] = f.Actor(name)
	}
	return out
}

func all(t *testing.T, f *dbtest.Fixture, a workflow.Actor, q workflow.CaseQuery) (out []workflow.Loaded) {
	t.Helper()
	q.Now = f.Clock.Now()
	for {
		items, next, err := f.List(t.Context(), desk.ScopeOf(a, f.Catalog), q)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, items...)
		if q.Cursor = next; next == "" {
			return out
		}
	}
}

func refsOf(items []workflow.Loaded) (refs []string) {
	for _, l := range items {
		refs = append(refs, l.Facts.Case.Ref)
	}
	return refs
}

func TestListsShowExactlyWhatIsVisible(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	people := everyone(t, f)
	var ids []string
	rows, err := f.Server(t).Query(`select ref from cases order by ref`)
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		var ref string
		if err := rows.Scan(&ref); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, ref)
	}
	if rows.Err() != nil || len(ids) < 15 {
		t.Fatalf("%d cases, %v", len(ids), rows.Err())
	}
	seen := 0
	for name, a := range people {
		var visible []string
		for _, ref := range ids {
			if _, err := f.Desk.Show(t.Context(), a, ref); err == nil {
				visible = append(visible, ref)
			} else if !errors.Is(err, workflow.ErrNotFound) {
				t.Fatal(err)
			}
		}
		listed := refsOf(all(t, f, a, workflow.CaseQuery{Sort: "ref", Limit: 4}))
		if !slices.Equal(listed, visible) {
			t.Errorf("%s lists %v\nbut sees %v", name, listed, visible)
		}
		seen += len(visible)
	}
	if seen < 100 {
		t.Errorf("only %d sightings: the test has lost its teeth", seen)
	}
}

func TestAListRowCarriesTheSameFacts(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	officer := f.Actor("officer")
	for _, l := range all(t, f, officer, workflow.CaseQuery{}) {
		alone, err := f.Load(t.Context(), workflow.LoadQuery{Ref: l.Facts.Case.Ref, Actor: officer})
		if err != nil {
			t.Fatal(err)
		}
		now := f.Clock.Now()
		offers := func(l workflow.Loaded) string {
			l.Facts.Actor, l.Facts.Now, l.Facts.Calendar = officer, now, f.Clock.Calendar()
			var b strings.Builder
			for _, o := range f.Catalog.Machine(l.Facts.Case.Workflow, 0).Offers(l.Facts) {
				b.WriteString(o.Name)
				for _, r := range o.Refusals {
					b.WriteString(" " + r.Message.EN)
				}
				b.Write(o.Form)
			}
			return b.String()
		}
		if a, b := offers(l), offers(*alone); a != b {
			t.Errorf("%s offers in a list\n%s\nalone\n%s", l.Facts.Case.Ref, a, b)
		}
	}
}

func TestEveryOrderPagesWithoutLossOrDoubles(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	whole := refsOf(all(t, f, f.Actor("auditor"), workflow.CaseQuery{Limit: 200}))
	slices.Sort(whole)
	for _, sort := range cases.Sorts {
		for _, limit := range []int{1, 3, 200} {
			got := refsOf(all(t, f, f.Actor("auditor"), workflow.CaseQuery{Sort: sort, Limit: limit}))
			slices.Sort(got)
			if !slices.Equal(got, whole) {
				t.Errorf("by %s in pages of %d: %v, not %v", sort, limit, got, whole)
			}
		}
	}
}

func TestFilters(t *testing.T) {
	t.Parallel()
	f, refs := pipeline(t)
	since := f.Clock.Now()
	officer := f.Actor("officer")
	f.Do("checker", refs[2], "return", nil)
	tops := slices.DeleteFunc(slices.Clone(refs), func(r string) bool { return r == refs[0] }) // a draft is private
	for _, c := range []struct {
		name string
		who  string
		q    workflow.CaseQuery
		want []string
	}{
		{"by workflow", "officer", workflow.CaseQuery{Workflow: "grant"}, tops},
		{"by state", "officer", workflow.CaseQuery{State: "proposed"}, refs[3:4]},
		{"by stage", "officer", workflow.CaseQuery{Workflow: "grant", Stage: workflow.Reported}, refs[6:7]},
		{"by the round", "officer", workflow.CaseQuery{Round: f.Round, State: "reported"}, refs[6:7]},
		{"by region", "officer", workflow.CaseQuery{Workflow: "grant", Region: "23"}, tops},
		{"by another region", "officer", workflow.CaseQuery{Region: "2301"}, nil},
		{"by organization", "officer", workflow.CaseQuery{Workflow: "grant", Organization: f.Organization}, tops},
		{"by a word of the reference", "officer", workflow.CaseQuery{Words: refs[3]}, refs[3:4]},
		{"by two Chinese characters of the organization", "officer", workflow.CaseQuery{Workflow: "grant", Words: "银龄"},
			tops},
		{"by four of them", "officer", workflow.CaseQuery{Workflow: "grant", Words: "银龄互助社"}, tops},
		{"by a wildcard, which is only a character", "officer", workflow.CaseQuery{Words: "%"}, nil},
		{"by another wildcard", "officer", workflow.CaseQuery{Words: "GA_2026"}, nil},
		{"by what changed since", "officer", workflow.CaseQuery{UpdatedSince: &since}, refs[2:3]},
		{"assigned to me", "reviewer2", workflow.CaseQuery{Assigned: true, State: "screened"}, refs[8:9]},
		{"assigned, but with a conflict", "reviewer1", workflow.CaseQuery{Assigned: true, State: "screened"}, nil},
		{"waiting for a checker", "checker", workflow.CaseQuery{Waiting: true, Workflow: "grant"}, refs[1:2]},
		{"waiting for a certifier", "certifier", workflow.CaseQuery{Waiting: true, State: "returned"},
			[]string{refs[2], refs[7]}},
		{"waiting for who writes a draft", "preparer", workflow.CaseQuery{Waiting: true, State: "draft", Workflow: "grant"},
			refs[0:1]},
		{"waiting for who corrects it", "preparer", workflow.CaseQuery{Waiting: true, State: "returned"},
			[]string{refs[2], refs[7]}},
		{"waiting for no writer after the submission", "preparer", workflow.CaseQuery{Waiting: true, State: "applied"}, nil},
		{"waiting for an agency", "cosigner", workflow.CaseQuery{Waiting: true}, refs[8:9]},
		{"waiting for a reviewer with a conflict", "reviewer1", workflow.CaseQuery{Waiting: true}, nil},
		{"waiting for a reviewer", "reviewer3", workflow.CaseQuery{Waiting: true}, refs[8:9]},
		{"waiting for nobody of that kind", "analyst", workflow.CaseQuery{Waiting: true}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.q.Sort = "ref"
			if got := refsOf(all(t, f, f.Actor(c.who), c.q)); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	var overdue []workflow.Loaded
	f.Clock.Advance(40 * 24 * time.Hour)
	overdue = all(t, f, officer, workflow.CaseQuery{Overdue: true})
	for _, l := range overdue {
		if l.Facts.Case.Due == nil || !l.Facts.Case.Due.End().Before(f.Clock.Now()) {
			t.Errorf("%s is not overdue", l.Facts.Case.Ref)
		}
	}
	if len(overdue) == 0 {
		t.Error("nothing is overdue after forty days")
	}
}

// An empty list would say that the track has no case.
func TestAnUnknownTrackIsRefused(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	if _, err := f.Owner(t).Exec(
		`update rounds set tracks = '[{"code": "elders", "name": {"zh": "为老服务", "en": "Elders"}}]' where id = $1`,
		f.Round); err != nil {
		t.Fatal(err)
	}
	other, _ := f.OpenRound(1_000_000, 0)
	scope := desk.ScopeOf(f.Actor("officer"), f.Catalog)
	for _, c := range []struct {
		name    string
		q       workflow.CaseQuery
		refused bool
	}{
		{"of a round", workflow.CaseQuery{Track: "elders"}, false},
		{"of the round asked for", workflow.CaseQuery{Track: "elders", Round: f.Round}, false},
		{"of another round", workflow.CaseQuery{Track: "elders", Round: other}, true},
		{"of none", workflow.CaseQuery{Track: "elder"}, true},
		{"a part of one", workflow.CaseQuery{Track: "e"}, true},
		{"a wildcard", workflow.CaseQuery{Track: "%"}, true},
	} {
		_, _, err := f.List(t.Context(), scope, c.q)
		var bad *workflow.Invalid
		refused := errors.As(err, &bad) && bad.Fields[0].Field == "track" && bad.Fields[0].Message.Complete()
		if c.refused != refused || !c.refused && err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// An empty list would say that the filter's object has no case.
func TestAFilterOfNothingIsRefused(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	scope := desk.ScopeOf(f.Actor("officer"), f.Catalog)
	none := workflow.NewID(f.Clock.Now())
	for _, c := range []struct {
		field string
		q     workflow.CaseQuery
	}{
		{"", workflow.CaseQuery{Organization: f.Organization, Project: f.Project, Agency: f.Agencies["bureau"],
			Region: dbtest.County}},
		{"organization", workflow.CaseQuery{Organization: none}},
		{"project", workflow.CaseQuery{Project: none}},
		{"agency", workflow.CaseQuery{Agency: none}},
		{"region", workflow.CaseQuery{Region: "230399"}},
		{"region", workflow.CaseQuery{Region: "230399001001"}},
	} {
		_, _, err := f.Summaries(t.Context(), scope, c.q)
		var bad *workflow.Invalid
		if named := errors.As(err, &bad); named != (c.field != "") || named && (bad.Fields[0].Field != c.field ||
			!bad.Fields[0].Message.Complete()) {
			t.Errorf("%q: %v", c.field, err)
		}
	}
}

func TestAForgedPageIsRefusedInWords(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{NoRound: true})
	scope := desk.ScopeOf(f.Actor("officer"), f.Catalog)
	for name, q := range map[string]workflow.CaseQuery{
		"no base64":        {Cursor: "!!"},
		"no JSON":          {Cursor: "aGFsbG8"},
		"another sort":     {Cursor: "eyJzIjoicmVmIiwiayI6IkdBIiwiaSI6IjAxOWIwMDAwLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMSJ9"},
		"an unknown order": {Sort: "title; drop table cases"},
	} {
		_, _, err := f.List(t.Context(), scope, q)
		var bad *workflow.Invalid
		if !errors.As(err, &bad) || !bad.Fields[0].Message.Complete() {
			t.Errorf("%s: %v", name, err)
		}
	}
	items, _, err := f.List(t.Context(), workflow.Scope{}, workflow.CaseQuery{})
	if err != nil || items != nil {
		t.Errorf("an empty scope sees %d cases, %v", len(items), err)
	}
}
