package vet

import (
	"cmp"
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

const (
	// TrialCases bounds a trial; further live cases are counted, not tried.
	TrialCases = 20_000
	trialRows  = 50
)

// TrialKind says what a version would do to a case or an act.
type TrialKind string

const (
	Stranded TrialKind = "stranded" // a case: in a state that the version lacks, or that has no way out
	Refused  TrialKind = "refused"  // by a condition that does not refuse it today
	Freed    TrialKind = "freed"    // of a condition that refuses it today
	Gone     TrialKind = "gone"     // the version does not have the act in this state
)

// Trial tells what would become of a workflow's live cases under a version. Nothing is written: a case keeps the
// version of its birth.
type Trial struct {
	Name     string        `json:"name"`
	Version  int           `json:"version"`
	Title    workflow.Text `json:"title"`
	Live     int           `json:"live" doc:"Live cases: without an outcome, drafts included."`
	Cases    int           `json:"cases" doc:"Cases tried, the oldest first; at most 20,000."`
	Stranded int           `json:"stranded" doc:"Cases in a state that the version does not have, or that has no way out."`
	Refused  int           `json:"refused" doc:"Other cases in which an act would be refused otherwise than today, or be gone."`
	Summary  workflow.Text `json:"summary"`
	States   []TrialState  `json:"states" doc:"Where cases would be stranded."`
	Acts     []TrialAct    `json:"acts" doc:"What would change for acts; a case may count in several."`
	Rows     []TrialRow    `json:"rows" doc:"The first 50 of these cases that the reader may see."`
}

// TrialState is a state that cases could not leave.
type TrialState struct {
	State workflow.State `json:"state"`
	Label workflow.Text  `json:"label"`
	Why   workflow.Text  `json:"why"`
	Cases int            `json:"cases"`
}

// TrialAct is one condition of one act. An act that is gone has none.
type TrialAct struct {
	Action    string        `json:"action"`
	Label     workflow.Text `json:"label"`
	Kind      TrialKind     `json:"kind" enum:"refused,freed,gone" doc:"refused: the condition would refuse the act and does not today; freed: it refuses today and would not; gone: the version does not have the act in this state."`
	Condition workflow.Text `json:"condition,omitzero"`
	What      workflow.Text `json:"what"`
	Cases     int           `json:"cases"`
}

// TrialRow is a case that something would change for. Readers learn of cases that they may see alone: whose version
// adds a condition would else read it off each case.
type TrialRow struct {
	Ref   string        `json:"ref"`
	Kind  TrialKind     `json:"kind" enum:"stranded,refused"`
	Case  workflow.ID   `json:"case"`
	State workflow.Text `json:"state"`
	What  workflow.Text `json:"what"`
}

// Try collects a trial case by case.
type Try struct {
	m   *machine.Machine
	out Trial
}

// NewTry begins the trial of a version.
func NewTry(m *machine.Machine) *Try {
	return &Try{m, Trial{Name: m.Def.Name, Version: m.Def.Version, Title: m.Def.Title, States: []TrialState{},
		Acts: []TrialAct{}, Rows: []TrialRow{}}}
}

// Case tries one case, which lives under the version old. seen reports whether the reader may see it as it is.
func (t *Try) Case(old *machine.Machine, f workflow.Facts, seen bool) {
	f.Refresh()
	t.out.Cases++
	row := TrialRow{Ref: f.Case.Ref, Kind: Stranded}
	was := old.States[f.Case.State]
	if row.What = t.stranded(was); row.What != (workflow.Text{}) {
		t.out.Stranded++
	} else if row.What = t.refused(old, &f); row.What != (workflow.Text{}) {
		row.Kind = Refused
		t.out.Refused++
	} else {
		return
	}
	if seen && len(t.out.Rows) < trialRows {
		row.Case, row.State = f.Case.ID, was.Label
		t.out.Rows = append(t.out.Rows, row)
	}
}

// stranded says why a case in the state could not go on; "" if it could.
func (t *Try) stranded(was *define.StateDef) (why workflow.Text) {
	switch is := t.m.States[was.Name]; {
	case is == nil:
		why = workflow.Text{ZH: "新版本没有这个状态", EN: "the version does not have this state"}
	case is.Outcome == "" && !slices.ContainsFunc(t.m.EdgeList, func(e machine.Edge) bool {
		return e.From == was.Name && e.To != was.Name
	}):
		why = workflow.Text{ZH: "新版本中这个状态没有出路", EN: "the version has no way out of this state"}
	default:
		return why
	}
	i := slices.IndexFunc(t.out.States, func(x TrialState) bool { return x.State == was.Name && x.Label == was.Label })
	if i < 0 {
		i = len(t.out.States)
		t.out.States = append(t.out.States, TrialState{State: was.Name, Label: was.Label, Why: why})
	}
	t.out.States[i].Cases++
	return why
}

// refused compares, for each act that leaves the case's state today, the conditions that refuse it, those about the
// actor left out. It returns the first difference.
func (t *Try) refused(old *machine.Machine, f *workflow.Facts) (first workflow.Text) {
	note := func(a *define.ActionDef, kind TrialKind, condition, what workflow.Text) {
		t.note(TrialAct{Action: a.Name, Label: a.Label, Kind: kind, Condition: condition, What: what})
		first = cmp.Or(first, what)
	}
	for _, was := range old.Leaving[f.Case.State] {
		is := t.m.Transition(f.Case.State, was.Def.Name)
		if is == nil {
			note(was.Def, Gone, workflow.Text{}, say("在这个状态不能再办「%s」", "“%s” can no longer be done in this state",
				was.Def.Label))
			continue
		}
		if back := f.Case.StoredState; returns(was, back) && !returns(is, back) {
			note(is.Def, Gone, workflow.Text{}, say("「%s」不能再回到「%s」", "“%s” can no longer lead back to “%s”", is.Def.Label,
				old.States[back].Label))
		}
		before, after := refusing(old, was, f), refusing(t.m, is, f)
		for _, g := range without(after, before) {
			note(is.Def, Refused, g, say("「%s」会被拒绝，因为不满足：%s", "“%s” would be refused, because this does not hold: %s",
				is.Def.Label, g))
		}
		for _, g := range without(before, after) {
			note(is.Def, Freed, g, say("「%s」不再因这一条件被拒绝：%s", "“%s” would no longer be refused by: %s", is.Def.Label, g))
		}
	}
	return first
}

// note counts one case more for what would change for an act.
func (t *Try) note(a TrialAct) {
	i := slices.IndexFunc(t.out.Acts, func(x TrialAct) bool {
		x.Cases = 0
		return x == a
	})
	if i < 0 {
		i, t.out.Acts = len(t.out.Acts), append(t.out.Acts, a)
	}
	t.out.Acts[i].Cases++
}

func without(list, gone []workflow.Text) []workflow.Text {
	return slices.DeleteFunc(slices.Clone(list), func(x workflow.Text) bool { return slices.Contains(gone, x) })
}

// returns reports whether an act can lead back to the stored state.
func returns(t *machine.Transition, stored workflow.State) bool {
	if stored == "" || !slices.ContainsFunc(t.Def.To, func(b define.Branch) bool { return b.To == define.Stored }) {
		return false
	}
	for _, b := range t.Branches {
		if b.To == stored {
			return true
		}
	}
	return false
}

// refusing lists, by their labels, the conditions about the case, its round, organization or parent that refuse the
// act now.
func refusing(m *machine.Machine, t *machine.Transition, f *workflow.Facts) (out []workflow.Text) {
	facts := *f
	facts.Schema = m.Def.Form
	for _, g := range t.Guards {
		label := g.Label()
		if d, ok := g.(define.DeskFree); ok {
			no := d.D.Unissued(&f.Case)
			if no == nil {
				continue
			}
			label = no.Message
		} else if aboutActor(g) || g.Check(define.Input{Facts: &facts}) == nil {
			continue
		}
		if !slices.Contains(out, label) {
			out = append(out, label)
		}
	}
	return out
}

// aboutActor reports whether a guard needs to know who acts, or with which fields.
func aboutActor(g define.Guard) bool {
	if e, ok := g.(define.Either); ok {
		return slices.ContainsFunc(e.Some, aboutActor)
	}
	return g.Subject() == define.OfActor || g.Subject() == define.OfFields
}

// Result ends the trial of the first cases of live ones.
func (t *Try) Result(live int) *Trial {
	out := t.out
	out.Live = max(live, out.Cases)
	slices.SortStableFunc(out.States, func(a, b TrialState) int { return b.Cases - a.Cases })
	slices.SortStableFunc(out.Acts, func(a, b TrialAct) int { return b.Cases - a.Cases })
	out.Summary = out.summary()
	return &out
}

func (t *Trial) summary() workflow.Text {
	if t.Live == 0 {
		return workflow.Text{ZH: "这个流程现在没有在办案件。", EN: "The workflow has no live cases now."}
	}
	s := workflow.Text{ZH: fmt.Sprintf("按第 %d 版试算，%d 件在办案件中有 %d 件会停在无法离开的状态，另有 %d 件受阻的条件与现在不同。",
		t.Version, t.Cases, t.Stranded, t.Refused),
		EN: fmt.Sprintf("Under version %d, %d of %d live cases would stand in a state they cannot leave; %d others would be "+
			"refused otherwise than today.", t.Version, t.Stranded, t.Cases, t.Refused)}
	if t.Live > t.Cases {
		s.ZH += fmt.Sprintf("在办案件共 %d 件，只试算了最早的 %d 件。", t.Live, t.Cases)
		s.EN += fmt.Sprintf(" There are %d live cases; only the first %d were tried.", t.Live, t.Cases)
	}
	return s
}

// MayTry reports whether the actor loads or approves definitions, and so may try them on live cases.
func MayTry(a workflow.Actor) bool {
	return a.ID == workflow.SystemID || May(a, workflow.KindWorkflow, "load") || May(a, workflow.KindWorkflow, "approve")
}
