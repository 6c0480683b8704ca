package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

const skeleton = `
version: 1
title: {zh: 试, en: Trial}
prefix: TR
about: {zh: 试, en: Trial}
open: [officer]
parties:
  - {name: officer, label: {zh: 甲, en: officer}, roles: [officer], relation: scope}
  - {name: checker, label: {zh: 乙, en: checker}, roles: [checker], relation: scope}
  - {name: decider, label: {zh: 丙, en: decider}, roles: [decider], relation: scope}
  - {name: finance, label: {zh: 丁, en: finance}, roles: [finance_maker], relation: scope}
  - {name: owner, label: {zh: 戊, en: owner}, roles: [certifier], relation: own}
  - {name: system, label: {zh: 系统, en: system}, relation: system}
`

func trial(t *testing.T, body string) *machine.Machine {
	t.Helper()
	d, err := catalog.Decode([]byte("name: trial" + skeleton + body))
	if err != nil {
		t.Fatal(err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// play runs a script in which no line may fail.
func play(t *testing.T, m *machine.Machine, script string) *vet.Simulation {
	t.Helper()
	s, err := vet.NewSimulation(m, calendar.MustDate("2026-03-02"), nil)
	if err != nil {
		t.Fatal(err)
	}
	steps, ok := s.Run(script)
	if !ok {
		for _, x := range steps {
			t.Logf("%3d %-50s %s %s %s", x.Line, x.Text, x.Moved, rules(x.Refusals), x.Failed)
		}
		t.Fatal("the script does not go as it says")
	}
	return s
}

func TestSuperstates(t *testing.T) {
	t.Parallel()
	m := trial(t, `
initial: a
groups:
  - {name: live, label: {zh: 办, en: live}}
  - {name: inner, in: live, label: {zh: 内, en: inner}}
states:
  - {name: a, in: live, label: {zh: 甲, en: a}, stage: none}
  - {name: b, in: inner, label: {zh: 乙, en: b}, stage: applied}
  - {name: c, in: inner, label: {zh: 丙, en: c}, stage: applied}
  - {name: out, label: {zh: 出, en: out}, stage: keep, outcome: out}
  - {name: gone, label: {zh: 去, en: gone}, stage: keep, outcome: gone}
actions:
  - {name: leave, label: {zh: 离, en: leave}, from: [live], to: out, by: [officer]}
  - {name: leave, label: {zh: 离, en: leave}, from: [inner], to: gone, by: [officer]}
  - {name: leave, from: [c], never: true, by: []}
  - {name: next, label: {zh: 进, en: next}, from: [a], to: b, by: [officer]}
  - {name: next, label: {zh: 进, en: next}, from: [b], to: c, by: [officer]}
  - {name: end, label: {zh: 完, en: end}, from: [c], to: out, by: [officer]}
`)
	play(t, m, "officer leave\nexpect out")
	play(t, m, "officer next\nofficer leave\nexpect gone")
	play(t, m, "officer next\nofficer next\nofficer leave\nexpect refused not_offered\nofficer end\nexpect out")
}

func TestBranchesStoredStateAndAutomaticMoves(t *testing.T) {
	t.Parallel()
	m := trial(t, `
initial: a
states:
  - {name: a, label: {zh: 甲, en: a}, stage: applied}
  - {name: b, label: {zh: 乙, en: b}, stage: reviewed}
  - {name: held, label: {zh: 停, en: held}, stage: keep}
  - {name: done, label: {zh: 完, en: done}, stage: reported, outcome: done}
actions:
  - name: choose
    label: {zh: 选, en: choose}
    from: [a]
    to: [{to: b, when: [{field: {name: way, equals: b}}]}, {to: $stay}]
    by: [officer]
    fields: [{name: way, label: {zh: 路, en: way}, type: choice, required: true, example: a, choices: [{value: a, label: {zh: 甲, en: a}}, {value: b, label: {zh: 乙, en: b}}]}]
  - {name: hold, label: {zh: 停, en: hold}, from: [a, b], to: held, by: [decider], effects: [store_state]}
  - {name: resume, label: {zh: 复, en: resume}, from: [held], to: $stored, by: [decider]}
  - {name: vote, label: {zh: 票, en: vote}, from: [b], by: [officer, checker, decider], effects: [{count: {name: votes}}]}
  - {name: enough, label: {zh: 够, en: enough}, from: [b], to: done, by: [system], auto: true, guards: [{count: {name: votes, min: 3}}]}
`)
	s := play(t, m,
		"officer choose\nexpect a\ndecider hold\nexpect held\ndecider resume\nexpect a\nofficer choose way=b\nexpect b\n"+
			"decider hold\ndecider resume\nexpect b\nofficer vote\nchecker vote\nexpect b\ndecider vote\nexpect done")
	c := s.Facts("officer").Case
	if c.Stage != workflow.Reported || c.Outcome != "done" || c.Closed == nil || c.Version != 11 {
		t.Errorf("stage %q outcome %q closed %v version %d", c.Stage, c.Outcome, c.Closed, c.Version)
	}
}

// deskDefinition has two desks in a row; restart says what a change voids.
func deskDefinition(restart string) string {
	return `
initial: first
desks:
  - {name: one, label: {zh: 一, en: first desk}, parties: [officer, checker, decider, finance], each: party, need: 2, answers: [{value: yes, label: {zh: 是, en: yes}}, {value: no, label: {zh: 否, en: no}}], restart: ` + restart + `}
  - {name: two, label: {zh: 二, en: second desk}, parties: [decider, finance], each: person, need: 2, answers: [{value: yes, label: {zh: 是, en: yes}}, {value: no, label: {zh: 否, en: no}}], veto: [decider], restart: ` + restart + `}
states:
  - {name: first, label: {zh: 一, en: first}, stage: applied}
  - {name: second, label: {zh: 二, en: second}, stage: applied}
  - {name: done, label: {zh: 完, en: done}, stage: reported, outcome: done}
  - {name: vetoed, label: {zh: 否, en: vetoed}, stage: keep, outcome: vetoed}
actions:
  - name: approve
    label: {zh: 批, en: approve}
    from: [first]
    by: [officer, checker, decider, finance]
    desk: one
    fields: &a
      - {name: answer, label: {zh: 答, en: answer}, type: choice, required: true, example: "yes", choices: [{value: "yes", label: {zh: 是, en: yes}}, {value: "no", label: {zh: 否, en: no}}]}
  - {name: on, label: {zh: 进, en: on}, from: [first], to: second, by: [system], auto: true, guards: [{desk_met: {desk: one}}]}
  - name: approve
    label: {zh: 批, en: approve}
    from: [second]
    by: [decider, finance]
    desk: two
    fields:
      - {name: answer, label: {zh: 答, en: answer}, type: choice, required: true, example: "yes", choices: [{value: "yes", label: {zh: 是, en: yes}}, {value: "no", label: {zh: 否, en: no}}]}
  - {name: stop, label: {zh: 止, en: stop}, from: [second], to: vetoed, by: [system], auto: true, guards: [{desk_vetoed: {desk: two}}]}
  - {name: finish, label: {zh: 完, en: finish}, from: [second], to: done, by: [system], auto: true, guards: [{desk_met: {desk: two}}]}
  - {name: change, label: {zh: 改, en: change}, from: [second], by: [owner], effects: [{restart_desk: {desk: two}}]}
  - {name: back, label: {zh: 退, en: back}, from: [second], to: first, by: [owner], revert: true, effects: [{restart_desk: {desk: one}}]}
`
}

func TestDesks(t *testing.T) {
	t.Parallel()
	all := trial(t, strings.NewReplacer("fields: &a", "fields:", "value: yes,", `value: "yes",`, "value: no,",
		`value: "no",`).Replace(deskDefinition("all")))
	later := trial(t, strings.NewReplacer("fields: &a", "fields:", "value: yes,", `value: "yes",`, "value: no,",
		`value: "no",`).Replace(deskDefinition("later")))
	for _, tt := range []struct {
		name   string
		m      *machine.Machine
		script string
	}{
		{"two of four are enough", all,
			"officer approve answer=yes\nexpect first\nchecker approve answer=yes\nexpect second"},
		{"a no counts for nothing where there is no veto", all,
			"officer approve answer=no\nchecker approve answer=yes\nexpect first\ndecider approve answer=yes\nexpect second"},
		{"nobody answers twice", all, "officer approve answer=yes\nofficer approve answer=yes\nexpect refused desk_answered"},
		{"who has no seat is refused", all, "owner approve\nexpect refused not_understood"},
		{"a veto ends it", all,
			"officer approve answer=yes\nchecker approve answer=yes\ndecider approve answer=no\nexpect vetoed"},
		{"going back to the first desk voids both", all,
			"officer approve answer=yes\nchecker approve answer=yes\nfinance_maker approve answer=yes\ncertifier back\n" +
				"expect first\nofficer approve answer=yes\nexpect first\nchecker approve answer=yes\nexpect second\n" +
				"finance_maker approve answer=yes\ndecider approve answer=yes\nexpect done"},
		{"a change that restarts later desks keeps the earlier one", later,
			"officer approve answer=yes\nchecker approve answer=yes\nfinance_maker approve answer=yes\ncertifier change\n" +
				"finance_maker approve answer=yes\nexpect second\ndecider approve answer=yes\nexpect done"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if strings.Contains(tt.script, "not_understood") {
				s, err := vet.NewSimulation(tt.m, calendar.MustDate("2026-03-02"), nil)
				if err != nil {
					t.Fatal(err)
				}
				var refused *workflow.Refused
				if err := s.Act("certifier", "approve", nil); !errors.As(err, &refused) || !refused.Forbidden() {
					t.Errorf("got %v, want a refusal of the role", err)
				}
				return
			}
			play(t, tt.m, tt.script)
		})
	}
	voided := func(m *machine.Machine) (n int) {
		s := play(t, m,
			"officer approve answer=yes\nchecker approve answer=yes\nfinance_maker approve answer=yes\ncertifier change")
		for _, a := range s.Facts("officer").Case.Approvals {
			if a.Void {
				n++
			}
		}
		return n
	}
	if a, l := voided(all), voided(later); a != 3 || l != 1 {
		t.Errorf("a change voids %d answers under all and %d under later, want 3 and 1", a, l)
	}
}

func TestTimersPauseResumeAndFire(t *testing.T) {
	t.Parallel()
	m := trial(t, `
initial: a
groups:
  - name: live
    label: {zh: 办, en: live}
    timers: [{name: whole, label: {zh: 总, en: whole}, period: 5wd, action: expire}]
states:
  - {name: a, in: live, label: {zh: 甲, en: a}, stage: applied}
  - {name: b, in: live, label: {zh: 乙, en: b}, stage: applied, pauses: [whole]}
  - {name: late, label: {zh: 迟, en: late}, stage: keep, outcome: late}
actions:
  - {name: ask, label: {zh: 问, en: ask}, from: [a], to: b, by: [officer]}
  - {name: answer, label: {zh: 答, en: answer}, from: [b], to: a, by: [owner]}
  - {name: expire, label: {zh: 过期, en: expire}, from: [live], to: late, by: [system], guards: [{elapsed: {clock: whole}}]}
`)
	due := func(script string) string {
		c := play(t, m, script).Facts("officer").Case
		return fmt.Sprint(c.Clock("whole").Due, c.Clock("whole").Paused, len(c.Alarms(false)))
	}
	// Born on Monday 2 March 2026: five working days end on Monday the 9th.
	for script, want := range map[string]string{
		"wait 1d":              "2026-03-09 false 1",
		"wait 1d\nofficer ask": "2026-03-09 true 0",
		"wait 1d\nofficer ask\nwait 3wd\ncertifier answer":                                          "2026-03-12 false 1",
		"officer ask\ncertifier answer":                                                             "2026-03-09 false 1",
		"wait 1d\nofficer ask\nwait 2wd\ncertifier answer\nofficer ask\nwait 1wd\ncertifier answer": "2026-03-12 false 1",
	} {
		if got := due(script); got != want {
			t.Errorf("%q: %s, want %s", script, got, want)
		}
	}
	play(t, m, "wait 5wd\nsystem expire\nexpect refused elapsed\nwait 1wd\nsystem expire\nexpect late")
	play(t, m, "officer ask\nwait 20wd\nsystem expire\nexpect refused elapsed")
}

func TestConflictEndsAccessAndBringsAnother(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	s.Run("certifier submit\nchecker admit")
	if f := s.Facts("reviewer1"); !desk.Visible(m, f) {
		t.Fatal("an assigned reviewer does not see the case")
	}
	s.Run("reviewer1 declare conflict=true reason=曾任职")
	if f := s.Facts("reviewer1"); desk.Visible(m, f) || len(m.Offers(f)) > 0 && m.Offers(f)[0].Allowed() {
		t.Error("a conflict does not end access")
	}
	if f := s.Facts("reviewer2"); !desk.Visible(m, f) {
		t.Error("the others lost access")
	}
	if f := s.Facts("reviewer4"); desk.Visible(m, f) {
		t.Error("a reviewer who is not assigned sees the case")
	}
}

func TestWhoSeesWhat(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	s.Run("certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=false\n" +
		"reviewer1 score points=8000 comment=好\nreviewer2 score points=9000")
	show := func(actor string) workflow.View { return desk.Show(m, workflow.Loaded{Facts: s.Facts(actor)}) }
	if v := show("certifier"); len(v.Case.Assignments) != 0 || v.Scores != nil || v.Case.Doers != nil ||
		v.StateLabel.EN != "Under review" {
		t.Errorf("the applicant sees reviews: %+v", v.Case.Assignments)
	}
	if v := show("reviewer3"); len(v.Case.Assignments) != 1 {
		t.Errorf("a reviewer sees %d reviews before the own one is in", len(v.Case.Assignments))
	}
	v := show("reviewer1")
	for _, a := range v.Case.Assignments {
		if a.User != s.Facts("reviewer1").Actor.ID && (a.User != "" || a.Name != "") {
			t.Error("a reviewer learns another's name")
		}
	}
	if v := show("officer"); v.Scores == nil || v.Scores.Count != 2 || v.Scores.Mean != 8500 ||
		len(v.Case.Assignments) != 3 {
		t.Errorf("the officer's ranking: %+v", v.Scores)
	}
	if v := show("cosigner"); len(v.Case.Assignments) != 0 {
		t.Error("an agency sees reviews")
	}
}

func TestDraftsAreSeenByTheirOwnersOnly(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	var see []string
	for _, a := range s.Actors() {
		if desk.Visible(m, s.Facts(a)) {
			see = append(see, a)
		}
	}
	// insiders see the draft as preparers
	want := append([]string{"certifier", "preparer", "system"}, insiders()...)
	if slices.Sort(want); !slices.Equal(see, want) {
		t.Errorf("a draft is seen by %v, want %v", see, want)
	}
}

func TestFieldsAreCheckedAllAtOnce(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	s.Run("certifier submit\nchecker admit")
	for _, tt := range []struct {
		name, actor, action string
		fields              map[string]any
		note                string
		want                string // invalid fields
	}{
		{"points above a hundred", "reviewer1", "declare", map[string]any{"conflict": "no"}, "", "fields.conflict"},
		{"an unknown field and a missing one", "reviewer1", "declare", map[string]any{"state": "funded"}, "",
			"fields.conflict fields.state"},
		{"no reason", "checker", "return", nil, "", "note"},
		{"a reason of spaces", "checker", "return", nil, "   ", "note"},
		{"bidirectional control in a note", "checker", "return", nil, "a\u202eb", "note"},
		{"an answer that is none of the choices", "cosigner", "cosign", map[string]any{"answer": "maybe", "opinion": 5}, "",
			"fields.answer fields.opinion"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := m.Decide(context.Background(), s.Facts(tt.actor), workflow.Command{Action: tt.action, Fields: tt.fields,
				Note: tt.note})
			var bad *workflow.Invalid
			if !errors.As(err, &bad) {
				t.Fatalf("got %v, want Invalid", err)
			}
			var names []string
			for _, f := range bad.Fields {
				names = append(names, f.Field)
				if !f.Message.Complete() {
					t.Errorf("%s lacks a language", f.Field)
				}
			}
			if got := strings.Join(names, " "); got != tt.want {
				t.Errorf("wrong fields %q, want %q", got, tt.want)
			}
		})
	}
}

func TestEventsChain(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("payment", 0)
	s := simulation(t, m)
	f := s.Facts("finance_checker")
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "fail", Note: "账号有误"})
	if err != nil {
		t.Fatal(err)
	}
	e := d.Events[0]
	if err := e.Verify(f.Case.LastHash, false); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*workflow.Event){
		"the payload":  func(e *workflow.Event) { e.Payload = `{"note":"别的"}` },
		"the actor":    func(e *workflow.Event) { e.Actor = workflow.SystemID },
		"the time":     func(e *workflow.Event) { e.At = e.At.Add(time.Microsecond) },
		"the state":    func(e *workflow.Event) { e.To = "paid" },
		"the sequence": func(e *workflow.Event) { e.Seq++ },
		"the link":     func(e *workflow.Event) { e.Previous[0]++ },
	} {
		x := e
		change(&x)
		if x.Verify(f.Case.LastHash, false) == nil {
			t.Errorf("%s was changed and the chain still verifies", name)
		}
	}
	e.Payload = ""
	if err := e.Verify(f.Case.LastHash, true); err != nil {
		t.Error("an erased payload breaks the chain:", err)
	}
}

func FuzzDecide(f *testing.F) {
	c, err := catalog.Shipped()
	if err != nil {
		f.Fatal(err)
	}
	m := c.Machine("grant", 0)
	f.Add("checker", "admit", "note", "")
	f.Add("reviewer1", "score", "points", "1e9")
	f.Add("officer", "propose", "amount_fen", "-1")
	s := simulation(f, m)
	s.Run("certifier submit")
	f.Fuzz(func(t *testing.T, actor, action, field, value string) {
		if !slices.Contains(s.Actors(), actor) {
			return
		}
		_, err := m.Decide(context.Background(), s.Facts(actor), workflow.Command{Action: action, Note: value,
			Fields: map[string]any{field: value}})
		var refused *workflow.Refused
		var invalid *workflow.Invalid
		var missing *workflow.NotOffered
		if err != nil && !errors.As(err, &refused) && !errors.As(err, &invalid) && !errors.As(err, &missing) {
			t.Fatalf("%s %s: %v", actor, action, err)
		}
	})
}
