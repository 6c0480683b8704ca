package paper

import (
	"fmt"
	"strings"

	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Decision holds a round's applications as they stood when it was read.
type Decision struct {
	Cases     []Decided `json:"cases,omitempty"`
	Reviewers int       `json:"reviewers"`          // how many people reviewed
	Conflicts int       `json:"conflicts"`          // declarations of a conflict of interest
	Officers  []string  `json:"officers,omitempty"` // names of those who proposed
	Deciders  []string  `json:"deciders,omitempty"` // names of those who confirmed
}

type Decided struct {
	Ref          string    `json:"ref"`
	Organization string    `json:"organization"`
	Title        string    `json:"title"`
	Requested    money.Fen `json:"requested_fen"`
	Amount       money.Fen `json:"amount_fen"`
	Standing     string    `json:"standing"` // one of Stands...
	Label        string    `json:"label"`    // its state, in Chinese
}

const (
	StandsAwarded  = "awarded"
	StandsProposed = "proposed"
	StandsRefused  = "refused"
	StandsEnded    = "ended" // by the applicant or by time
	StandsPending  = "pending"
)

// standings are in the order of minutes.
var standings = []struct{ name, zh string }{
	{StandsAwarded, "批准立项"}, {StandsProposed, "拟立项（公示中）"}, {StandsRefused, "不予立项或者不予受理"},
	{StandsEnded, "撤回或者失效"}, {StandsPending, "尚未作出决定"},
}

func (d *Document) minutes(f *Facts) {
	x := f.Decided
	if x == nil {
		x = &Decision{}
	}
	d.Title, d.Note = f.Round.ZH+"立项评审决定纪要", ""
	d.say("截至%s，%s（批次号：%s）共收到申报%d件，评审和决定情况纪要如下。", Day(f.Day), f.Round.ZH, f.Ref, len(x.Cases))
	d.head("一、评审和回避")
	d.say("参加评审的专家%d人；声明有利害关系而回避%d人次。", x.Reviewers, x.Conflicts)
	d.head("二、决定事项")
	n := 0
	for _, s := range standings {
		n += d.decided(s.name, s.zh, x.Cases, n+1)
	}
	if n == 0 {
		d.say("没有申报。")
	}
	d.head("三、决定人")
	d.say("提出立项建议：%s。", people(x.Officers))
	d.say("批准立项：%s。", people(x.Deciders))
	d.Summary = text.Format("%[3]s 的决定纪要：%[1]d 件申报，回避 %[2]d 人次",
		"Minutes of the decision of the round: %[1]d applications, %[2]d declared conflicts of interest.", len(x.Cases),
		x.Conflicts, f.Round.ZH)
}

func people(names []string) string {
	if len(names) == 0 {
		return "（尚无）"
	}
	return strings.Join(names, "、")
}

// decided returns 1 if any case has the standing.
func (d *Document) decided(standing, zh string, all []Decided, n int) int {
	var lines []string
	var sum money.Fen
	for _, c := range all {
		if c.Standing != standing {
			continue
		}
		line := fmt.Sprintf("%d．%s“%s”（%s）", len(lines)+1, c.Organization, c.Title, c.Ref)
		if c.Amount > 0 && (standing == StandsAwarded || standing == StandsProposed) {
			sum += c.Amount
			line += "，人民币" + c.Amount.Yuan() + "元"
		} else if standing != StandsAwarded {
			line += "，" + c.Label
		}
		lines = append(lines, line+"。")
	}
	if len(lines) == 0 {
		return 0
	}
	head := fmt.Sprintf("（%s）%s%d件", ordinals[n%len(ordinals)], zh, len(lines))
	if sum > 0 {
		head += "，共计" + Amount(sum)
	}
	d.head("%s", head)
	for _, l := range lines {
		d.say("%s", l)
	}
	return 1
}

var ordinals = []string{"零", "一", "二", "三", "四", "五", "六"}
