package award_test

import (
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/export"
	"incubase/workflow/money"
	"incubase/workflow/paper"
	"incubase/workflow/part/award"
)

// The page, the exports and the papers of a case know of its tranches by the hooks of the part alone.
func TestTranchesAreShownByHooks(t *testing.T) {
	t.Parallel()
	paid := time.Date(2026, 3, 2, 1, 0, 0, 0, calendar.Zone())
	for name, x := range map[string]struct {
		tranches []award.Tranche
		status   []string
		pays     any // the export's two cells
		next     any
	}{
		"no award": {nil, nil, "", ""},
		"one paid, one waits for a report": {[]award.Tranche{{N: 1, Amount: 600, Payment: "p", Paid: &paid},
			{N: 2, Amount: 400, Reports: 1}}, []string{"paid on", "waits for 1 accepted reports"}, "",
			export.Amount{Value: 400}},
		"one under way, one to come": {[]award.Tranche{{N: 1, Amount: 600, Payment: "p"}, {N: 2, Amount: 400}},
			[]string{"on its way", "to be paid"}, export.Amount{Value: 600}, export.Amount{Value: 400}},
	} {
		c := workflow.Case{Parts: workflow.Parts{"award": &award.Award{Tranches: x.tranches}}}
		sections := define.SectionsOf(&c)
		if len(sections) != min(1, len(x.tranches)) {
			t.Errorf("%s: %d tables", name, len(sections))
			continue
		}
		for i, status := range x.status {
			row := sections[0].Rows[i]
			if row[0].Text.EN != string(rune('1'+i)) || *row[1].Amount != x.tranches[i].Amount || row[2].Text.EN != status ||
				!row[2].Text.Complete() || row[2].At != x.tranches[i].Paid || len(row) != len(sections[0].Columns) {
				t.Errorf("%s: row %d is %+v", name, i, row)
			}
		}
		if got := exported(&c, "Being paid"); got != x.pays {
			t.Errorf("%s: being paid: %v", name, got)
		}
		if got := exported(&c, "Next tranche"); got != x.next {
			t.Errorf("%s: next: %v", name, got)
		}
		all := len(x.tranches)
		for kind, n := range map[string]int{paper.Award: all, paper.Agreement: all, paper.Refusal: 0} {
			var facts paper.Facts
			if define.FillPaper(&c, kind, &facts); len(facts.Tranches) != n {
				t.Errorf("%s: a paper %s names %d tranches", name, kind, len(facts.Tranches))
			}
		}
	}
}

func exported(c *workflow.Case, column string) any {
	for i, head := range export.Cases.Heads() {
		if head.EN == column {
			return export.Cases.Cells(&export.Case{View: &workflow.View{Case: *c}}, "en")[i]
		}
	}
	return nil
}

// A decision changes its own copy.
func TestACopyIsItsOwn(t *testing.T) {
	t.Parallel()
	was := []award.Tranche{{N: 1, Amount: 600}}
	c := workflow.Case{Parts: workflow.Parts{"award": &award.Award{Tranches: was}}}
	changed := c.Clone()
	changed.OwnPart("award").(*award.Award).Due().Payment = "p"
	if award.Of(&c).UnderWay() != nil || award.Of(&changed).UnderWay() == nil ||
		!slices.Equal(was, []award.Tranche{{N: 1, Amount: money.Fen(600)}}) {
		t.Errorf("%+v became %+v", award.Of(&c), award.Of(&changed))
	}
	var none workflow.Case
	if award.Of(&none).Due() != nil || none.Parts != nil {
		t.Errorf("reading kept a part: %+v", none.Parts)
	}
}
