package catalog_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

const reviewed = "certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare " +
	"conflict=false\nreviewer3 declare conflict=false\nreviewer1 score points=9000\nreviewer2 score points=9000\n" +
	"reviewer3 score points=9000\ncosigner cosign answer=agree\n"

const awarded = reviewed + "officer propose\nwait 6wd\ndecider confirm\n"

func carried(t *testing.T, m *machine.Machine, script string) *vet.Simulation {
	t.Helper()
	s := simulation(t, m)
	if steps, ok := s.Run(script); !ok {
		t.Fatalf("%+v", steps[len(steps)-1])
	}
	return s
}

func TestSuspendingHoldsTheClocks(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := carried(t, m, awarded)
	first := s.Facts("officer").Case
	before := *first.Clock("signing")
	s = carried(t, m, awarded+"wait 3wd\ndecider suspend note=核查\nwait 30d")
	c := s.Facts("officer").Case
	if k := c.Clock("signing"); k == nil || !k.Held || !k.Paused || len(c.Alarms(true)) != 0 {
		t.Fatalf("suspended: %+v, alarms %v", k, c.Alarms(true))
	}
	if _, ok := s.Run("decider resume note=核查完毕\nexpect reviewed"); !ok {
		t.Fatal("it does not resume")
	}
	c = s.Facts("officer").Case
	k := c.Clock("signing")
	if k == nil || k.Held || k.Paused || k.Start != before.Start || k.Since != before.Since || !k.Due.After(before.Due) ||
		len(c.Alarms(true)) != 1 {
		t.Errorf("before %+v, after %+v", before, k)
	}
	// about thirty days were not counted
	if days := s.Facts("officer").Calendar.WorkingDaysBetween(before.Due, k.Due); days < 18 || days > 24 {
		t.Errorf("the deadline moved by %d working days", days)
	}
}

func TestAnAgreementInForceStaysSo(t *testing.T) {
	t.Parallel()
	s := carried(t, shipped(t).Machine("grant", 0),
		awarded+"certifier sign\nofficer sign\ndecider suspend note=核查\ndecider resume note=核查完毕\nexpect reviewed")
	c := s.Facts("officer").Case
	if k := c.Clock("signing"); k != nil {
		t.Errorf("the signing period runs again: %+v", k)
	}
}

func TestWhatIsTerminatedHasNoClocks(t *testing.T) {
	t.Parallel()
	s := carried(t, shipped(t).Machine("grant", 0),
		awarded+"decider suspend note=核查\ndecider terminate note=无法继续\nexpect terminated")
	if k := s.Facts("officer").Case.Clocks; len(k) != 0 {
		t.Errorf("%+v", k)
	}
}

func TestAReturnedApplicationIsReviewedAgain(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := carried(t, m,
		reviewed+
			"wait 3wd\nchecker return note=预算有改动\ncertifier resubmit\nwait 2wd\nchecker admit\nexpect screened\nofficer "+
			"propose\nexpect refused scores\nexpect refused cosigned")
	f := s.Facts("officer")
	for _, a := range f.Case.Assignments {
		if a.Scored || a.Points != 0 || !a.Declared {
			t.Errorf("%+v", a)
		}
	}
	if k := f.Case.Clock("cosign"); len(f.Case.Cosigns) != 1 || !f.Case.Cosigns[0].Open() || k == nil ||
		k.Due != f.Case.Cosigns[0].Due || f.Calendar.WorkingDaysBetween(k.Start, k.Due) != f.Round.Rules.CosignPeriod.N {
		t.Errorf("%+v %+v", f.Case.Cosigns, k)
	}
	if _, ok := s.Run(
		"reviewer1 score points=7000\nreviewer2 score points=7000\nreviewer3 score points=7000\ncosigner cosign " +
			"answer=comment\nofficer propose\nexpect proposed"); !ok {
		t.Error("it cannot be reviewed again")
	}
}

func TestNoObjectionAfterTheNotice(t *testing.T) {
	t.Parallel()
	carried(t, shipped(t).Machine("grant", 0),
		reviewed+"officer propose\nwait 6wd\nobjector object text=活动地点不符 name=李四\nexpect refused running\nexpect proposed")
}

func TestAnObjectionThatDoesNotExist(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := carried(t, m, reviewed+"officer propose\nobjector object text=活动地点不符 name=李四")
	said := map[string]any{"upheld": false, "reason": "经核实", "objection": json.Number("2")}
	_, err := m.Decide(context.Background(), s.Facts("decider"), workflow.Command{Action: "resolve", Fields: said})
	var invalid *workflow.Invalid
	if !errors.As(err, &invalid) || invalid.Fields[0].Field != "fields.objection" ||
		!invalid.Fields[0].Message.Complete() {
		t.Fatal(err)
	}
	said["objection"] = json.Number("1")
	d, err := m.Decide(context.Background(), s.Facts("decider"), workflow.Command{Action: "resolve", Fields: said})
	if err != nil || d.Objections[0].Resolved == nil {
		t.Error(err)
	}
}

func TestATerminatedGrantSettles(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	paid := awarded + "certifier sign\nofficer sign\nfinance_maker pay\nsystem tranche_paid tranche=1\n"
	s := carried(t, m,
		paid+"decider terminate note=无法继续\nfinance_checker settle returned_fen=300\nfinance_checker settle "+
			"returned_fen=300\nexpect refused once")
	if c := s.Facts("officer").Case; c.Returned != 300 || c.Data["settled"] != true {
		t.Errorf("returned %d, %v", c.Returned, c.Data)
	}
	carried(t, m,
		awarded+"certifier sign\nofficer sign\nfinance_maker pay\ndecider terminate note=无法继续\nfinance_checker settle "+
			"returned_fen=0\nexpect refused nothing_under_way\nexpect refused something_paid")
	done := paid +
		"preparer report kind=progress\nsystem report_accepted kind=progress\nfinance_maker pay\nsystem tranche_paid " +
		"tranche=2\npreparer report kind=final\nsystem report_accepted kind=final\nevaluator evaluate grade=good\n" +
		"finance_checker settle returned_fen=100\nofficer close\n"
	s = carried(t, m,
		done+"decider reopen note=审计 audit_request=审1号\nofficer close\nexpect refused settled\nexpect refused evaluated\n"+
			"finance_checker settle returned_fen=50\nevaluator evaluate grade=pass\nofficer close\nexpect reported")
	if c := s.Facts("officer").Case; c.Returned != 150 {
		t.Errorf("returned %d", c.Returned)
	}
}

func TestOthersLearnNothingByTrying(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := carried(t, m, "certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer1 score points=100")
	for _, who := range []string{"certifier", "reviewer2", "cosigner", "checker"} {
		_, err := m.Decide(context.Background(), s.Facts(who), workflow.Command{Action: "propose"})
		var refused *workflow.Refused
		if !errors.As(err, &refused) || len(refused.Refusals) != 1 || refused.Refusals[0].Rule != "role" {
			t.Errorf("%s: %v", who, err)
		}
	}
}
