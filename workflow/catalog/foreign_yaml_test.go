package catalog_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
)

// listedMove is a line of testdata/foreign/*.moves: what the other system lists, under our names.
type listedMove struct{ from, action, to, event, condition string }

func (v listedMove) String() string { return v.from + " " + v.action + " " + v.to }

// listed reads a table of moves and the address of the table it restates.
func listed(t *testing.T, file string) (moves []listedMove, source string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(b), "\n") {
		if after, ok := strings.CutPrefix(line, "# workflow-cases/"); ok {
			source = after
		}
		if line == "" || line[0] == '#' {
			continue
		}
		w := append(strings.Fields(line), "")
		moves = append(moves, listedMove{w[0], w[1], w[2], w[3], w[4]})
	}
	return moves, source
}

// handWritten are the workflows of other systems as a person would say them: with groups, overrides and desks.
func handWritten(t *testing.T, visit func(t *testing.T, m *workflow.Machine, moves []listedMove, source string)) {
	t.Helper()
	files, err := filepath.Glob("testdata/foreign/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".yaml"), func(t *testing.T) {
			t.Parallel()
			m := foreignDefinition(t, f)
			moves, source := listed(t, strings.TrimSuffix(f, ".yaml")+".moves")
			visit(t, m, moves, source)
		})
	}
}

func foreignDefinition(t *testing.T, file string) *workflow.Machine {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := catalog.Decode(b)
	if err != nil {
		t.Fatal(err)
	}
	m, err := workflow.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// situated are simulated cases put into a state under a condition of the other system, for each actor.
func situated(t *testing.T, m *workflow.Machine, state, condition string) map[string]workflow.Facts {
	t.Helper()
	s, err := workflow.NewSimulation(m, calendar.MustDate("2026-03-02"), nil)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]workflow.Facts{}
	for _, actor := range s.Actors() {
		f := s.Facts(actor)
		f.Case.State = workflow.State(state)
		f.Case.Data = map[string]any{"direct": condition == "direct", "form_prevents_payment": condition == "prevented"}
		round := *f.Round
		if condition == "over" {
			round.Rules.AwardCeiling = f.Case.Awarded - 1
		}
		f.Round = &round
		out[actor] = f
	}
	return out
}

// TestHandWrittenForeignMachines: every listed move is made by somebody, every other pair of state and action is offered
// to nobody, and a condition that does not hold refuses.
func TestHandWrittenForeignMachines(t *testing.T) {
	t.Parallel()
	handWritten(t, func(t *testing.T, m *workflow.Machine, moves []listedMove, _ string) {
		pairs := map[string]bool{}
		for _, v := range moves {
			pairs[v.from+" "+v.action] = true
			if err := tryMove(m, situated(t, m, v.from, v.condition), v); err != nil {
				t.Errorf("%s: %v", v, err)
			}
			if v.condition == "direct" {
				if err := tryMove(m, situated(t, m, v.from, ""), v); err == nil {
					t.Errorf("%s: made without the condition", v)
				}
			}
		}
		for _, e := range m.Edges() {
			if auto := slices.ContainsFunc(m.Definition().Actions, func(a workflow.ActionDef) bool { return a.Name == e.Action && a.Auto }); auto || e.From == "" {
				continue
			}
			if e.From != e.To && !slices.ContainsFunc(moves, func(v listedMove) bool {
				return v.String() == fmt.Sprint(e.From, " ", e.Action, " ", e.To)
			}) {
				t.Errorf("%s %s %s is not listed", e.From, e.Action, e.To)
			}
		}
		refused := 0
		for _, st := range m.Definition().States {
			cases := situated(t, m, string(st.Name), "")
			for _, a := range m.Definition().Actions {
				if pairs[string(st.Name)+" "+a.Name] || a.Auto { // what follows by itself is part of a listed move
					continue
				}
				refused++
				for actor, f := range cases {
					var missing *workflow.NotOffered
					_, err := m.Decide(context.Background(), f, workflow.Command{Action: a.Name, Note: "理由"})
					if !errors.As(err, &missing) {
						t.Errorf("%s in %s by %s is not listed, got %v", a.Name, st.Name, actor, err)
					}
				}
			}
		}
		t.Logf("%d moves made, %d pairs refused to everybody", len(moves), refused)
	})
}

// tryMove finds somebody who may make the move and checks where it leads.
func tryMove(m *workflow.Machine, cases map[string]workflow.Facts, v listedMove) error {
	for actor, f := range cases {
		offers := m.Offers(f)
		at := slices.IndexFunc(offers, func(o workflow.Offer) bool { return o.Name == v.action && o.Allowed() })
		if at < 0 {
			continue
		}
		d, err := m.Decide(context.Background(), f, workflow.Command{Action: v.action, Note: "理由", Fields: offers[at].Examples()})
		if err != nil {
			return err
		}
		if string(d.Case.State) != v.to {
			return fmt.Errorf("%s leads to %s", actor, d.Case.State)
		}
		return nil
	}
	return errors.New("nobody may")
}

// TestMovesAreTheOtherSystems holds the tables to the shared ones, which were read from the other systems themselves.
func TestMovesAreTheOtherSystems(t *testing.T) {
	t.Parallel()
	shared := foreign(t)
	bare := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	handWritten(t, func(t *testing.T, _ *workflow.Machine, moves []listedMove, source string) {
		theirs, ok := shared[strings.Replace(source, ".json ", "/", 1)]
		if !ok {
			t.Fatal("no shared table", source)
		}
		ours, want := map[string]bool{}, map[string]bool{}
		for _, v := range moves {
			if v.condition == "ours" { // an act that stands for what their form carries
				continue
			}
			ours[strings.Join([]string{bare(v.from), bare(v.event), bare(v.to)}, " ")] = true
		}
		for _, v := range theirs.Moves {
			want[strings.Join([]string{bare(v.From), bare(v.Event), bare(v.To)}, " ")] = true
		}
		for k := range want {
			if !ours[k] {
				t.Error("not said:", k)
			}
		}
		for k := range ours {
			if !want[k] {
				t.Error("not theirs:", k)
			}
		}
	})
}

func TestForeignRules(t *testing.T) {
	t.Parallel()
	review := foreignDefinition(t, "testdata/foreign/simpler_award_review.yaml")
	payments := foreignDefinition(t, "testdata/foreign/unity_payment.yaml")
	const through = `preparer start
checker pqc_approved
officer start_gms_review
officer gms_approved
finance_maker fmo_approved
finance_checker gmo_approved
expect pending_agency_approval
`
	const end = `decider agency_approved
decider departmental_approved
decider interagency_approved
decider executive_approved
expect end`
	play(t, review, through+end)
	play(t, review, through+"decider agency_requires_modification\nexpect pending_revision_start\npreparer start_revision\npreparer complete_revisions\nexpect pending_pqc_review\n"+strings.TrimPrefix(through, "preparer start\n")+end)
	s := play(t, review, through+"decider agency_requires_modification")
	for _, a := range s.Facts("officer").Case.Approvals {
		if !a.Void {
			t.Errorf("the approval at desk %s still counts after a modification", a.Desk)
		}
	}
	play(t, payments, "finance_maker l1_approve\nexpect l2_pending\nfinance_maker l2_approve\nexpect refused role\nfinance_checker l2_approve\nexpect submitted\nsystem reconcile_validated\nsystem reconcile_paid\nexpect paid")
	both := play(t, payments, "finance_maker l1_approve").Facts("finance_checker")
	both.Case.Doers["l1_approve"] = []workflow.ID{both.Actor.ID}
	var refused *workflow.Refused
	if _, err := payments.Decide(context.Background(), both, workflow.Command{Action: "l2_approve"}); !errors.As(err, &refused) || !refused.Forbidden() {
		t.Errorf("who approved at level 1 approves at level 2: %v", err)
	}
}
