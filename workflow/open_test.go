package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func shipped(t testing.TB) *catalog.Catalog {
	t.Helper()
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// opening returns what the store reads before the certifier opens a grant.
func opening(t *testing.T, m *machine.Machine) (workflow.Loaded, desk.Opening) {
	t.Helper()
	f := simulated(t, m)
	f.Actor = workflow.Actor{ID: "certifier",
		Roles: []workflow.Grant{{Role: workflow.RoleCertifier, Organization: f.Organization.ID}}}
	p := &workflow.ProjectFacts{ID: "project", Organization: f.Organization.ID, Title: "星期三学校",
		Topics: []string{"elderly"}}
	return workflow.Loaded{Facts: f, Project: p}, desk.Opening{Workflow: "grant", Round: f.Round.ID,
		Organization: f.Organization.ID, Project: p.ID}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	type facts = *workflow.Loaded
	for _, tt := range []struct {
		name string
		set  func(facts, *desk.Opening)
		want string // fields that are wrong, "refused", "not found", or "" for a birth
	}{
		{"the certifier opens one", func(facts, *desk.Opening) {}, ""},
		{"nothing is chosen", func(l facts, o *desk.Opening) {
			*o, l.Facts.Organization, l.Facts.Round, l.Project = desk.Opening{Workflow: "grant"}, nil, nil, nil
		}, "organization project round"},
		{"a round that does not exist", func(l facts, o *desk.Opening) { o.Round, l.Facts.Round = "gone", nil }, "round"},
		{"another organization's project", func(l facts, _ *desk.Opening) { l.Project.Organization = "other" },
			"project"},
		{"a field that is none", func(_ facts, o *desk.Opening) { o.Fields = fields{"state": "funded"} }, "fields.state"},
		{"an amount that is none",
			func(_ facts, o *desk.Opening) { o.Fields = fields{"requested_fen": json.Number("1e3")} },
			"fields.requested_fen"},
		{"a negative amount", func(_ facts, o *desk.Opening) { o.Fields = fields{"requested_fen": json.Number("-1")} },
			"fields.requested_fen"},
		{"a title of spaces", func(_ facts, o *desk.Opening) { o.Fields = fields{"title": "  "} }, "fields.title"},
		{"a title with an override", func(_ facts, o *desk.Opening) { o.Fields = fields{"title": "a\u202eb"} },
			"fields.title"},
		{"a title that cannot be seen",
			func(_ facts, o *desk.Opening) { o.Fields = fields{"title": " \u3000\u200b\u200d"} }, "fields.title"},
		{"somebody of another organization",
			func(l facts, _ *desk.Opening) { l.Facts.Actor.Roles[0].Organization = "other" }, "not found"},
		{"a round of another workflow", func(l facts, _ *desk.Opening) { l.Facts.Round.Kind = "incubation" }, "round"},
		{"a round of another place", func(l facts, _ *desk.Opening) { l.Facts.Round.Region = "2301" }, "round"},
		{"a round of the whole province", func(l facts, _ *desk.Opening) { l.Facts.Round.Region = "23" }, ""},
		{"a round that has ended", func(l facts, _ *desk.Opening) { l.Facts.Round.State = "closed" }, "refused"},
		{"a round in preparation", func(l facts, _ *desk.Opening) { l.Facts.Round.State = "preparing" }, "refused"},
		{"a round past its closing that nobody has closed", func(l facts, _ *desk.Opening) {
			past := l.Facts.Now.Add(-time.Second)
			l.Facts.Round.Closes = &past
		}, "refused"},
		{"a round at the second of its closing", func(l facts, _ *desk.Opening) {
			now := l.Facts.Now.Truncate(time.Second)
			l.Facts.Round.Closes = &now
		}, ""},
		{"a project in another county, by the organization's own people", func(l facts, _ *desk.Opening) {
			l.Project.Region, l.Facts.Round.Region = "230303", "23"
		}, "project"},
		{"a place in another county, by the organization's own people", func(l facts, o *desk.Opening) {
			o.Fields, l.Facts.Round.Region = fields{"region": "230303"}, "23"
		}, "fields.region"},
		{"a project in another county, by the officer of the city", func(l facts, _ *desk.Opening) {
			l.Project.Region, l.Facts.Round.Region = "230303", "23"
			l.Facts.Actor.Roles = []workflow.Grant{{Role: workflow.RoleOfficer, Region: "2303"}}
		}, ""},
		{"an officer of another place", func(l facts, _ *desk.Opening) {
			l.Facts.Actor.Roles = []workflow.Grant{{Role: workflow.RoleOfficer, Region: "2301"}}
		}, "not found"},
		{"a track that the round does not have", func(_ facts, o *desk.Opening) { o.Fields = fields{"track": "x"} },
			"fields.track"},
		{"a track that the round has", func(l facts, o *desk.Opening) {
			o.Fields, l.Facts.Round.Tracks = fields{"track": "x"}, []string{"x"}
		}, ""},
		{"an analyst in the region, who may only read", func(l facts, _ *desk.Opening) {
			l.Facts.Actor.Roles = []workflow.Grant{{Role: workflow.RoleAnalyst, Region: l.Facts.Organization.Region}}
		}, "refused"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l, o := opening(t, m)
			l.Facts.Actor.Roles = slices.Clone(l.Facts.Actor.Roles)
			tt.set(&l, &o)
			b, err := desk.Open(m, context.Background(), l, o)
			if got := faults(err); got != tt.want {
				t.Fatalf("got %q, want %q (%v)", got, tt.want, err)
			}
			if err != nil {
				return
			}
			c := b.Case
			if c.State != "draft" || c.Stage != workflow.NoStage || c.Version != 1 || c.Title != "星期三学校" ||
				c.Topics[0] != "elderly" || l.Project.Region == "" && c.Region != l.Facts.Organization.Region ||
				c.Lead != "certifier" {
				t.Errorf("born as %+v", c)
			}
			if e := b.Event; e.Action != workflow.CreateAction || e.From != "" || e.Verify(workflow.Hash{}, false) != nil ||
				c.LastHash != e.Hash {
				t.Errorf("first event %+v", e)
			}
		})
	}
}

func faults(err error) string {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	var missing *workflow.NotOffered
	switch {
	case err == nil:
		return ""
	case errors.As(err, &invalid):
		var names []string
		for _, f := range invalid.Fields {
			if !f.Message.Complete() {
				return f.Field + " lacks a language"
			}
			names = append(names, f.Field)
		}
		slices.Sort(names)
		return strings.Join(names, " ")
	case errors.As(err, &refused):
		return "refused"
	case errors.As(err, &missing):
		return "not offered"
	case errors.Is(err, workflow.ErrNotFound):
		return "not found"
	}
	return err.Error()
}

func TestDrafts(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	run := func(script string) *vet.Simulation { return play(t, m, script) }
	draft, screened := run(""), run("certifier submit\nchecker admit")
	for _, tt := range []struct {
		name  string
		s     *vet.Simulation
		actor string
		said  fields
		slot  string
		want  string
	}{
		{"the preparer saves answers, half finished", draft, "preparer", fields{"answers": map[string]any{"title": "星"}},
			"answers", ""},
		{"a reviewer saves a score in progress", screened, "reviewer1", fields{"for": "score", "comment": "还在看"}, "score",
			""},
		{"the certifier saves what submit asks", draft, "certifier", fields{"for": "submit", "answers": map[string]any{}},
			"answers", ""},
		{"an officer edits another's application", draft, "officer", fields{"answers": map[string]any{}}, "", "refused"},
		{"nobody edits what is being reviewed", screened, "preparer", fields{"answers": map[string]any{}}, "", "refused"},
		{"an officer prepares a score", screened, "officer", fields{"for": "score", "comment": "x"}, "", "refused"},
		{"an action that does not leave the state", draft, "officer", fields{"for": "confirm"}, "", "not offered"},
		{"a field that is none", draft, "preparer", fields{"state": "funded"}, "", "fields.state"},
		{"a text that no database keeps", draft, "preparer", fields{"answers": map[string]any{"title": "a\x00b"}}, "",
			"fields.answers"},
		{"a backslash and a u are text", draft, "preparer", fields{"answers": map[string]any{"title": `a\u0000b`}}, "answers",
			""},
		{"too much", draft, "preparer", fields{"answers": map[string]any{"title": strings.Repeat("一", workflow.MaxDraft/3)}},
			"", "fields"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := desk.Draft(m, tt.s.Facts(tt.actor), workflow.Command{Action: workflow.SaveAction, Fields: tt.said})
			if got := faults(err); got != tt.want || err == nil && d.Slot != tt.slot {
				t.Errorf("got %q in slot %q, want %q in %q", got, d.Slot, tt.want, tt.slot)
			}
		})
	}
}

// play runs a script of the shipped definition; every line must parse and every expectation hold.
func play(t *testing.T, m *machine.Machine, script string) *vet.Simulation {
	t.Helper()
	schema, err := catalog.Form("grant")
	if err != nil {
		t.Fatal(err)
	}
	s, err := vet.NewSimulation(m, monday, schema)
	if err != nil {
		t.Fatal(err)
	}
	if steps, ok := s.Run(script); !ok {
		t.Fatalf("%+v", steps[len(steps)-1])
	}
	return s
}

func TestADraftIsUsedWhereNothingElseIsSaid(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := play(t, m, "certifier submit\nchecker admit\nreviewer1 declare conflict=false")
	f := s.Facts("reviewer1")
	f.Draft = json.RawMessage(`{"points":7000,"comment":"草稿"}`)
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "score",
		Fields: fields{"points": json.Number("8000")}})
	if err != nil {
		t.Fatal(err)
	}
	if a := d.Case.Assignments[0]; a.Points != 8000 || a.Comment != "草稿" {
		t.Errorf("scored %d with %q", a.Points, a.Comment)
	}
}

func TestAnswersAreCheckedForAnyForm(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	f := play(t, m, "").Facts("certifier")
	r := *f.Round
	r.Form = json.RawMessage(`{"type":"object"}`)
	f.Round = &r
	deep := map[string]any{"rows": []any{map[string]any{"note": "a\u202eb"}}}
	for _, tt := range []struct {
		name    string
		answers any
		want    string
	}{
		{"a list", []any{}, "fields.answers"},
		{"controls deep inside", deep, "fields.answers.rows.0.note"},
		{"controls in a name", map[string]any{"a\u200b": 1}, "fields.answers"},
		{"an amount with an exponent", map[string]any{"requested_fen": json.Number("1e6")}, "fields.answers.requested_fen"},
		{"an amount with a point", map[string]any{"requested_fen": json.Number("1.0")}, "fields.answers.requested_fen"},
		{"an amount beyond all amounts", map[string]any{"requested_fen": json.Number("100000000000000")},
			"fields.answers.requested_fen"},
		{"a title longer than lists can show", map[string]any{"title": strings.Repeat("题", 201)}, "fields.answers.title"},
		{"a topic nobody knows", map[string]any{"topics": []any{"magic"}}, "fields.answers.topics"},
		{"two faults at once", map[string]any{"topics": []any{"magic"}, "x": "\u0000"},
			"fields.answers.topics fields.answers.x"},
		{"the same names for something else", map[string]any{"title": true, "requested_fen": "much", "topics": "all"}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := m.Decide(context.Background(), f, workflow.Command{Action: "submit",
				Fields: fields{"answers": tt.answers}})
			if got := faults(err); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFieldsByType(t *testing.T) {
	t.Parallel()
	def := func(kind string, set ...func(*define.FieldDef)) define.FieldDef {
		f := field("x", kind)
		for _, s := range set {
			s(&f)
		}
		return f
	}
	least := func(v any) func(*define.FieldDef) { return func(f *define.FieldDef) { f.Min = v } }
	most := func(v any) func(*define.FieldDef) { return func(f *define.FieldDef) { f.Max = v } }
	required := func(f *define.FieldDef) { f.Required, f.Example = true, "甲乙" }
	for _, tt := range []struct {
		name  string
		field define.FieldDef
		good  []any
		bad   []any
	}{
		{"text", def("text", least(2), most(3)), []any{"甲乙", "a\nb", "a\u200bb", "a\vb"}, []any{"甲", "甲\u200b", "甲乙丙丁", 5,
			true, "a\x00b", "a\ue000b", "a\u202eb", "\xff\xfe\xfd"}},
		{"required text", def("text", required), []any{"甲"}, []any{"", "  ", nil}},
		{"money", def("money", most("$case.requested_fen")), []any{json.Number("0"), json.Number("2000000"), 5},
			[]any{json.Number("-1"), json.Number("2000001"), json.Number("1e3"), json.Number("1.0"), "5", 1.5,
				json.Number("99999999999999999999")}},
		{"money without a bound", def("money"), []any{json.Number("99999999999999")}, []any{json.Number("100000000000000")}},
		{"points", def("points"), []any{json.Number("0"), json.Number("10000")},
			[]any{json.Number("-1"), json.Number("10001"), "8550"}},
		{"a whole number", def("integer", least(-3), most(3)), []any{json.Number("-3"), 3.0}, []any{json.Number("-4"), 4, 2.5,
			[]any{}}},
		{"yes or no", def("boolean"), []any{true, false}, []any{"true", 1}},
		{"a choice", def("choice"), []any{"agree"}, []any{"Agree", "", 1}},
		{"a date", def("date"), []any{"2026-02-28", "2026年2月28日"}, []any{"2026-02-30", "28.2.2026", 20260228}},
		{"uploads", def("attachments"), []any{[]any{}, []any{officerID}}, []any{officerID, []any{"x"}, []any{5},
			[]any{officerID, officerID}, []any{strings.Repeat("z", 36)}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := trialOf(t, nil, nil, tt.field)
			try := func(v any) string {
				_, err := m.Decide(context.Background(), simulated(t, m), workflow.Command{Action: "act", Fields: fields{"x": v}})
				return faults(err)
			}
			for _, v := range tt.good {
				if got := try(v); got != "" {
					t.Errorf("%#v: %s", v, got)
				}
			}
			for _, v := range tt.bad {
				if got := try(v); got != "fields.x" {
					t.Errorf("%#v is taken (%q)", v, got)
				}
			}
		})
	}
}
