package catalog_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"incubase/workflow"
	"incubase/workflow/machine"
)

func TestSubmittersCannotDecideTheirOwnCase(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for _, row := range []struct{ workflow, script, action, role string }{
		{"grant", "certifier submit", "admit", "checker"},
		{"grant", reviewed, "propose", "officer"},
		{"grant", reviewed + "officer propose\nwait 6wd", "confirm", "decider"},
		{"incubation", "certifier submit", "admit", "checker"},
		{"incubation", "certifier submit\nchecker admit\nofficer diagnose", "agree", "decider"},
	} {
		m := all.Machine(row.workflow, 0)
		s := carried(t, m, row.script)
		f := s.Facts(row.role)
		if _, err := m.Decide(context.Background(), f, workflow.Command{Action: row.action,
			Fields: examples(m, f, row.action)}); err != nil {
			t.Fatalf("%s by the %s: %v", row.action, row.role, err)
		}
		f.Actor.ID = s.Facts("certifier").Actor.ID // the same person with both roles
		f.Actor.Roles = append(slices.Clone(f.Actor.Roles), s.Facts("certifier").Actor.Roles...)
		_, err := m.Decide(context.Background(), f, workflow.Command{Action: row.action, Fields: examples(m, f, row.action)})
		var refused *workflow.Refused
		if !errors.As(err, &refused) || !slices.ContainsFunc(refused.Refusals,
			func(r workflow.Refusal) bool { return r.Rule == "insider" }) {
			t.Errorf("%s of the own %s: %v", row.action, row.workflow, err)
		}
		f.Actor.Roles = s.Facts(row.role).Actor.Roles // and has left the organization since
		_, err = m.Decide(context.Background(), f, workflow.Command{Action: row.action, Fields: examples(m, f, row.action)})
		if !errors.As(err, &refused) || refused.Refusals[0].Rule != "insider" {
			t.Errorf("%s of the %s that was the own: %v", row.action, row.workflow, err)
		}
	}
}

func TestStaffAreSeparate(t *testing.T) {
	t.Parallel()
	all := shipped(t)
	for _, row := range []struct{ workflow, state, action, role, did string }{
		{"grant", "screened", "score", "reviewer1", "admit"},
		{"grant", "screened", "score", "reviewer1", "propose"},
		{"grant", "proposed", "confirm", "decider", "propose"},
		{"grant", "proposed", "confirm", "decider", "score"},
		{"grant", "proposed", "confirm", "decider", "admit"},
		{"grant", "funded", "pay", "finance_maker", "confirm"},
		{"grant", "funded", "evaluate", "evaluator", "pay"},
		{"grant", "funded", "settle", "finance_checker", "pay"},
		{"grant", "terminated", "settle", "finance_checker", "pay"},
		{"grant", "funded", "close", "officer", "evaluate"},
		{"payment", "prepared", "release", "finance_checker", "create"},
		{"payment", "prepared", "release", "finance_checker", "retry"},
		{"incubation", "diagnosed", "agree", "decider", "diagnose"},
		{"incubation", "assessed", "graduate", "decider", "assess"},
	} {
		m := all.Machine(row.workflow, 0)
		f := simulation(t, m).Facts(row.role)
		f.Case.State = workflow.State(row.state)
		f.Case.Assignments = []workflow.Assignment{{User: f.Actor.ID, Declared: true}}
		for _, did := range []bool{false, true} {
			f.Case.Doers = map[string][]workflow.ID{}
			if did {
				f.Case.Doers[row.did] = []workflow.ID{f.Actor.ID}
			}
			_, err := m.Decide(context.Background(), f, workflow.Command{Action: row.action, Fields: examples(m, f, row.action)})
			var refused *workflow.Refused
			errors.As(err, &refused)
			got := refused != nil && slices.ContainsFunc(refused.Refusals,
				func(r workflow.Refusal) bool { return r.Rule == "separate_from" })
			if got != did {
				t.Errorf("%s.%s by who did %s (%t): %v", row.workflow, row.action, row.did, did, err)
			}
		}
	}
}

func examples(m *machine.Machine, f workflow.Facts, action string) map[string]any {
	for _, o := range m.Offers(f) {
		if o.Name == action {
			return o.Examples()
		}
	}
	return nil
}

func TestWhoPreparesAPaymentDoesNotReleaseIt(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("payment", 0)
	s := simulation(t, m)
	f := s.Facts("finance_checker")
	f.Parent = &workflow.ParentFacts{ID: f.Case.Parent, Ref: "GA-0", State: "funded", Stage: workflow.Funded, Version: 1}
	if _, err := m.Decide(context.Background(), f, workflow.Command{Action: "release"}); err != nil {
		t.Fatal("by another person:", err)
	}
	f.Case.Doers = map[string][]workflow.ID{"create": {f.Actor.ID}}
	_, err := m.Decide(context.Background(), f, workflow.Command{Action: "release"})
	var refused *workflow.Refused
	if !errors.As(err, &refused) || !slices.ContainsFunc(refused.Refusals,
		func(r workflow.Refusal) bool { return r.Rule == "separate_from" }) {
		t.Errorf("by who prepared it: %v", err)
	}
}
