package catalog_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
)

const lowScores = "certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare " +
	"conflict=false\nreviewer3 declare conflict=false\nreviewer1 score points=3000\nreviewer2 score points=3000\n" +
	"reviewer3 score points=3000\ncosigner cosign answer=agree\n"

func TestTheDeciderDecides(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	for _, row := range []struct{ name, script string }{
		{"a refusal needs the reviews", "certifier submit\nchecker admit\nofficer propose_refusal\nexpect refused any_of"},
		{"the base proposes a refusal and the bureau declines",
			lowScores +
				"officer propose_refusal\nexpect refusal_proposed\nofficer decline\nexpect refused role\ndecider decline\n" +
				"expect declined"},
		{"the base cannot decline a proposed award",
			reviewed + "officer propose\nofficer decline\nexpect refused role\ndecider decline\nexpect declined"},
		{"the bureau sends a refusal back, and an award is proposed on the same reviews",
			reviewed +
				"officer propose_refusal\ndecider send_back\nexpect screened\nofficer propose\nexpect proposed\nwait 6wd\n" +
				"decider confirm\nexpect reviewed"},
		{"the base does not send back", reviewed + "officer propose\nofficer send_back\nexpect refused role"},
	} {
		s := simulation(t, m)
		if steps, ok := s.Run(row.script); !ok {
			t.Errorf("%s: %+v", row.name, steps[len(steps)-1])
		}
	}
}

func TestSendingBackVoidsTheNoticeAlone(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := carried(t, m, reviewed+"officer propose\n")
	f := s.Facts("decider")
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "send_back", Note: "金额请再核"})
	if err != nil {
		t.Fatal(err)
	}
	voided := slices.ContainsFunc(d.Voids, func(v workflow.Voiding) bool { return v.Kind == "notice" })
	if d.Case.State != "screened" || d.Case.Clock("notice") != nil || !voided {
		t.Errorf("sent back: %s, notice clock %v, voids %v", d.Case.State, d.Case.Clock("notice"), d.Voids)
	}
	scored := 0
	for _, a := range d.Case.Assignments {
		if a.Scored {
			scored++
		}
	}
	if scored != 3 || len(d.Case.Cosigns) != 1 || d.Case.Cosigns[0].Open() {
		t.Errorf("sent back: %d scores, co-signatures %+v", scored, d.Case.Cosigns)
	}
}

func TestAnOrganizationOnAListIsRefusedWithoutReviews(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	f := carried(t, m, "certifier submit\nchecker admit\n").Facts("officer")
	o := *f.Organization
	o.Standing = "abnormal"
	f.Organization = &o
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "propose_refusal", Note: "列入活动异常名录"})
	if err != nil || d.Case.State != "refusal_proposed" || d.Asserts.Organization == 0 {
		t.Errorf("refused on a list: %s, organization asserted as %d, %v", d.Case.State, d.Asserts.Organization, err)
	}
}

func TestAGradeIsGivenOnce(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	f := carried(t, m, awarded).Facts("evaluator")
	f.Case.State, f.Case.Counts = "funded", map[string]int{"accepted": 1, "accepted_final": 1}
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "evaluate",
		Fields: map[string]any{"grade": "fail"}})
	if err != nil {
		t.Fatal(err)
	}
	f.Case = d.Case
	_, err = m.Decide(context.Background(), f, workflow.Command{Action: "evaluate",
		Fields: map[string]any{"grade": "excellent"}})
	var refused *workflow.Refused
	if !errors.As(err, &refused) || refused.Refusals[0].Rule != "once" {
		t.Errorf("a second grade: %v", err)
	}
}

func TestSilenceHandsNothingOver(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("incubation", 0)
	const leaving = "certifier submit\nchecker admit\nofficer diagnose\ndecider agree\ncertifier sign\nofficer sign\n" +
		"officer enter\ndecider expel\nexpect leaving\n"
	s := carried(t, m, leaving+"wait 30wd\nexpect leaving\n")
	f := s.Facts("officer")
	if k := f.Case.Clock("handover"); k == nil || k.Action != "" || len(f.Case.Alarms(true)) > 0 {
		t.Errorf("the hand-over's clock: %+v, alarms %v", k, f.Case.Alarms(true))
	}
	open, err := m.Decide(context.Background(),
		carried(t, m, strings.TrimSuffix(leaving, "decider expel\nexpect leaving\n")).Facts("decider"),
		workflow.Command{Action: "expel", Note: "长期不用"})
	if err != nil || !slices.ContainsFunc(open.Duties, func(d workflow.Duty) bool {
		return d.Action == "hand_over" &&
			d.Role == workflow.RoleOfficer
	}) {
		t.Errorf("who is waited for: %+v, %v", open.Duties, err)
	}
	if _, err := m.Decide(context.Background(), s.Facts("system"), workflow.Command{Action: "hand_over"}); err == nil {
		t.Error("the system recorded a hand-over")
	}
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "hand_over"})
	if err != nil || d.Case.Outcome != "expelled" {
		t.Errorf("by the officer: %s, %v", d.Case.Outcome, err)
	}
}

func TestAnEndedCaseHasNoOpenTask(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	for _, row := range []struct{ name, before, by, act string }{
		{"withdrawn while an agency is asked", "certifier submit\nchecker admit\n", "certifier", "withdraw"},
		{"declined after a proposal", reviewed + "officer propose\n", "decider", "decline"},
	} {
		s := carried(t, m, row.before)
		f := s.Facts(row.by)
		if len(f.Case.Cosigns) == 0 {
			t.Fatalf("%s: no agency was asked", row.name)
		}
		d, err := m.Decide(context.Background(), f, workflow.Command{Action: row.act, Note: "不再办理"})
		if err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		open := slices.ContainsFunc(d.Case.Cosigns, workflow.Cosign.Open)
		if d.Case.Outcome == "" || open || len(d.Duties) > 0 || len(d.Case.Clocks) > 0 {
			t.Errorf("%s: outcome %q, co-signatures %+v, duties %+v, clocks %+v", row.name, d.Case.Outcome, d.Case.Cosigns,
				d.Duties, d.Case.Clocks)
		}
	}
}
