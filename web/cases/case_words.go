package cases

import (
	"context"
	"fmt"
	"net/url"
	"slices"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/text"
)

// step of the picture of the four stages.
type step struct {
	Label text.Text
	Class string // past, now, ahead, over
}

// stepsOf is how far a case has come; one that ended on the way, in a state that has no stage of its own, shows where.
func stepsOf(c *workflow.Case, d *define.Definition) []step {
	ended := c.Outcome != "" && slices.ContainsFunc(d.States, func(s define.StateDef) bool {
		return s.Name == c.State &&
			s.Stage == "keep"
	})
	at := slices.Index(workflow.Stages, c.Stage)
	var out []step
	for i, s := range workflow.Stages {
		x := step{s.Label(), "ahead"}
		switch {
		case i < at:
			x.Class = "past"
		case i == at && ended:
			x.Class = "over"
		case i == at:
			x.Class = "now"
		}
		out = append(out, x)
	}
	return out
}

// childLabel is where a payment or a report stands, in its own definition's words: a payment that is made is paid,
// whatever stage its grant is in. Who is not of the staff reads the public words; a state that is not everybody's to
// see is its stage.
func (s *CasePages) childLabel(c workflow.Child, staff bool) text.Text {
	if c.Stage == "" {
		return text.Text{}
	}
	if m := s.Desk.Machines.Machine(c.Workflow, 0); m != nil {
		d := m.Definition()
		i := slices.IndexFunc(d.States, func(x define.StateDef) bool { return x.Name == c.State })
		switch {
		case i < 0:
		case !staff && d.States[i].Public != text.Text{}:
			return d.States[i].Public
		case staff || d.States[i].Shown == "":
			return d.States[i].Label
		}
	}
	return c.Stage.Label()
}

func trancheState(ctx context.Context, t workflow.Tranche) string {
	switch {
	case t.Paid != nil:
		return ui.Say(ctx, "已拨付 ", "paid ") + ui.Moment(ctx, *t.Paid)
	case t.Payment != "":
		return ui.Say(ctx, "正在拨付", "on its way")
	case t.Reports > 0:
		return ui.Say(ctx, fmt.Sprintf("需要 %d 份通过的报告", t.Reports), fmt.Sprintf("waits for %d accepted reports", t.Reports))
	}
	return ui.Say(ctx, "待拨付", "to be paid")
}

func reviewed(ctx context.Context, a workflow.Assignment) string {
	name := a.Name
	if name == "" {
		name = ui.Say(ctx, "一位评审专家", "a reviewer")
	}
	state := ui.Say(ctx, "尚未作回避声明", "has not declared interests yet")
	switch {
	case a.Conflict:
		state = ui.Say(ctx, "已回避", "withdrew: a conflict of interest")
	case a.Scored:
		state = ui.Say(ctx, fmt.Sprintf("%.2f 分", float64(a.Points)/100), fmt.Sprintf("%.2f points", float64(a.Points)/100))
		if a.Comment != "" {
			state += ui.Say(ctx, "，", ", ") + a.Comment
		}
	case a.Declared:
		state = ui.Say(ctx, "评审中", "reviewing")
	}
	return name + ui.Say(ctx, "：", ": ") + state
}

var cosignAnswers = map[string]text.Text{
	"":        {ZH: "等待答复", EN: "waiting for the answer"},
	"agree":   {ZH: "同意", EN: "agrees"},
	"comment": {ZH: "有建议", EN: "has a comment"},
	"object":  {ZH: "不同意", EN: "objects"},
	"lapsed":  {ZH: "逾期未答复，视为无异议", EN: "did not answer in time: taken as no objection"},
}

func cosigned(ctx context.Context, c workflow.Cosign) string {
	if c.Void {
		return ui.Say(ctx, "案件已经结束，不再征求意见", "not asked any more: the case has ended")
	}
	s := ui.Words(ctx, cosignAnswers[c.Answer])
	if c.Open() {
		s += ui.Say(ctx, "，截止 ", ", until ") + ui.Day(ctx, c.Due)
	}
	return s
}

// objected says how an objection stands, to those who handle it.
func objected(ctx context.Context, o *workflow.Objection) string {
	by := ""
	if o.Due != nil {
		by = ui.Say(ctx, "，答复期限 ", ", to be answered by ") + ui.Day(ctx, *o.Due)
	}
	switch {
	case o.Resolved != nil && o.Upheld:
		return ui.Say(ctx, "成立", "upheld")
	case o.Resolved != nil:
		return ui.Say(ctx, "不成立", "not upheld")
	case o.Unconfirmed:
		return ui.Say(ctx, fmt.Sprintf("待核实：当天异议超过 %d 件，核实计入前不影响立项", workflow.ObjectionsADay),
			fmt.Sprintf("unconfirmed: more than %d came that day; it holds nothing up until it is counted",
				workflow.ObjectionsADay))
	case !o.Counts:
		return ui.Say(ctx, "匿名异议，供参考", "anonymous: for information") + by
	}
	return ui.Say(ctx, "待答复，答复前不能立项", "to be answered; it holds up the award") + by
}

// Followed says how an objection stands, to who made it.
func Followed(ctx context.Context, o *workflow.Followed) string {
	switch {
	case o.Resolved != nil && o.Upheld:
		return ui.Say(ctx, "异议成立，取消拟立项资格（", "upheld: the intended award is cancelled (") + ui.Day(ctx,
			calendar.DateOf(*o.Resolved)) + ui.Say(ctx, "）", ")")
	case o.Resolved != nil:
		return ui.Say(ctx, "异议不成立，按程序继续办理（", "not upheld: the procedure goes on (") + ui.Day(ctx,
			calendar.DateOf(*o.Resolved)) +
			ui.Say(ctx, "）", ")")
	case o.Over:
		return ui.Say(ctx, "该项目已经办结或不再拟立项，异议不再单独答复",
			"the application has come to an end; the objection is not answered separately")
	case o.Unconfirmed:
		return ui.Say(ctx, "已收到，待核实。当天收到的异议较多，核实您的联系方式或由工作人员计入后进入答复程序",
			"received, to be confirmed: many came that day, and it is answered once your contact is confirmed or an officer "+
				"counts it")
	case o.Due != nil:
		return ui.Say(ctx, "正在核查，最迟 ", "being looked into; answered by ") + ui.Day(ctx, *o.Due) + ui.Say(ctx, " 书面答复",
			", in writing")
	}
	return ui.Say(ctx, "正在核查", "being looked into")
}

// size of a file, as people read it.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, n>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// Following is the address of the next page of a list.
func Following(q url.Values, cursor string) string {
	next := url.Values{}
	for k, v := range q {
		next[k] = v
	}
	next.Set("cursor", cursor)
	return next.Encode()
}

// Chosen is the address of the same list with boxes to tick.
func Chosen(q url.Values) string {
	next := url.Values{}
	for k, v := range q {
		next[k] = v
	}
	next.Set("choose", "1")
	return next.Encode()
}

func SomeNext(items []ui.Row) bool {
	return slices.ContainsFunc(items, func(r ui.Row) bool { return len(r.Next) > 0 })
}
