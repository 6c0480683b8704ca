package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// TestInsidersAreApplicants: in every situation of every shipped definition, an insider with any staff role sees and
// may do the same as a preparer; a writer for the applicant, the same as its helper.
func TestInsidersAreApplicants(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for _, name := range all.Names() {
		if name == "round" {
			continue // it has no applicant
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := all.Machine(name, 0)
			tried := 0
			for _, s := range reach(t, m) {
				for _, r := range registry.GrantableRoles {
					if r == workflow.RolePreparer || r == workflow.RoleCertifier {
						continue
					}
					insider, preparer := s.Facts(vet.Insider(r)), s.Facts("preparer")
					// Experts and agencies might be asked by mistake.
					insider.Case.Assignments = append(slices.Clone(insider.Case.Assignments),
						workflow.Assignment{User: insider.Actor.ID})
					preparer.Case.Assignments = insider.Case.Assignments
					if r == workflow.RoleCosigner {
						insider.Case.Cosigns = []workflow.Cosign{{Agency: insider.Candidates.Agencies[0].Agency}}
						preparer.Case.Cosigns = insider.Case.Cosigns
					}
					tried += sameSight(t, m, insider, preparer, r)
					writer := s.Facts(string(r))
					if r == workflow.RoleReviewer {
						writer = s.Facts("reviewer1")
					}
					writer.Case.Helpers = []workflow.ID{writer.Actor.ID}
					tried += noStaff(t, m, writer, r)
				}
			}
			if tried < 100 {
				t.Errorf("only %d acts were tried", tried)
			}
		})
	}
}

func sameSight(t *testing.T, m *machine.Machine, insider, preparer workflow.Facts, r workflow.Role) (tried int) {
	t.Helper()
	if a, b := desk.Visible(m, insider), desk.Visible(m, preparer); a != b {
		t.Errorf("%s in %s: the insider sees it %t, the preparer %t", r, insider.Case.State, a, b)
		return
	}
	if !desk.Visible(m, insider) {
		return
	}
	sight := func(f workflow.Facts) workflow.View {
		v := desk.Show(m, workflow.Loaded{Facts: f})
		v.Offers = slices.DeleteFunc(append([]workflow.Offer{}, v.Offers...),
			func(o workflow.Offer) bool { return !o.Allowed() })
		return v
	}
	said := func(v workflow.View) string {
		b, _ := json.Marshal(v)
		return strings.ReplaceAll(string(b), insider.Actor.ID, preparer.Actor.ID)
	}
	a, b := sight(insider), sight(preparer)
	own := func(x workflow.Assignment) bool { return x.User == insider.Actor.ID } // preparers do not see it either
	if a.Staff() || a.Prints() || slices.ContainsFunc(a.Case.Assignments, own) || said(a) != said(b) {
		t.Errorf("%s in %s is shown\n%s\nnot what the preparer is shown\n%s", r, insider.Case.State, said(a), said(b))
	}
	event := []workflow.Event{{Action: "submit", From: insider.Case.State, Actor: "x", ActorName: "x",
		Payload: `{"note":"x"}`}, {Action: "score", From: "screened", Actor: "y", ActorName: "y", Payload: `{"note":"x"}`}}
	if e, f := desk.ShowEvents(m, insider, event), desk.ShowEvents(m, preparer, event); !reflect.DeepEqual(e, f) {
		t.Errorf("%s in %s reads %+v", r, insider.Case.State, e)
	}
	return noStaff(t, m, insider, r)
}

// noStaff tries every action: only those of the applicant's side succeed.
func noStaff(t *testing.T, m *machine.Machine, f workflow.Facts, r workflow.Role) (tried int) {
	t.Helper()
	d := m.Definition()
	own := func(n string) bool {
		return slices.ContainsFunc(d.Parties, func(p workflow.Party) bool {
			return p.Name == n && (p.Relation == workflow.RelOwn || p.Side == workflow.SideApplicant)
		})
	}
	for _, a := range d.Actions {
		_, err := m.Decide(context.Background(), f, workflow.Command{Action: a.Name, Note: "理由",
			Fields: examples(m, f, a.Name)})
		tried++
		if err == nil && !slices.ContainsFunc(a.By, own) {
			t.Errorf("%s in %s does %s", r, f.Case.State, a.Name)
		}
	}
	return tried
}

func TestWhoFillsInIsNoChecker(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	officer := s.Facts("officer")
	officer.Actor.Roles = append(slices.Clone(officer.Actor.Roles), s.Facts("checker").Actor.Roles...)
	org, round := officer.Organization, officer.Round
	round.State = "open"
	birth, err := desk.Open(m, context.Background(), workflow.Loaded{Facts: officer,
		Project: &workflow.ProjectFacts{ID: "00000000-0000-7000-8000-0000000000b1", Organization: org.ID, Title: "项目"}},
		desk.Opening{Workflow: "grant", Round: round.ID, Organization: org.ID,
			Project: "00000000-0000-7000-8000-0000000000b1"})
	if err != nil || !slices.Equal(birth.Case.Doers[workflow.SaveAction], []workflow.ID{officer.Actor.ID}) {
		t.Fatalf("opened on behalf: %v, %v", birth.Case.Doers, err)
	}
	certifier := s.Facts("certifier")
	certifier.Case = birth.Case
	certifier.Case.Helpers = []workflow.ID{"00000000-0000-7000-8000-0000000000b2"} // saved a draft meanwhile
	d, err := m.Decide(context.Background(), certifier, workflow.Command{Action: "submit", Fields: examples(m, certifier,
		"submit")})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Case.Doers[workflow.SaveAction], []workflow.ID{officer.Actor.ID,
		"00000000-0000-7000-8000-0000000000b2", certifier.Actor.ID}; !slices.Equal(got, want) {
		t.Errorf("wrote it: %v, want %v", got, want)
	}
	officer.Case = d.Case
	officer.Case.Helpers = nil
	var refused *workflow.Refused
	if _, err := m.Decide(context.Background(), officer, workflow.Command{Action: "admit"}); !errors.As(err, &refused) ||
		refused.Refusals[0].Rule != "insider" || !refused.Forbidden() {
		t.Errorf("admits what they opened: %v", err)
	}
	other := s.Facts("checker")
	other.Case = d.Case
	if _, err := m.Decide(context.Background(), other, workflow.Command{Action: "admit"}); err != nil {
		t.Errorf("another checker: %v", err)
	}
}

func TestOpeningAsStaffIsNotHelping(t *testing.T) {
	t.Parallel()
	m := foreignMachine(t, "hypha_project")
	s := simulation(t, m)
	f := s.Facts("officer")
	f.Case.Lead = f.Actor.ID
	d := relay(t, m, "draft", nil, "officer set_up")
	if len(d.Case.Doers[workflow.SaveAction]) != 0 {
		t.Errorf("the staff's own writing makes helpers of %v", d.Case.Doers[workflow.SaveAction])
	}
	for _, o := range m.Offers(f) {
		for _, r := range o.Refusals {
			if r.Rule == "insider" {
				t.Errorf("%s: %v", o.Name, r)
			}
		}
	}
}

// TestCoachesNeitherScoreNorDecide on the organization's other cases within the look-back.
func TestCoachesNeitherScoreNorDecide(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	proposed := carried(t, m, reviewed+"officer propose\nwait 6wd")
	screened := carried(t, m, "certifier submit\nchecker admit\nreviewer1 declare")
	for _, row := range []struct {
		name, actor, action string
		s                   *vet.Simulation
		ago                 time.Duration
		refused             bool
	}{
		{"a decider", "decider", "confirm", proposed, 24 * time.Hour, true},
		{"a decider two years later", "decider", "confirm", proposed, 2 * 365 * 24 * time.Hour, true},
		{"a decider four years later", "decider", "confirm", proposed, 4 * 365 * 24 * time.Hour, false},
		{"a reviewer", "reviewer1", "score", screened, 24 * time.Hour, true},
		{"a reviewer before declaring", "reviewer2", "declare", screened, 24 * time.Hour, true},
		{"an officer, who proposes", "officer", "propose_refusal", screened, 24 * time.Hour, false},
		{"a decider who declines", "decider", "decline", proposed, 24 * time.Hour, true},
		{"a decider who sends back", "decider", "send_back", proposed, 24 * time.Hour, true},
		{"a decider who answers an objection", "decider", "resolve", proposed, 24 * time.Hour, true},
	} {
		f := row.s.Facts(row.actor)
		f.Case.Coaches = []workflow.Coached{{User: f.Actor.ID, At: f.Now.Add(-row.ago)}}
		if !desk.Visible(m, f) {
			t.Errorf("%s: a coach reads on", row.name)
		}
		_, err := m.Decide(context.Background(), f, workflow.Command{Action: row.action, Note: "理由",
			Fields: examples(m, f, row.action)})
		var refused *workflow.Refused
		if got := errors.As(err, &refused) && refused.Refusals[0].Rule == "coached"; got != row.refused {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	// Nor are coaches and helpers assigned, nor do they get duties.
	f := carried(t, m, "certifier submit").Facts("checker")
	f.Case.Coaches = []workflow.Coached{{User: f.Candidates.Reviewers[0].User, At: f.Now}}
	f.Case.Helpers = []workflow.ID{f.Candidates.Reviewers[1].User}
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "admit"})
	if err != nil || len(d.Case.Assignments) != 1 || d.Case.Assignments[0].User != f.Candidates.Reviewers[2].User {
		t.Errorf("assigned %+v, %v", d.Case.Assignments, err)
	}
	f = screened.Facts("reviewer1")
	f.Case.Coaches = []workflow.Coached{{User: screened.Facts("reviewer2").Actor.ID, At: f.Now}}
	f.Case.Helpers = []workflow.ID{screened.Facts("reviewer3").Actor.ID}
	d, err = m.Decide(context.Background(), f, workflow.Command{Action: "score", Fields: examples(m, f, "score")})
	if err != nil || slices.ContainsFunc(d.Duties, func(x workflow.Duty) bool { return x.Role == workflow.RoleReviewer }) {
		t.Errorf("waits for %+v, %v", d.Duties, err)
	}
}

func TestLooseningNamesItsSource(t *testing.T) {
	t.Parallel()
	const body = `
initial: a
states:
  - {name: a, label: {zh: 甲, en: a}, stage: applied}
  - {name: done, label: {zh: 完, en: done}, stage: reported, outcome: done}
actions:
  - {name: go, label: {zh: 进, en: go}, from: [a], to: done, by: [officer]}
`
	head := func(with string) string {
		return "name: trial" + strings.Replace(skeleton, "roles: [officer], relation: scope",
			"roles: [officer], relation: scope"+with, 1) + body
	}
	for with, want := range map[string]string{
		", independent: false":                  "needs a source",
		", side: nobody":                        "side is applicant or staff",
		", side: applicant, independent: false": "is said of a party of the staff",
		", independent: false, source: 乡镇只有一名工作人员": "",
		"": "",
	} {
		d, err := catalog.Decode([]byte(head(with)))
		if err != nil {
			t.Fatal(err)
		}
		m, err := machine.Compile(d)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%q: %v", with, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		f := simulation(t, m).Facts(vet.Insider(workflow.RoleOfficer))
		if _, err := m.Decide(context.Background(), f, workflow.Command{Action: "go"}); (err == nil) != strings.Contains(with,
			"false") {
			t.Errorf("%q: %v", with, err)
		}
	}
}
