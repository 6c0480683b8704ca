package workflow_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func visible(t *testing.T, m *machine.Machine, s *vet.Simulation, actor string) workflow.View {
	t.Helper()
	return desk.Show(m, workflow.Loaded{Facts: s.Facts(actor)})
}

func TestTimelinesTellNoScores(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m,
		"certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=false\nreviewer3 "+
			"declare conflict=false\nreviewer1 score points=8000\nreviewer2 score points=8000\nreviewer3 score points=8000\n"+
			"cosigner cosign answer=agree\nofficer propose")
	object, err := m.Decide(context.Background(), s.Facts("objector"), workflow.Command{Action: "object",
		Fields: fields{"text": "活动地点不符", "name": "李四", "contact": "138"}})
	if err != nil {
		t.Fatal(err)
	}
	score := play(t, m, "certifier submit\nchecker admit\nreviewer1 declare conflict=false")
	d, err := m.Decide(context.Background(), score.Facts("reviewer1"), workflow.Command{Action: "score",
		Fields: fields{"points": json.Number("8000")}})
	if err != nil {
		t.Fatal(err)
	}
	agreed := workflow.Event{Action: "agreed", Actor: workflow.SystemID, ActorName: "system", Payload: "{}"}
	events := []workflow.Event{d.Events[0], object.Events[0], agreed}
	submit := workflow.Event{Action: "submit", From: "draft", Actor: "x", ActorName: "certifier", Payload: "{}"}
	for actor, named := range map[string][2]bool{ // names shown: of the own side, of the staff
		"certifier": {true, false}, "preparer": {true, false}, "reviewer1": {false, false}, "cosigner": {false, false},
		"officer": {true, true}, "auditor": {true, true},
	} {
		out := desk.ShowEvents(m, s.Facts(actor), []workflow.Event{submit, {Action: "confirm", From: "proposed", Actor: "y",
			ActorName: "decider", Payload: "{}"}})
		if got := [2]bool{out[0].Actor == "x" && out[0].ActorName != "", out[1].Actor == "y" &&
			out[1].ActorName != ""}; got != named || out[1].Payload != "{}" {
			t.Errorf("%s reads the names %v, want %v", actor, got, named)
		}
	}
	for actor, want := range map[string][]bool{ // whether score, objection and the system's act are shown
		"certifier": {false, false, true}, "reviewer1": {true, false, true}, "reviewer2": {false, false, true},
		"cosigner": {false, false, true},
		"officer":  {true, true, true}, "decider": {true, true, true}, "auditor": {true, true, true},
		"checker": {true, false, true}, "finance_maker": {true, false, true},
	} {
		out := desk.ShowEvents(m, s.Facts(actor), events)
		for i, e := range out {
			read := e.Actor == events[i].Actor && e.Payload == events[i].Payload && e.PayloadHash == events[i].PayloadHash
			hidden := e.Actor == "" && e.ActorName == "" && e.Payload == "{}" && e.PayloadHash == workflow.Hash{}
			if read != want[i] || hidden == want[i] {
				t.Errorf("%s reads %s: %t, want %t", actor, e.Action, read, want[i])
			}
			if e.Hash != events[i].Hash {
				t.Errorf("%s: the chain cannot be followed", actor)
			}
		}
	}
}

func TestASecretRoleElsewhereOpensNothingHere(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m, "")
	f := s.Facts("finance_maker")
	f.Case.State = "proposed"
	f.Objections = []workflow.Objection{{N: 1, Name: "李四", Contact: "138", Text: "不符"}}
	f.Actor.Roles = append(slices.Clone(f.Actor.Roles), workflow.Grant{Role: workflow.RoleDecider, Region: "11"})
	if o := desk.Show(m, workflow.Loaded{Facts: f}).Objections[0]; o.Name != "" || o.Contact != "" || o.Text == "" {
		t.Errorf("%+v", o)
	}
	f.Actor.Roles[1].Region = "23"
	if o := desk.Show(m, workflow.Loaded{Facts: f}).Objections[0]; o.Name != "李四" {
		t.Errorf("%+v", o)
	}
}

func TestGatesTellApplicantsNoMean(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m, "certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer1 score points=4321")
	names := func(actor string) (out []string) {
		for _, g := range visible(t, m, s, actor).Gates {
			out = append(out, g.Name)
			if strings.Contains(g.Detail.EN, "43.21") != (g.Name == "pass_points") {
				t.Errorf("%s: %v", actor, g)
			}
		}
		return out
	}
	if got := names("officer"); !slices.Contains(got, "pass_points") || !slices.Contains(got, "scores") {
		t.Errorf("the officer sees %v", got)
	}
	for _, actor := range []string{"certifier", "reviewer2", "cosigner"} {
		if got := names(actor); slices.Contains(got, "pass_points") || !slices.Contains(got, "scores") {
			t.Errorf("%s sees %v", actor, got)
		}
	}
}

func TestPrivateItemsStayWithApplicantAndStaff(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m, "certifier submit\nchecker admit\nreviewer1 declare")
	for actor, want := range map[string]bool{"certifier": true, "preparer": true, "officer": true, "decider": true,
		"reviewer1": false, "reviewer2": false, "cosigner": false} {
		f := s.Facts(actor)
		r := *f.Round
		r.Form = json.RawMessage(
			`{"type":"object","properties":{"title":{},"phone":{"x-private":true},"people":{"type":"array","items":{"type":"object","properties":{"name":{},"account":{"x-private":true}}}}}}`)
		f.Round = &r
		f.Answers = json.RawMessage(`{"title":"甲","phone":"138-0000","people":[{"name":"乙","account":"6222"}]}`)
		v := desk.Show(m, workflow.Loaded{Facts: f})
		got := string(v.Answers)
		if actor == "reviewer2" { // has not declared: content and files come afterwards
			if got != "" || v.Readable(&workflow.Attachment{Uploader: "somebody", House: f.Case.Organization}) {
				t.Errorf("%s reads before declaring: %s", actor, got)
			}
			continue
		}
		if strings.Contains(got, "138-0000") != want || strings.Contains(got, "6222") != want ||
			!strings.Contains(got, "甲") || !strings.Contains(got, "乙") {
			t.Errorf("%s sees %s", actor, got)
		}
	}
}

func TestShownAs(t *testing.T) {
	t.Parallel()
	d := small()
	d.Actions[0].Effects = slices.DeleteFunc(d.Actions[0].Effects, func(e define.Spec) bool { return e.Name == "result" })
	d.States[1].See, d.States[1].Shown = []string{"officer", "checker", "system"}, "a"
	if _, err := machine.Compile(d); err == nil || !strings.Contains(err.Error(), "stage or outcome tells them apart") {
		t.Errorf("a stage that tells: %v", err)
	}
	d.States[1].Stage = d.States[0].Stage
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	s, err := vet.NewSimulation(m, monday, nil)
	if err != nil {
		t.Fatal(err)
	}
	if steps, ok := s.Run("officer go way=yes\nexpect b"); !ok {
		t.Fatal(steps)
	}
	if v := visible(t, m, s, "officer"); v.Case.State != "b" || len(v.Gates)+len(v.Offers) == 0 {
		t.Errorf("the officer sees %s", v.Case.State)
	}
	f := s.Facts("certifier")
	if !desk.Visible(m, f) {
		t.Fatal("the owner sees nothing")
	}
	v := desk.Show(m, workflow.Loaded{Facts: f})
	if v.Case.State != "a" || v.StateLabel.EN != "a" || v.Gates != nil || v.Offers != nil || v.Case.Clocks != nil {
		t.Errorf("the owner sees %+v", v)
	}
	duties := []workflow.Duty{{Action: "end", Role: workflow.RoleOfficer, Ready: true}}
	for actor, want := range map[string]workflow.State{"certifier": "a", "officer": "b"} {
		rows := (&desk.Desk{Machines: one{m}}).Summaries(s.Facts(actor).Actor,
			[]workflow.Listed{{Case: s.Facts(actor).Case, Duties: duties}})
		if len(rows) != 1 || rows[0].Case.State != want || rows[0].StateLabel.EN != string(want) ||
			(len(rows[0].Waiting) > 0) != (want == "b") || want == "a" && rows[0].Case.Due != nil {
			t.Errorf("%s reads the rows %+v", actor, rows)
		}
	}
	told := desk.ShowEvents(m, f, []workflow.Event{{Action: "go", From: "a", To: "b", Payload: "{}"},
		{Action: "grade", From: "b", To: "b", Payload: "{}"},
		{Action: "end", From: "b", To: "done", Actor: "x", Payload: `{"note":"否决"}`}})
	if len(told) != 1 || told[0].From != "a" || told[0].To != "done" || told[0].Action != machine.MovedAction ||
		told[0].Payload != "{}" {
		t.Errorf("the time line tells: %+v", told)
	}
	own := f.Actor
	if told = desk.ShowEvents(m, f, []workflow.Event{{Action: "go", From: "a", To: "b", Actor: own.ID,
		Payload: "{}"}}); len(told) != 1 || told[0].To != "a" || told[0].Action != "go" {
		t.Errorf("what they did themselves: %+v", told)
	}
	// A list filtered by state finds the case under the state shown to the reader.
	for actor, want := range map[string]workflow.State{"certifier": "a", "officer": "b"} {
		for _, x := range append(slices.Clone(desk.ScopeOf(s.Facts(actor).Actor, one{m}).Regions),
			desk.ScopeOf(s.Facts(actor).Actor, one{m}).Free.Own...) {
			for _, p := range x.Places {
				if at, shown := workflow.PlaceOf(p); strings.HasSuffix(at, "/b") && shown != want {
					t.Errorf("%s finds b as %s", actor, shown)
				}
			}
		}
	}
}

type one struct{ m *machine.Machine }

func (o one) Machine(string, int) *machine.Machine { return o.m }
func (o one) Opens(string, int) *machine.Machine   { return o.m }
func (o one) Each(visit func(*machine.Machine))    { visit(o.m) }

func TestAfterIsWhatShowWouldSay(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	script := []string{"certifier submit", "checker admit", "reviewer1 declare", "reviewer2 declare", "reviewer3 declare",
		"reviewer1 score", "reviewer2 score",
		"reviewer3 score", "cosigner cosign", "officer propose", "objector object", "decider resolve"}
	s := play(t, m, "")
	for _, line := range script {
		actor, action, _ := strings.Cut(line, " ")
		f := s.Facts(actor)
		i := slices.IndexFunc(m.Offers(f), func(o workflow.Offer) bool { return o.Name == action })
		if i < 0 {
			t.Fatalf("%s is not offered", line)
		}
		d, err := m.Decide(context.Background(), f, workflow.Command{Action: action, Note: "x",
			Fields: m.Offers(f)[i].Examples()})
		if err != nil {
			t.Fatal(line, err)
		}
		after := desk.After(m, workflow.Loaded{Facts: f}, d)
		f.Case = d.Case
		if d.Answers != nil {
			f.Answers = d.Answers
		}
		if d.Objections != nil {
			f.Objections = d.Objections
		}
		if then := desk.Show(m, workflow.Loaded{Facts: f}); !reflect.DeepEqual(after, then) {
			t.Errorf("%s: after %+v\nthen %+v", line, after, then)
		}
		if steps, ok := s.Run(line + " note=x"); !ok {
			t.Fatal(steps)
		}
	}
}

// within reports what the store's query does: whether a list with this scope would show the case.
func within(s workflow.Scope, c *workflow.Case) bool {
	insider := slices.Contains(s.InsiderOf, c.Organization) || slices.Contains(c.Helpers, s.User)
	return !insider && along(s.User, s.Grants, c) || along(s.User, s.Free, c)
}

func along(user workflow.ID, s workflow.Grants, c *workflow.Case) bool {
	place := workflow.Place(c.Workflow, c.DefinitionVersion, c.State)
	has := func(list []string) bool {
		return slices.ContainsFunc(list, func(p string) bool { at, _ := workflow.PlaceOf(p); return at == place })
	}
	some := func(list []workflow.GrantScope, fits func(workflow.GrantScope) bool) bool {
		return slices.ContainsFunc(list, func(x workflow.GrantScope) bool { return has(x.Places) && fits(x) })
	}
	covered := func(x workflow.GrantScope) bool {
		return c.Region.Within(x.Region) && (x.Round == "" || x.Round == c.Round || x.Round == c.ID) &&
			(x.Agency == "" || x.Agency == c.Agency)
	}
	return has(s.Anyone) ||
		has(s.Assigned) && slices.ContainsFunc(c.Assignments, func(a workflow.Assignment) bool {
			return a.User == user &&
				a.Live()
		}) ||
		some(s.Own, func(x workflow.GrantScope) bool { return x.Organization == c.Organization }) ||
		some(s.Regions, covered) ||
		c.Lead == user && some(s.Lead, func(x workflow.GrantScope) bool {
			return covered(x) && (x.Organization == "" || x.Organization == c.Organization)
		}) ||
		some(s.Competent, func(x workflow.GrantScope) bool {
			return slices.ContainsFunc(c.Cosigns, func(k workflow.Cosign) bool { return k.Agency == x.Agency })
		})
}

// TestListsShowWhatSingleReadsShow covers every state of every shipped definition and every actor, at home,
// elsewhere, and as a writer for the applicant.
func TestListsShowWhatSingleReadsShow(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	seen := map[bool]int{}
	for _, name := range all.Names() {
		m := all.Machine(name, 0)
		s := play(t, m, "")
		for _, st := range m.Definition().States {
			for _, actor := range s.Actors() {
				if actor == "system" || actor == "objector" { // neither reads lists
					continue
				}
				for _, where := range []string{"here", "elsewhere", "wrote it"} {
					f := s.Facts(actor)
					f.Case.State = st.Name
					f.Case.Assignments = []workflow.Assignment{{User: s.Facts("reviewer1").Actor.ID},
						{User: s.Facts("reviewer2").Actor.ID, Conflict: true}}
					f.Case.Cosigns = []workflow.Cosign{{Agency: f.Candidates.Agencies[0].Agency}}
					switch where {
					case "elsewhere":
						f.Case.Region, f.Case.Organization, f.Case.Assignments, f.Case.Cosigns, f.Case.Lead = "110101", "other", nil, nil,
							"other"
					case "wrote it":
						f.Case.Lead, f.Case.Helpers = f.Actor.ID, []workflow.ID{f.Actor.ID}
					}
					single, list := desk.Visible(m, f), within(desk.ScopeOf(f.Actor, all), &f.Case)
					if seen[single]++; single != list {
						t.Errorf("%s in %s by %s (%s): single %t, list %t", name, st.Name, actor, where, single, list)
					}
				}
			}
		}
	}
	if seen[true] < 100 || seen[false] < 100 {
		t.Error("too little was compared:", seen)
	}
}

func TestThePublicMeetsNoticesOnly(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for _, name := range all.Names() {
		m := all.Machine(name, 0)
		f := play(t, m, "").Facts("objector")
		for _, st := range m.Definition().States {
			f.Case.State = st.Name
			if want := name == "grant" && st.Name == "proposed"; desk.Visible(m, f) != want {
				t.Errorf("%s in %s: visible to the public %t, want %t", name, st.Name, desk.Visible(m, f), want)
			}
		}
	}
}

func TestDutiesNameWhoIsWaitedFor(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m,
		"certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=true\nreviewer1 "+
			"score\nreviewer3 declare conflict=false")
	d, err := m.Decide(context.Background(), s.Facts("cosigner"), workflow.Command{Action: "cosign",
		Fields: fields{"answer": "agree"}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range d.Duties {
		got = append(got, x.Action+"/"+string(x.Role)+"/"+string(x.User))
	}
	if want := []string{"score/reviewer/" + s.Facts("reviewer3").Actor.ID, "propose/officer/"}; !slices.Equal(got, want) {
		t.Errorf("duties %v, want %v", got, want)
	}
	keys := map[string]bool{}
	for _, x := range d.Duties {
		if keys[x.Key] {
			t.Errorf("key %s twice", x.Key)
		}
		keys[x.Key] = true
	}
}

func TestAMetDeskHasNoOpenTask(t *testing.T) {
	t.Parallel()
	d := small()
	d.Desks[0].Need, d.Actions[1].Turn, d.Actions[2].Auto = 1, true, false
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	s, err := vet.NewSimulation(m, monday, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Run("officer go way=yes")
	hold, err := m.Decide(context.Background(), s.Facts("officer"), workflow.Command{Action: "answer",
		Fields: fields{"answer": "no"}})
	if err != nil || len(hold.Duties) != 1 || hold.Duties[0].Role != workflow.RoleChecker {
		t.Errorf("after a no: %+v (%v)", hold.Duties, err)
	}
	met, err := m.Decide(context.Background(), s.Facts("officer"), workflow.Command{Action: "answer",
		Fields: fields{"answer": "yes"}})
	if err != nil || len(met.Duties) != 0 {
		t.Errorf("after a yes: %+v (%v)", met.Duties, err)
	}
}
