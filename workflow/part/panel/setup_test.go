package panel_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/part/panel"
)

func words(s string) workflow.Text { return workflow.Text{ZH: s, EN: s} }

var (
	agree   = define.PanelAnswer{Value: "agree", Label: words("agree")}
	comment = define.PanelAnswer{Value: "comment", Label: words("comment")}
	object  = define.PanelAnswer{Value: "object", Label: words("object"), Objection: true}
)

// board is a panel of agencies.
func board(name string, edit func(*define.PanelDef)) define.PanelDef {
	d := define.PanelDef{Name: name, Label: words(name), Seats: define.SeatsDef{Competent: "cosign", Each: "agency"},
		Answers: []define.PanelAnswer{agree, comment, object}, Need: "all", Due: "10wd"}
	if edit != nil {
		edit(&d)
	}
	return d
}

// review is a panel of persons who score.
func review(edit func(*define.PanelDef)) define.PanelDef {
	d := define.PanelDef{Name: "review", Label: words("review"),
		Seats: define.SeatsDef{Holders: "reviewer", Each: "person"},
		Asks:  []define.FieldDef{{Name: "points", Label: words("points"), Type: "points"}}, Need: 2, Due: "10wd"}
	if edit != nil {
		edit(&d)
	}
	return d
}

// signing is a panel whose parties answer as they come.
func signing(edit func(*define.PanelDef)) define.PanelDef {
	d := define.PanelDef{Name: "signing", Label: words("signing"), Counts: "approvals",
		Seats:   define.SeatsDef{Parties: []string{"officer", "certifier"}, Each: "party"},
		Answers: []define.PanelAnswer{{Value: "sign", Label: words("sign")}, {Value: "no", Label: words("no")}}, Need: "all"}
	if edit != nil {
		edit(&d)
	}
	return d
}

// definition declares an action for everything that can be done to the panels.
func definition(panels []define.PanelDef) *define.Definition {
	d := &define.Definition{Name: "w", Needs: []string{"round"}, Parties: []workflow.Party{
		{Name: "officer", Label: words("officer"), Roles: []workflow.Role{"officer"}, Relation: workflow.RelScope},
		{Name: "certifier", Label: words("certifier"), Roles: []workflow.Role{"certifier"}, Relation: workflow.RelOwn},
		{Name: "cosigner", Label: words("cosigner"), Roles: []workflow.Role{"cosigner"}, Relation: workflow.RelCompetent},
		{Name: "system", Label: words("system"), Relation: workflow.RelSystem},
	}}
	seat := define.FieldDef{Name: "seat", Type: "integer", Required: true}
	who := define.FieldDef{Name: "who", Type: "user", Required: true}
	for i := range panels {
		p := &panels[i]
		act := func(what, by, note string, fields ...define.FieldDef) {
			d.Actions = append(d.Actions, define.ActionDef{Name: p.Name + "_" + what, By: []string{by}, Note: note,
				Fields: fields, Effects: []define.Spec{{Name: panel.Effect, Params: map[string]any{"name": p.Name, "does": what}}}})
		}
		answer := define.FieldDef{Name: "answer", Type: "choice", Required: true}
		for _, a := range p.Answers {
			answer.Choices = append(answer.Choices, workflow.Choice{Value: a.Value, Label: a.Label})
		}
		by := "cosigner"
		if len(p.Seats.Parties) > 0 {
			by = p.Seats.Parties[0]
		}
		act("answer", by, "", answer, define.FieldDef{Name: "reason", Type: "text"})
		act("restart", "officer", "")
		act("void", "officer", "required", seat)
		act("reopen", "officer", "required", seat)
		if len(p.Seats.Parties) > 0 && p.Due == "" {
			continue
		}
		act("open", "officer", "")
		act("add", "officer", "required", who)
		act("replace", "officer", "required", seat, who)
		act("remind", "officer", "", seat)
		if p.Declare {
			act("declare", by, "", define.FieldDef{Name: "conflict", Type: "boolean", Required: true})
		}
		if p.Objection != "" {
			act("resolve", "officer", "", seat, define.FieldDef{Name: "reason", Type: "text", Required: true})
		}
		if p.OnSilence != "" {
			act("lapse", "system", "")
		}
	}
	return d
}

// compile returns the plans, and the faults in both languages.
func compile(panels []define.PanelDef, edit func(*define.Definition)) (panel.Plans, []workflow.Text) {
	d := definition(panels)
	if edit != nil {
		edit(d)
	}
	c := &define.Checker{Def: d}
	plans := panel.Compile(c, panels)
	var out []workflow.Text
	for _, err := range c.Errs {
		var f *panel.Fault
		if !errors.As(err, &f) {
			panic(err)
		}
		out = append(out, f.Text)
	}
	return plans, out
}

// game is a case with panels, at an instant.
type game struct {
	t     *testing.T
	plans panel.Plans
	doc   *panel.Doc
	f     *workflow.Facts
}

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) // a Monday

func play(t *testing.T, panels ...define.PanelDef) *game {
	t.Helper()
	plans, faults := compile(panels, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return &game{t: t, plans: plans, doc: &panel.Doc{}, f: &workflow.Facts{Now: start, Calendar: calendar.Shipped(),
		Round: &workflow.Round{}}}
}

func (g *game) plan(name string) (*panel.Plan, *panel.Panel) {
	return g.plans.Plan(name), g.doc.Own(name)
}

// ask opens a panel and starts its clock.
func (g *game) ask(name string, from ...panel.Candidate) *workflow.Text {
	pl, p := g.plan(name)
	no := pl.Ask(p, g.f, from, nil)
	g.clock(name)
	return no
}

func (g *game) clock(name string) {
	pl, p := g.plan(name)
	k := pl.Clock(p, g.f)
	g.f.Case.Clocks = slices.DeleteFunc(g.f.Case.Clocks, func(k workflow.Clock) bool { return k.Name == name })
	if k != nil {
		g.f.Case.Clocks = append(g.f.Case.Clocks, *k)
	}
}

func (g *game) say(name string, h panel.Holder, value string) *workflow.Text {
	pl, p := g.plan(name)
	no := pl.Answer(p, &h, panel.Answer{Value: value, At: g.f.Now, Reason: "because"})
	g.clock(name)
	return no
}

// must fails the test where something that should be done is refused.
func (g *game) must(no *workflow.Text) {
	g.t.Helper()
	if no != nil {
		g.t.Fatal("refused: ", no)
	}
}

// refused fails the test unless the refusal has the words, in English, and says something in Chinese.
func (g *game) refused(no *workflow.Text, en string) {
	g.t.Helper()
	if no == nil || no.EN != en || no.ZH == "" || no.ZH == no.EN {
		g.t.Errorf("refusal %v, want %q", no, en)
	}
}

func (g *game) met(name string) bool {
	pl, p := g.plan(name)
	return pl.Met(p, g.f)
}

// waited lists whom a panel waits for.
func (g *game) waited(name string) (out []string) {
	pl, p := g.plan(name)
	for _, s := range pl.Waited(p, g.f) {
		out = append(out, s.Name.EN)
	}
	return out
}

func of(kind string) panel.Candidate {
	return panel.Candidate{Agency: "a-" + kind, Kind: kind, Name: words(kind)}
}

func speaks(kind string) panel.Holder {
	return panel.Holder{User: "u-" + kind, Name: kind, Agencies: []workflow.ID{"a-" + kind}}
}

func expert(name string) panel.Candidate {
	return panel.Candidate{User: "u-" + name, Name: words(name)}
}

func is(name string) panel.Holder { return panel.Holder{User: "u-" + name, Name: name} }

func plays(name string, parties ...string) panel.Holder {
	h := is(name)
	for _, p := range parties {
		h.Parties = append(h.Parties, panel.Played{Party: p})
	}
	return h
}
