package workflow_test

import (
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

func TestASealIsOfEverythingThatAnAnswerDependsOn(t *testing.T) {
	t.Parallel()
	end := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	longer, err := calendar.Shipped().With("longer", []calendar.Exception{{Date: calendar.MustDate("2027-01-01"), Kind: calendar.Holiday}}, calendar.MustDate("2027-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		moment workflow.Moment
		actor  workflow.Actor
		stamps []workflow.Stamp
	}
	of := func(change func(*answer)) string {
		a := answer{workflow.Moment{Now: end.Add(-time.Minute), Calendar: calendar.Shipped()}, workflow.Actor{ID: "a", Name: "甲", Roles: []workflow.Grant{{Role: workflow.RoleOfficer, Region: "23"}}},
			[]workflow.Stamp{{Rows: "one", Turns: []time.Time{end}}, {Rows: "two"}}}
		change(&a)
		return a.moment.Seal(a.actor, a.stamps...)
	}
	plain := of(func(*answer) {})
	if plain != of(func(a *answer) { a.moment.Now = a.moment.Now.Add(time.Second) }) {
		t.Error("a second in which nothing ends makes another seal")
	}
	seen := map[string]string{plain: "nothing"}
	for name, change := range map[string]func(*answer){
		"the end comes":          func(a *answer) { a.moment.Now = end },
		"the end passes":         func(a *answer) { a.moment.Now = end.Add(1) },
		"a day in Shanghai":      func(a *answer) { a.moment.Now = end.Add(7 * time.Hour) },
		"another calendar":       func(a *answer) { a.moment.Calendar = longer },
		"another reader":         func(a *answer) { a.actor.ID = "b" },
		"another name":           func(a *answer) { a.actor.Name = "乙" },
		"another role":           func(a *answer) { a.actor.Roles[0].Role = workflow.RoleChecker },
		"another region":         func(a *answer) { a.actor.Roles[0].Region = "2303" },
		"another house":          func(a *answer) { a.actor.Agency = "x" },
		"another row":            func(a *answer) { a.stamps[1].Rows = "three" },
		"rows the other way":     func(a *answer) { a.stamps[0].Rows, a.stamps[1].Rows = "two", "one" },
		"rows cut elsewhere":     func(a *answer) { a.stamps[0].Rows, a.stamps[1].Rows = "onet", "wo" },
		"one row less":           func(a *answer) { a.stamps = a.stamps[:1] },
		"more of the answer":     func(a *answer) { a.stamps[1] = a.stamps[1].With("more") },
		"another end, yet ahead": func(a *answer) { a.stamps[0].Turns = append(a.stamps[0].Turns, end) },
	} {
		got := of(change)
		if other, double := seen[got]; double {
			t.Errorf("%s and %s have the same seal", name, other)
		}
		seen[got] = name
	}
}
