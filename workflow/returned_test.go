package workflow_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
)

func TestUntilWhenADraftIsTaken(t *testing.T) {
	t.Parallel()
	s := play(t, shipped(t).Machine("grant", 0), "")
	at := func(who string, change func(*workflow.Facts)) *workflow.Closing {
		f := s.Facts(who)
		round := *f.Round
		closes := f.Now.Truncate(time.Second)
		round.State, round.Closes = "open", &closes
		f.Round = &round
		change(&f)
		return desk.Show(shipped(t).Machine("grant", 0), workflow.Loaded{Facts: f}).Closing
	}
	for _, row := range []struct {
		name, who   string
		change      func(*workflow.Facts)
		shown, over bool
	}{
		{"the second of the closing", "preparer", func(*workflow.Facts) {}, true, false},
		{"the second after it", "preparer", func(f *workflow.Facts) { f.Now = f.Now.Add(time.Second) }, true, true},
		{"for the head as well", "certifier", func(f *workflow.Facts) { f.Now = f.Now.Add(time.Second) }, true, true},
		{"a round that closed earlier", "preparer", func(f *workflow.Facts) { f.Round.State = "closed" }, true, true},
		{"a case that was returned has its own last day", "preparer", func(f *workflow.Facts) { f.Case.State = "returned" },
			false, false},
		{"nothing is written any more", "preparer", func(f *workflow.Facts) { f.Case.State = "applied" }, false, false},
		{"somebody who does not write it", "officer", func(f *workflow.Facts) { f.Case.State = "returned" }, false, false},
	} {
		c := at(row.who, row.change)
		if (c != nil) != row.shown || c != nil && (c.Over != row.over || c.At == nil) {
			t.Errorf("%s: %+v", row.name, c)
		}
	}
}

func TestDutiesOfWriters(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("grant", 0)
	d, err := m.Decide(context.Background(), play(t, m, "certifier submit").Facts("checker"),
		workflow.Command{Action: "return", Note: "请更正日期"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, x := range d.Duties {
		got = append(got, x.Key)
	}
	slices.Sort(got)
	if want := []string{"resubmit/certifier", "save/helper", "save/preparer"}; !slices.Equal(got, want) {
		t.Errorf("a returned case waits for %v, want %v", got, want)
	}
}
