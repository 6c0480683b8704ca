package workflow_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/vet"
)

// A report above the sum paid plus the own contribution needs a reason; above ten times as much it is refused.
func TestAReportOfMoreThanWasPaid(t *testing.T) {
	t.Parallel()
	m := shipped(t).Machine("report", 0)
	const reason = "物价上涨，由本单位另行筹款支付"
	for _, row := range []struct {
		name             string
		paid, own, spent int64
		reason           string
		field            string // that is refused
		words            []string
		told             bool // the checker
	}{
		{"what was paid and contributed", 1_500_000, 200_000, 1_700_000, "", "", nil, false},
		{"a fen more, without a reason", 1_500_000, 200_000, 1_700_001, "", "overspent",
			[]string{"17,000.01 元", "已拨款加自筹（17,000.00 元）", "请说明原因"}, false},
		{"a fen more, with a reason", 1_500_000, 200_000, 1_700_001, reason, "", nil, true},
		{"ten times as much, with a reason", 1_500_000, 200_000, 17_000_000, reason, "", nil, true},
		{"more than ten times, reason or not", 1_500_000, 200_000, 17_000_001, reason, "spent_fen", []string{"10 倍", "请核对金额"},
			false},
		{"999,999 on 15,000", 1_500_000, 0, 99_999_900, reason, "spent_fen", []string{"999,999.00 元", "15,000.00 元"}, false},
		{"no own contribution was named", 1_500_000, 0, 1_500_001, "", "overspent", []string{"15,000.00 元"}, false},
		{"nothing was paid and nothing contributed", 0, 0, 100, "", "overspent", []string{"0.00 元"}, false},
	} {
		s, err := vet.NewSimulation(m, monday, nil)
		if err != nil {
			t.Fatal(err)
		}
		f := s.Facts("certifier")
		parent := *f.Parent
		parent.Paid = money.Fen(row.paid)
		f.Parent, f.Case.Data = &parent, map[string]any{"kind": "final", "own_contribution_fen": float64(row.own)}
		answers := map[string]any{"done": "按计划开课四十次", "spent_fen": json.Number(fmt.Sprint(row.spent)),
			"persons": json.Number("25")}
		if row.reason != "" {
			answers["overspent"] = row.reason
		}
		view := desk.Show(m, workflow.Loaded{Facts: f})
		_, shown := define.CheckAnswers(view.Schema, view.Bounds, answers)
		d, err := m.Decide(context.Background(), f, workflow.Command{Action: "submit", Fields: fields{"answers": answers}})
		if row.field == "" {
			if err != nil || len(shown) > 0 {
				t.Errorf("%s: %v, the page %v", row.name, err, shown)
				continue
			}
			f.Case, f.Answers, f.Actor = d.Case, d.Answers, s.Facts("officer").Actor
			warned := desk.Show(m, workflow.Loaded{Facts: f}).Warnings
			if told := len(warned) == 1 && strings.Contains(warned[0].Message.ZH, reason) &&
				strings.Contains(warned[0].Message.EN, reason); told != row.told {
				t.Errorf("%s: the checker is told %v", row.name, warned)
			}
			continue
		}
		var invalid *workflow.Invalid
		if !errors.As(err, &invalid) || len(invalid.Fields) != 1 || invalid.Fields[0].Field != "fields.answers."+row.field ||
			len(shown) != 1 || shown[0].Field != row.field ||
			shown[0].Message != invalid.Fields[0].Message {
			t.Errorf("%s: %v, the page %v", row.name, err, shown)
			continue
		}
		for _, w := range row.words {
			if !strings.Contains(shown[0].Message.ZH, w) {
				t.Errorf("%s: %q does not say %q", row.name, shown[0].Message.ZH, w)
			}
		}
		if shown[0].Message.EN == "" || strings.Contains(shown[0].Message.EN, "fen") {
			t.Errorf("%s: %q", row.name, shown[0].Message.EN)
		}
	}
}

func TestALimitIsChecked(t *testing.T) {
	t.Parallel()
	whole := shipped(t).Machine("report", 0).Definition()
	for name, change := range map[string][2]string{
		"an unknown reference":       {"$parent.paid_fen", "$parent.luck"},
		"a fact without a name":      {"$fact.own_contribution_fen", "$fact."},
		"a reason that nobody gives": {`"reason": "overspent"`, `"reason": "nothing"`},
		"once as much":               {`"times": 10`, `"times": 1`},
		"words in one language":      {`"en": "what was paid and the own contribution"`, `"en": ""`},
	} {
		d := whole
		d.Form = strings.Replace(d.Form, change[0], change[1], 1)
		if _, err := machine.Compile(d); d.Form == whole.Form || err == nil || !strings.Contains(err.Error(),
			"spent_fen: x-limit") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
