package workflow_test

import (
	"encoding/json"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/part/award"
	"incubase/workflow/vet"
)

const officerID = "00000000-0000-7000-8000-000000000102" // of simulations

// trialOf compiles a definition whose action "act" has the guards and effects under test, with all they may refer to.
func trialOf(t testing.TB, guards, effects []define.Spec, fields ...define.FieldDef) *machine.Machine {
	t.Helper()
	d := small()
	d.States = append(d.States, define.StateDef{Name: "paused", Label: both("paused"), Stage: "keep",
		Pauses: []string{"tick"}})
	d.Actions = append(d.Actions,
		define.ActionDef{Name: "act", Label: both("act"), From: []workflow.State{"a"}, By: []string{"officer"},
			Guards: guards, Effects: effects, Fields: fields},
		define.ActionDef{Name: "grade", Label: both("grade"), From: []workflow.State{"a"}, By: []string{"checker"},
			Fields: []define.FieldDef{{Name: "grade", Label: both("grade"), Type: "choice",
				Choices: []workflow.Choice{{Value: "excellent", Label: both("excellent")}, {Value: "good", Label: both("good")},
					{Value: "pass", Label: both("pass")}, {Value: "fail", Label: both("fail")}}}},
			Effects: []define.Spec{{Name: "record", Params: map[string]any{"fields": []any{"grade"}}}}},
		define.ActionDef{Name: "mark", Label: both("mark"), From: []workflow.State{"a"}, By: []string{"checker"},
			Fields: []define.FieldDef{{Name: "points", Label: both("points"), Type: "points"}},
			Guards: []define.Spec{spec("separate_from", "actions", []any{"pause"})}, Effects: []define.Spec{spec("score")}},
		define.ActionDef{Name: "offer", Label: both("offer"), From: []workflow.State{"a"}, By: []string{"checker"},
			Fields:  []define.FieldDef{{Name: "amount_fen", Label: both("amount"), Type: "money"}},
			Effects: []define.Spec{spec("propose")}},
		define.ActionDef{Name: "hear", Label: both("hear"), From: []workflow.State{"a"}, By: []string{"checker"},
			Fields: []define.FieldDef{{Name: "upheld", Label: both("upheld"), Type: "boolean"},
				{Name: "reason", Label: both("reason"), Type: "text"}}, Effects: []define.Spec{spec("resolve_objection")}},
		define.ActionDef{Name: "time_out", Label: both("time out"), From: []workflow.State{"a"}, By: []string{"system"},
			Effects: []define.Spec{spec("cosign_lapse")}},
		define.ActionDef{Name: "pause", Label: both("pause"), From: []workflow.State{"live"},
			To: define.Target{{To: "paused"}}, By: []string{"checker"}},
		define.ActionDef{Name: "continue", Label: both("continue"), From: []workflow.State{"paused"},
			To: define.Target{{To: "a"}}, By: []string{"checker"}})
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// simulated returns facts of a case in state a, for an officer, on Monday 2 March 2026 at nine.
func simulated(t testing.TB, m *machine.Machine) workflow.Facts {
	t.Helper()
	s, err := vet.NewSimulation(m, calendar.MustDate("2026-03-02"), json.RawMessage(`{"type":"object"}`))
	if err != nil {
		t.Fatal(err)
	}
	return s.Facts("officer")
}

func spec(name string, kv ...any) define.Spec {
	s := define.Spec{Name: name}
	for i := 0; i < len(kv); i += 2 {
		if s.Params == nil {
			s.Params = map[string]any{}
		}
		s.Params[kv[i].(string)] = kv[i+1]
	}
	return s
}

type change = func(*workflow.Facts)

func clock(due string, more ...func(*workflow.Clock)) change {
	return func(f *workflow.Facts) {
		k := workflow.Clock{Name: "tick", Label: both("tick"), Due: calendar.MustDate(due)}
		for _, m := range more {
			m(&k)
		}
		f.Case.Clocks = []workflow.Clock{k}
	}
}

func tranches(ts ...award.Tranche) change {
	return func(f *workflow.Facts) { f.Case.OwnPart("award").(*award.Award).Tranches = ts }
}

var paidAt = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func assigned(a workflow.Assignment) change {
	return func(f *workflow.Facts) { a.User = officerID; f.Case.Assignments = []workflow.Assignment{a} }
}

func scored(points ...int) change {
	return func(f *workflow.Facts) {
		f.Case.Assignments = nil
		for i, p := range points {
			f.Case.Assignments = append(f.Case.Assignments, workflow.Assignment{User: string(rune('a' + i)), Declared: true,
				Scored: true, Points: p})
		}
	}
}

func standing(s string, until string) change {
	return func(f *workflow.Facts) {
		o := *f.Organization
		if o.Standing = s; until != "" {
			d := calendar.MustDate(until)
			o.BarredUntil = &d
		}
		f.Organization = &o
	}
}

func round(set func(*workflow.Round)) change {
	return func(f *workflow.Facts) { r := *f.Round; set(&r); f.Round = &r }
}

func parent(state workflow.State, stage workflow.Stage, outcome string) change {
	return func(f *workflow.Facts) {
		f.Parent = &workflow.ParentFacts{Ref: "GA-1", State: state, Stage: stage, Outcome: outcome, Version: 3}
	}
}

func did(action string, who ...workflow.ID) change {
	return func(f *workflow.Facts) { f.Case.Doers = map[string][]workflow.ID{action: who} }
}

// counted sets counters: a name and a number each.
func counted(pairs ...any) change {
	return func(f *workflow.Facts) {
		f.Case.Counts = map[string]int{}
		for i := 0; i < len(pairs); i += 2 {
			f.Case.Counts[pairs[i].(string)] = pairs[i+1].(int)
		}
	}
}

func waiting(numbers ...int) change {
	return func(f *workflow.Facts) {
		for _, n := range numbers {
			f.Waiting = append(f.Waiting, workflow.Objection{N: n, Counts: true})
		}
		counted("objections", len(numbers), "objections_waiting", len(numbers), "objections_holding", len(numbers))(f)
	}
}

func answered(as ...workflow.Approval) change {
	return func(f *workflow.Facts) { f.Case.Approvals = as }
}

func nothing(*workflow.Facts) {}

var monday = calendar.MustDate("2026-03-02")
