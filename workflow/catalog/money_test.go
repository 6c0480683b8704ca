package catalog_test

import (
	"context"
	"strconv"
	"testing"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/part/award"
)

// TestTerminatingSparesWhatIsUnderWay: the bank may be paying a tranche with an open payment, so its money stays
// committed; the rest returns to the envelope.
func TestTerminatingSparesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	s.Run("certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=false\n" +
		"reviewer3 declare conflict=false\nreviewer1 score points=9000\nreviewer2 score points=9000\nreviewer3 score " +
		"points=9000\ncosigner cosign answer=agree\nofficer propose amount_fen=1000000\nwait 6wd\ndecider confirm\n" +
		"certifier sign\nofficer sign\nfinance_maker pay")
	f := s.Facts("decider")
	if f.Case.State != "reviewed" || f.Case.Committed != 1_000_000 || award.Of(&f.Case).Tranches[0].Amount != 600_000 {
		t.Fatalf("%s %d %v", f.Case.State, f.Case.Committed, award.Of(&f.Case).Tranches)
	}
	d, err := m.Decide(context.Background(), f, workflow.Command{Action: "terminate", Note: "项目无法继续"})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Postings) != 1 || d.Postings[0].Amount != 400_000 || d.Case.Committed != 600_000 ||
		d.Envelope.Committed != -400_000 {
		t.Errorf("postings %+v, committed %d", d.Postings, d.Case.Committed)
	}
	s.Run("decider terminate note=项目无法继续")
	for action, want := range map[string]struct{ committed, paid workflow.ID }{"tranche_paid": {"600000", "600000"},
		"tranche_cancelled": {"0", "0"}} {
		next := s.Clone()
		if err := next.Act("system", action, map[string]string{"tranche": "1"}); err != nil {
			t.Fatal(err)
		}
		c := next.Facts("system").Case
		if got := [2]string{itoa(c.Committed), itoa(c.Paid)}; got != [2]string{want.committed, want.paid} {
			t.Errorf("after %s: committed and paid %v, want %v", action, got, want)
		}
	}
}

func itoa(f money.Fen) string { return strconv.FormatInt(int64(f), 10) }

func TestFirstPaymentWhileSuspended(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	s := simulation(t, m)
	steps, ok := s.Run(
		"certifier submit\nchecker admit\nreviewer1 declare conflict=false\nreviewer2 declare conflict=false\nreviewer3 " +
			"declare conflict=false\nreviewer1 score points=9000\nreviewer2 score points=9000\nreviewer3 score points=9000\n" +
			"cosigner cosign answer=agree\nofficer propose\nwait 6wd\ndecider confirm\ncertifier sign\nofficer sign\n" +
			"finance_maker pay\ndecider suspend note=核查\nsystem tranche_paid tranche=1\nexpect suspended\ndecider resume " +
			"note=核查完毕\nexpect funded")
	if !ok {
		t.Error(steps[len(steps)-1])
	}
	if c := s.Facts("officer").Case; c.Stage != workflow.Funded {
		t.Errorf("stage %q", c.Stage)
	}
}
