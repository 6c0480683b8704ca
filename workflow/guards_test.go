package workflow_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/part/award"
)

var guardRows = []struct {
	name  string
	guard define.Spec
	set   change
	holds bool
}{
	{"an open round within its time", spec("round_open"), nothing, true},
	{"no round", spec("round_open"), func(f *workflow.Facts) { f.Round = nil }, false},
	{"a closed round", spec("round_open"), round(func(r *workflow.Round) { r.State = "closed" }), false},
	{"an open round after its closing time", spec("round_open"), round(func(r *workflow.Round) { r.Closes = &paidAt }),
		false},
	{"an open round before its opening", spec("round_open"),
		round(func(r *workflow.Round) { at := day.Add(time.Hour); r.Opens = &at }), false},
	{"the very second of the opening", spec("round_open"), round(func(r *workflow.Round) { at := day; r.Opens = &at }),
		true},
	{"the very second of the closing", spec("round_open"), round(func(r *workflow.Round) { at := day; r.Closes = &at }),
		true},
	{"the second after the closing", spec("round_open"),
		round(func(r *workflow.Round) { at := day.Add(-time.Second); r.Closes = &at }), false},
	{"a round of decided applications", spec("round_decided"), nothing, true},
	{"a round with one undecided", spec("round_decided"), round(func(r *workflow.Round) { r.Undecided = 1 }), false},
	{"a round whose closing has passed", spec("round_complete"), round(func(r *workflow.Round) { r.Closes = &paidAt }),
		false},
	{"a case without a round", spec("no_round"), func(f *workflow.Facts) { f.Case.Round = "" }, true},
	{"a case of a round", spec("no_round"), nothing, false},
	{"a complete round", spec("round_complete"), nothing, true},
	{"a round without a form", spec("round_complete"), round(func(r *workflow.Round) { r.Form = nil }), false},
	{"a round that closes before it opens", spec("round_complete"), round(func(r *workflow.Round) { r.Closes = r.Opens }),
		false},
	{"a round without money", spec("round_complete"), round(func(r *workflow.Round) { r.Total = 0 }), false},
	{"tranches that do not add up", spec("round_complete"),
		round(func(r *workflow.Round) { r.Rules.Tranches = []workflow.TrancheRule{{Share: 9999}} }), false},
	{"a round without a notice", spec("round_complete"),
		round(func(r *workflow.Round) { r.Rules.NoticePeriod = calendar.Period{} }), false},
	{"a round whose time has come", spec("round_due"), round(func(r *workflow.Round) { r.Closes = &paidAt }), true},
	{"a round whose time has not come", spec("round_due"), nothing, false},
	{"awards without a limit", spec("max_awards"), round(func(r *workflow.Round) { r.Awards = 99 }), true},
	{"one award below the limit", spec("max_awards"), round(func(r *workflow.Round) {
		r.Awards, r.Rules.MaxAwards = 2,
			3
	}), true},
	{"awards given and proposed at the limit", spec("max_awards"),
		round(func(r *workflow.Round) { r.Awards, r.HeldAwards, r.Rules.MaxAwards = 2, 1, 3 }), false},
	{"the award that is held is within the limit", spec("max_awards"), func(f *workflow.Facts) {
		round(func(r *workflow.Round) { r.HeldAwards, r.Rules.MaxAwards = 1, 1 })(f)
		f.Case.Held = 5
	}, true},
	{"an envelope that others hold", spec("envelope"), func(f *workflow.Facts) {
		round(func(r *workflow.Round) { r.Total, r.Held = 1000, 600 })(f)
		f.Case.Awarded = 500
	}, false},
	{"an envelope of which the case itself holds its award", spec("envelope"), func(f *workflow.Facts) {
		round(func(r *workflow.Round) { r.Total, r.Held = 1000, 1000 })(f)
		f.Case.Awarded, f.Case.Held = 500, 500
	}, true},
	{"awards at the limit", spec("max_awards"), round(func(r *workflow.Round) { r.Awards, r.Rules.MaxAwards = 3, 3 }),
		false},
	{"an organization in good standing", spec("organization_standing"), nothing, true},
	{"no organization", spec("organization_standing"), func(f *workflow.Facts) { f.Organization = nil }, false},
	{"one on the abnormal list", spec("organization_standing"), standing("abnormal", ""), false},
	{"one on the list of the dishonest", spec("organization_standing"), standing("dishonest", ""), false},
	{"one that is barred", spec("organization_standing"), standing("barred", ""), false},
	{"one that is barred until today", spec("organization_standing"), standing("barred", "2026-03-02"), false},
	{"one that was barred until yesterday", spec("organization_standing"), standing("barred", "2026-03-01"), true},
	{"an organization on a list is not eligible", spec("not_eligible"), standing("abnormal", ""), true},
	{"one in good standing is eligible", spec("not_eligible"), nothing, false},
	{"a registered organization", spec("payable_organization"), nothing, true},
	{"a filed one without a host", spec("payable_organization"),
		func(f *workflow.Facts) { o := *f.Organization; o.CreditCode = ""; f.Organization = &o }, false},
	{"a filed one with a host", spec("payable_organization"), func(f *workflow.Facts) {
		o := *f.Organization
		o.CreditCode, o.FiscalHost = "", "host"
		f.Organization = &o
	}, true},
	{"a parent in the stage", spec("parent_stage", "stages", []any{"funded"}), parent("funded", "funded", ""), true},
	{"a parent in another stage", spec("parent_stage", "stages", []any{"funded"}), parent("reviewed", "reviewed", ""),
		false},
	{"a suspended parent", spec("parent_stage", "stages", []any{"funded"}, "except", []any{"suspended"}),
		parent("suspended", "funded", ""), false},
	{"a parent in a state of that name, which nothing excepts", spec("parent_stage", "stages", []any{"funded"}),
		parent("suspended", "funded", ""), true},
	{"a parent that is over", spec("parent_stage", "stages", []any{"funded"}), parent("terminated", "funded",
		"terminated"), false},
	{"a parent that ended", spec("parent_over"), parent("terminated", "funded", "terminated"), true},
	{"a parent that lives", spec("parent_over"), parent("funded", "funded", ""), false},

	{"a topic", spec("has_topics"), nothing, true},
	{"no topic", spec("has_topics"), func(f *workflow.Facts) { f.Case.Topics = nil }, false},
	{"three scores of three", spec("scores", "min", "$round.min_reviews"), scored(1, 2, 3), true},
	{"two scores of three", spec("scores", "min", "$round.min_reviews"), scored(1, 2), false},
	{"a score by a reviewer with a conflict", spec("scores", "min", 1), func(f *workflow.Facts) {
		scored(9000)(f)
		f.Case.Assignments[0].Conflict = true
	}, false},
	{"a mean on the pass mark", spec("pass_points", "min", 6000), scored(5999, 6000), true}, // 5999.5 rounds half up
	{"a mean below the pass mark", spec("pass_points", "min", 6000), scored(5998, 6000), false},
	{"no score at all", spec("pass_points", "min", 6000), scored(), false},
	{"every agency answered", spec("cosigned"),
		func(f *workflow.Facts) { f.Case.Cosigns = []workflow.Cosign{{Answer: "agree"}, {Answer: "lapsed"}} }, true},
	{"an agency still to answer", spec("cosigned"), func(f *workflow.Facts) {
		f.Case.Cosigns = []workflow.Cosign{{Answer: "agree", Name: both("a")}, {Name: both("b")}, {Name: both("c")}}
	}, false},
	{"a notice that ended yesterday", spec("notice_elapsed", "clock", "tick"), clock("2026-03-01"), true},
	{"a notice that ends today", spec("notice_elapsed", "clock", "tick"), clock("2026-03-02"), false},
	{"a period that ended", spec("elapsed", "clock", "tick"), clock("2026-03-01"), true},
	{"a period that never began", spec("elapsed", "clock", "tick"), nothing, false},
	{"a period that stands still", spec("elapsed", "clock", "tick"),
		clock("2026-03-01", func(k *workflow.Clock) { k.Paused = true }), false},
	{"an exact end that has passed", spec("elapsed", "clock", "tick"),
		clock("2026-03-02", func(k *workflow.Clock) { k.At = paidAt }), true},
	{"a period that runs", spec("running", "clock", "tick"), clock("2026-03-02"), true},
	{"a period that ran out", spec("running", "clock", "tick"), clock("2026-03-01"), false},
	{"no period to run", spec("running", "clock", "tick"), nothing, false},
	{"no objection", spec("no_open_objection"), nothing, true},
	{"an objection that does not count", spec("no_open_objection"), counted("objections", 1, "objections_waiting", 1),
		true},
	{"an objection that counts", spec("no_open_objection"), counted("objections_waiting", 1, "objections_holding", 1),
		false},
	{"a resolved objection", spec("no_open_objection"), counted("objections", 1), true},
	{"an objection to resolve", spec("open_objection"), counted("objections_waiting", 1), true},
	{"an unconfirmed objection", spec("unconfirmed_objection"), counted("objections_unconfirmed", 1), true},
	{"no unconfirmed objection", spec("unconfirmed_objection"), counted("objections_waiting", 1), false},
	{"nothing to resolve", spec("open_objection"), nothing, false},
	{"a desk with its two answers", spec("desk_met", "desk", "board"),
		answered(workflow.Approval{Desk: "board", Answer: "yes"}, workflow.Approval{Desk: "board", Answer: "yes"}), true},
	{"a desk with one void answer", spec("desk_met", "desk", "board"),
		answered(workflow.Approval{Desk: "board", Answer: "yes"}, workflow.Approval{Desk: "board", Answer: "yes",
			Void: true}), false},
	{"answers of another desk", spec("desk_met", "desk", "board"),
		answered(workflow.Approval{Desk: "shelf", Answer: "yes"}, workflow.Approval{Desk: "board", Answer: "yes"}), false},
	{"a no without a veto", spec("desk_vetoed", "desk", "board"),
		answered(workflow.Approval{Desk: "board", Party: "officer", Answer: "no"}), false},
	{"a no with a veto", spec("desk_vetoed", "desk", "vetoes"),
		answered(workflow.Approval{Desk: "vetoes", Party: "officer", Answer: "no"}), true},
	{"a desk that waits", spec("desk_open", "desk", "board"), answered(workflow.Approval{Desk: "board", Answer: "yes"}),
		true},
	{"a desk that waits for nobody", spec("desk_open", "desk", "board"),
		answered(workflow.Approval{Desk: "board", Answer: "yes"}, workflow.Approval{Desk: "board", Answer: "yes"}), false},
	{"two accepted reports of two", spec("reports_accepted", "min", 2),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"accepted": 2} }, true},
	{"a progress report for a final one", spec("reports_accepted", "kind", "final"),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"accepted": 1, "accepted_progress": 1} }, false},
	{"the final report", spec("reports_accepted", "kind", "final"),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"accepted_final": 1} }, true},
	{"a good grade where a pass is needed", spec("evaluated", "at_least", "pass"),
		func(f *workflow.Facts) { f.Case.Data = map[string]any{"grade": "good"} }, true},
	{"a pass where good is needed", spec("evaluated", "at_least", "good"),
		func(f *workflow.Facts) { f.Case.Data = map[string]any{"grade": "pass"} }, false},
	{"no grade", spec("evaluated"), nothing, false},
	{"a count within bounds", spec("count", "name", "gone", "min", 1, "max", 2),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"gone": 2} }, true},
	{"a count above its bound", spec("count", "name", "gone", "max", 2),
		func(f *workflow.Facts) { f.Case.Counts = map[string]int{"gone": 3} }, false},
	{"a count below its bound", spec("count", "name", "gone", "min", 1), nothing, false},
	{"a fact on record", spec("data", "name", "grade", "present", true),
		func(f *workflow.Facts) { f.Case.Data = map[string]any{"grade": "x"} }, true},
	{"a fact that is another", spec("data", "name", "grade", "equals", "good"),
		func(f *workflow.Facts) { f.Case.Data = map[string]any{"grade": "bad"} }, false},
	{"a fact that is one of several", spec("data", "name", "grade", "one_of", []any{"fair", "good"}),
		func(f *workflow.Facts) { f.Case.Data = map[string]any{"grade": "good"} }, true},
	{"a fact that is missing", spec("data", "name", "grade"), nothing, false},
	{"the right stage", spec("stage_is", "stages", []any{"applied"}), nothing, true},
	{"another stage", spec("stage_is", "stages", []any{"funded"}), nothing, false},
	{"the first time", spec("once", "action", "go"), nothing, true},
	{"the second time", spec("once", "action", "go"), did("go", "x"), false},
	{"a step that was done", spec("done", "action", "go"), did("go", "x"), true},
	{"a step that was not done", spec("done", "action", "go"), nothing, false},

	{"an award the envelope covers", spec("envelope"), nothing, true},
	{"an award the envelope just does not cover", spec("envelope"), round(func(r *workflow.Round) { r.Total = 1_999_999 }),
		false},
	{"an envelope that is promised away", spec("envelope"),
		round(func(r *workflow.Round) { r.Committed = r.Total - 1_999_999 }), false},
	{"an award at the ceiling", spec("within_ceiling"),
		round(func(r *workflow.Round) { r.Rules.AwardCeiling = 2_000_000 }), true},
	{"an award above the ceiling", spec("within_ceiling"),
		round(func(r *workflow.Round) { r.Rules.AwardCeiling = 1_999_999 }), false},
	{"a tranche that is due", spec("next_tranche"), tranches(award.Tranche{N: 1}), true},
	{"no tranche left", spec("next_tranche"), tranches(award.Tranche{N: 1, Payment: "p", Paid: &paidAt}), false},
	{"a tranche under way", spec("next_tranche"), tranches(award.Tranche{N: 1, Payment: "p"}, award.Tranche{N: 2}),
		false},
	{"a tranche that waits for a report", spec("next_tranche"),
		tranches(award.Tranche{N: 1, Payment: "p", Paid: &paidAt}, award.Tranche{N: 2, Reports: 1}), false},
	{"a payment is open", spec("nothing_under_way"), tranches(award.Tranche{N: 1, Payment: "p"}), false},
	{"no payment is open", spec("nothing_under_way"), tranches(award.Tranche{N: 1, Payment: "p", Paid: &paidAt},
		award.Tranche{N: 2}), true},
	{"all paid", spec("all_tranches_paid"), tranches(award.Tranche{N: 1, Paid: &paidAt}), true},
	{"not all paid", spec("all_tranches_paid"), tranches(award.Tranche{N: 1, Paid: &paidAt}, award.Tranche{N: 2}),
		false},
	{"nothing to pay", spec("all_tranches_paid"), tranches(), false},
	{"nothing paid yet", spec("tranche_unpaid"), nothing, true},
	{"money out already", spec("tranche_unpaid"), func(f *workflow.Facts) { f.Case.Paid = 1 }, false},
	{"money out", spec("something_paid"), func(f *workflow.Facts) { f.Case.Paid = 1 }, true},
	{"no money out", spec("something_paid"), nothing, false},
	{"a settled rest", spec("settled"), func(f *workflow.Facts) { f.Case.Data = map[string]any{"settled": true} }, true},
	{"an unsettled rest", spec("settled"), nothing, false},

	{"somebody new", spec("separate_from", "actions", []any{"go"}), did("go", "x"), true},
	{"somebody who did the earlier step", spec("separate_from", "actions", []any{"go", "hold"}),
		did("hold", "x", officerID), false},
	{"a reviewer who has yet to declare", spec("not_declared"), assigned(workflow.Assignment{}), true},
	{"a reviewer who declared", spec("not_declared"), assigned(workflow.Assignment{Declared: true}), false},
	{"a declaration before the score", spec("declared"), assigned(workflow.Assignment{Declared: true}), true},
	{"a score before the declaration", spec("declared"), assigned(workflow.Assignment{}), false},
	{"a first score", spec("not_scored"), assigned(workflow.Assignment{Declared: true}), true},
	{"a second score", spec("not_scored"), assigned(workflow.Assignment{Declared: true, Scored: true}), false},
	{"an agency that is asked", spec("awaited_agency"), func(f *workflow.Facts) {
		f.Actor.Roles = append(slices.Clone(f.Actor.Roles), workflow.Grant{Role: workflow.RoleCosigner, Agency: "x"})
		f.Case.Cosigns = []workflow.Cosign{{Agency: "x"}}
	}, true},
	{"an agency that is not asked", spec("awaited_agency"),
		func(f *workflow.Facts) { f.Case.Cosigns = []workflow.Cosign{{Agency: "x"}} }, false},

	{"one of two", spec("any_of", "guards", []any{"settled", map[string]any{"once": map[string]any{"action": "go"}}}),
		nothing, true},
	{"none of two", spec("any_of", "guards", []any{"settled", "something_paid"}), nothing, false},
}

// TestGuards also checks both languages, and that Offers and Decide agree.
func TestGuards(t *testing.T) {
	t.Parallel()
	for _, tt := range guardRows {
		t.Run(tt.guard.Name+": "+tt.name, func(t *testing.T) {
			t.Parallel()
			m := guardTrial(t, tt.guard)
			f := simulated(t, m)
			tt.set(&f)
			_, err := m.Decide(context.Background(), f, workflow.Command{Action: "act"})
			var refused *workflow.Refused
			if tt.holds != (err == nil) || err != nil && !errors.As(err, &refused) {
				t.Fatalf("got %v, holds is %t", err, tt.holds)
			}
			o := offerOf(t, m, f, "act")
			if tt.holds {
				if !o.Allowed() {
					t.Errorf("it goes through, but is offered with %v", o.Refusals)
				}
				return
			}
			if !reflect.DeepEqual(o.Refusals, refused.Refusals) || len(refused.Refusals) != 1 {
				t.Fatalf("offered with %v, refused with %v", o.Refusals, refused.Refusals)
			}
			if r := refused.Refusals[0]; r.Rule != tt.guard.Name || !r.Message.Complete() ||
				r.Forbidden != (r.Rule == "separate_from") {
				t.Errorf("refused with %+v", r)
			}
		})
	}
}

func guardTrial(t *testing.T, g define.Spec) *machine.Machine {
	t.Helper()
	if g.Params["desk"] != "vetoes" {
		return trialOf(t, []define.Spec{g}, nil)
	}
	d := small()
	d.Desks[0].Name, d.Desks[0].Veto, d.Actions[1].Desk, d.Actions[2].Guards[0].Params["desk"] = "vetoes",
		[]string{"officer"}, "vetoes", "vetoes"
	d.Actions = append(d.Actions, define.ActionDef{Name: "act", Label: both("act"), From: []workflow.State{"a"},
		By: []string{"officer"}, Guards: []define.Spec{g}})
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func offerOf(t *testing.T, m *machine.Machine, f workflow.Facts, action string) workflow.Offer {
	t.Helper()
	for _, o := range m.Offers(f) {
		if o.Name == action {
			return o
		}
	}
	t.Fatalf("%s is not offered", action)
	return workflow.Offer{}
}

// TestEveryGuardIsTried requires for every guard a row that holds, one that refuses, a letter and words.
func TestEveryGuardIsTried(t *testing.T) {
	t.Parallel()
	tried := map[string][2]bool{}
	for _, tt := range guardRows {
		x := tried[tt.guard.Name]
		x[0], x[1] = x[0] || tt.holds, x[1] || !tt.holds
		tried[tt.guard.Name] = x
	}
	for _, name := range define.GuardNames() {
		if name != "field" && tried[name] != [2]bool{true, true} { // field: TestBranchesStoredStateAndAutomaticMoves
			t.Errorf("guard %s: held and refused in a row: %v", name, tried[name])
		}
	}
	for _, tt := range guardRows {
		for _, g := range guardTrial(t, tt.guard).Guards("a", "act") {
			if l := g.Letter(); l < define.OnCase || l > define.OnRow || !g.Label().Complete() || g.Rule() != tt.guard.Name {
				t.Errorf("guard %s: letter %c, label %v", g.Rule(), l, g.Label())
			}
			if (g.Letter() == define.OnRow) != (g.Row() != "") {
				t.Errorf("guard %s: letter %c and row %q", g.Rule(), g.Letter(), g.Row())
			}
		}
	}
}

func TestRowsThatGuardsReadAreAsserted(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		guards []define.Spec
		want   workflow.Asserts
	}{
		{"no other row", []define.Spec{spec("has_topics")}, workflow.Asserts{}},
		{"the round", []define.Spec{spec("round_open")}, workflow.Asserts{Round: 1}},
		{"the organization and the parent", []define.Spec{spec("organization_standing"), spec("parent_stage", "stages",
			[]any{"funded"})}, workflow.Asserts{Organization: 1, Parent: 1}},
		{"two rows inside any_of", []define.Spec{spec("any_of", "guards", []any{"round_open", "parent_over"})},
			workflow.Asserts{Round: 1, Parent: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m := trialOf(t, tt.guards, nil)
			d, err := m.Decide(context.Background(), simulated(t, m), workflow.Command{Action: "act"})
			if err != nil || d.Asserts != tt.want {
				t.Errorf("asserts %+v, want %+v (%v)", d.Asserts, tt.want, err)
			}
		})
	}
	branched := small()
	branched.Actions[4].To = define.Target{{To: "done", When: []define.Spec{spec("parent_over")}},
		{To: define.Stored}}
	m, err := machine.Compile(branched)
	if err != nil {
		t.Fatal(err)
	}
	f := simulated(t, m)
	f.Case.State, f.Case.StoredState = "held", "b"
	f.Actor.Roles = append(slices.Clone(f.Actor.Roles), workflow.Grant{Role: workflow.RoleChecker})
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "resume"})
	if err != nil || d.Asserts.Parent != 1 || d.Case.State != "b" {
		t.Errorf("a branch: %+v in %s (%v)", d.Asserts, d.Case.State, err)
	}
}

func TestClocksOnGuessedHolidays(t *testing.T) {
	t.Parallel()
	m := trialOf(t, []define.Spec{spec("elapsed", "clock", "tick")}, nil)
	f := simulated(t, m)
	k := workflow.Clock{Name: "tick", Label: both("tick"), Start: calendar.MustDate("2026-12-28"),
		Period: calendar.Period{N: 10, Unit: calendar.Workday}}
	k.Due, k.Provisional = calendar.MustDate("2027-01-11"), true
	f.Case.Clocks = []workflow.Clock{k}
	f.Now = calendar.MustDate("2027-01-20").Start()
	if o := offerOf(t, m, f, "act"); !o.Allowed() {
		t.Errorf("the round allows guesses, but: %v", o.Refusals)
	}
	round(func(r *workflow.Round) { r.Rules.AllowProvisional = false })(&f)
	if o := offerOf(t, m, f, "act"); o.Allowed() {
		t.Error("a guessed end counts")
	}
	known, err := f.Calendar.With("2027", nil, calendar.MustDate("2027-12-31"))
	if err != nil {
		t.Fatal(err)
	}
	f.Calendar = known
	if o := offerOf(t, m, f, "act"); !o.Allowed() {
		t.Errorf("the holidays of 2027 are known, but: %v", o.Refusals)
	}
	if !f.Case.Clocks[0].Provisional {
		t.Error("the facts were changed by looking")
	}
}
