package award

import (
	"strconv"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/text"
)

var label = workflow.Text{ZH: "分期拨付", EN: "Tranches"}

func sections(c *workflow.Case) []workflow.Section {
	tranches := Of(c).Tranches
	if len(tranches) == 0 {
		return nil
	}
	s := workflow.Section{Label: label, Columns: []workflow.Column{
		{Label: workflow.Text{ZH: "期次", EN: "Tranche"}, Number: true},
		{Label: workflow.Text{ZH: "金额", EN: "Amount"}, Number: true},
		{Label: workflow.Text{ZH: "情况", EN: "Status"}}}}
	for i := range tranches {
		t := &tranches[i]
		n := strconv.Itoa(t.N)
		s.Rows = append(s.Rows, []workflow.Cell{{Text: workflow.Text{ZH: n, EN: n}}, {Amount: &t.Amount}, t.status()})
	}
	return []workflow.Section{s}
}

func (t *Tranche) status() workflow.Cell {
	switch {
	case t.Paid != nil:
		return workflow.Cell{Text: workflow.Text{ZH: "已拨付", EN: "paid on"}, At: t.Paid}
	case t.UnderWay():
		return workflow.Cell{Text: workflow.Text{ZH: "正在拨付", EN: "on its way"}}
	case t.Reports > 0:
		return workflow.Cell{Text: text.Format("需要 %d 份通过的报告", "waits for %d accepted reports", t.Reports)}
	}
	return workflow.Cell{Text: workflow.Text{ZH: "待拨付", EN: "to be paid"}}
}

var columns = []define.Column{
	{Label: workflow.Text{ZH: "正在拨付的款项", EN: "Being paid"}, Cell: func(c *workflow.Case) workflow.Cell {
		return amountOf(Of(c).UnderWay())
	}},
	{Label: workflow.Text{ZH: "下一期款项", EN: "Next tranche"}, Cell: func(c *workflow.Case) workflow.Cell {
		return amountOf(Of(c).Due())
	}},
}

func amountOf(t *Tranche) workflow.Cell {
	if t == nil {
		return workflow.Cell{}
	}
	return workflow.Cell{Amount: &t.Amount}
}
