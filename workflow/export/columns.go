package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/topic"
)

type column[T any] struct {
	head text.Text
	cell func(*T, string) any // in the language of the second argument
}

type list[T any] struct {
	Title   text.Text
	columns []column[T]
	more    func() []column[T] // those of parts, which are registered after this package is initialized; nil for none
}

func (l *list[T]) all() []column[T] {
	if l.more == nil {
		return l.columns
	}
	return slices.Concat(l.columns, l.more())
}

func (l *list[T]) Heads() []text.Text {
	var out []text.Text
	for _, c := range l.all() {
		out = append(out, c.head)
	}
	return out
}

func (l *list[T]) Cells(x *T, lang string) []any {
	var out []any
	for _, c := range l.all() {
		out = append(out, c.cell(x, lang))
	}
	return out
}

func col[T any](zh, en string, cell func(*T, string) any) column[T] {
	return column[T]{text.Text{ZH: zh, EN: en}, cell}
}

// Case is a case as its reader may see it, with the versions of its round's rules and form.
type Case struct {
	*workflow.View
	Rules, Form int // versions of the round's rules and form; 0 without a round
	MinReviews  int
	PassPoints  int
	Scale       []workflow.Criterion // what reviewers score by; none: one number for the whole
	// the reader is staff: the round's criteria and gates stand beside the scores
	Criteria bool
}

func CaseOf(l *workflow.Loaded, v *workflow.View) Case {
	c := Case{View: v, Criteria: v.Scores != nil}
	if r := l.Facts.Round; r != nil {
		c.Rules, c.Form, c.MinReviews, c.PassPoints = r.Version, r.FormNumber, r.Rules.MinReviews, r.Rules.PassPoints
		c.Scale = r.Rules.Criteria
	}
	return c
}

// reviewers is how many reviewers have columns of their own; the column of all reviews has all.
const reviewers = 5

// Cases is the list of cases, with all that its reader may know of each.
var Cases = list[Case]{Title: text.Text{ZH: "案件", EN: "Cases"}, more: partColumns, columns: append([]column[Case]{
	col("编号", "Reference", func(c *Case, _ string) any { return c.Case.Ref }),
	col("流程", "Workflow", func(c *Case, l string) any { return c.Title.In(l) }),
	col("流程版本", "Version of the workflow", func(c *Case, _ string) any { return c.Case.DefinitionVersion }),
	col("阶段", "Stage", func(c *Case, l string) any { return c.StageLabel.In(l) }),
	col("状态", "State", func(c *Case, l string) any { return c.StateLabel.In(l) }),
	col("结果", "Outcome", func(c *Case, _ string) any { return c.Case.Outcome }),
	col("标题", "Title", func(c *Case, _ string) any { return c.Case.Title }),
	col("组织", "Organization", func(c *Case, _ string) any { return c.Names.Organization }),
	col("批次", "Round", func(c *Case, l string) any { return c.Names.Round.In(l) }),
	col("批次规则版本", "Version of the round's rules", func(c *Case, _ string) any { return some(c.Rules) }),
	col("申报表版本", "Version of the form", func(c *Case, _ string) any { return some(c.Form) }),
	col("赛道", "Track", func(c *Case, _ string) any { return c.Case.Track }),
	col("地区代码", "Region code", func(c *Case, _ string) any { return string(c.Case.Region) }),
	col("地区", "Region", func(c *Case, _ string) any { return c.Names.Region }),
	col("主管单位", "Responsible agency", func(c *Case, l string) any { return c.Names.Agency.In(l) }),
	col("领域与人群", "Fields and beneficiaries", func(c *Case, l string) any { return topics(c.Case.Topics, l) }),
	col("币种", "Currency", func(c *Case, _ string) any { return Amount{Currency: c.Case.Currency}.currency() }),
	col("申请金额", "Requested", func(c *Case, _ string) any { return Amount{c.Case.Requested, c.Case.Currency} }),
	col("资助金额", "Awarded", func(c *Case, _ string) any { return Amount{c.Case.Awarded, c.Case.Currency} }),
	col("已立项金额", "Committed", func(c *Case, _ string) any { return Amount{c.Case.Committed, c.Case.Currency} }),
	col("已拨付", "Paid", func(c *Case, _ string) any { return Amount{c.Case.Paid, c.Case.Currency} }),
	col("已退回", "Returned", func(c *Case, _ string) any { return Amount{c.Case.Returned, c.Case.Currency} }),
	col("办理期限", "Due on", func(c *Case, _ string) any { return c.Case.Due }),
	col("建立时间", "Opened", func(c *Case, _ string) any { return c.Case.Born }),
	col("更新时间", "Updated", func(c *Case, _ string) any { return c.Case.Updated }),
	col("办结时间", "Closed", func(c *Case, _ string) any { return moment(c.Case.Closed) }),
	col("导入的历史记录", "Imported", func(c *Case, _ string) any { return c.Case.Imported }),
	col("最少评审数", "Reviews needed", func(c *Case, _ string) any { return c.criterion(some(c.MinReviews)) }),
	col("合格分", "Pass mark", func(c *Case, _ string) any { return c.criterion(Points(c.PassPoints)) }),
	col("评分标准", "Scored by", func(c *Case, l string) any { return c.criterion(scale(c.Scale, l)) }),
	col("条件（推进所需）", "Criteria for moving on", func(c *Case, l string) any { return c.gates(l) }),
	col("已评审数", "Reviews in",
		func(c *Case, _ string) any { return c.score(func(s *workflow.ScoreFacts) any { return s.Count }) }),
	col("平均分", "Mean score", func(c *Case, _ string) any { return c.score(mean) }),
	col("全部评审", "All reviews", func(c *Case, l string) any { return c.reviews(l) }),
	col("会签", "Co-signatures", func(c *Case, l string) any { return c.cosigns(l) }),
	col("异议", "Objections", func(c *Case, l string) any { return c.objections(l) }),
}, reviewColumns()...)}

func partColumns() (out []column[Case]) {
	for _, p := range define.PartList() {
		for _, part := range p.Columns {
			out = append(out, col(part.Label.ZH, part.Label.EN, func(c *Case, lang string) any {
				switch cell := part.Cell(&c.Case); {
				case cell.Amount != nil:
					return Amount{Value: *cell.Amount}
				case cell.At != nil:
					return moment(cell.At)
				default:
					return cell.Text.In(lang)
				}
			}))
		}
	}
	return out
}

func reviewColumns() (out []column[Case]) {
	for i := range reviewers {
		at := func(c *Case) *workflow.Assignment {
			if i < len(c.Case.Assignments) {
				return &c.Case.Assignments[i]
			}
			return nil
		}
		out = append(out,
			col(fmt.Sprintf("评审人 %d", i+1), fmt.Sprintf("Reviewer %d", i+1), func(c *Case, _ string) any {
				if a := at(c); a != nil {
					return a.Name
				}
				return nil
			}),
			col(fmt.Sprintf("评分 %d", i+1), fmt.Sprintf("Score %d", i+1), func(c *Case, _ string) any {
				if a := at(c); a != nil && a.Scored {
					return Points(a.Points)
				}
				return nil
			}))
	}
	return out
}

// some returns nil for 0.
func some(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func moment(t *time.Time) any {
	if t == nil {
		return nil
	}
	return *t
}

func topics(codes []string, lang string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = topic.Label(c).In(lang)
	}
	return strings.Join(out, "; ")
}

func (c *Case) criterion(v any) any {
	if !c.Criteria || c.Rules == 0 {
		return nil
	}
	return v
}

func (c *Case) score(f func(*workflow.ScoreFacts) any) any {
	if c.Scores == nil {
		return nil
	}
	return f(c.Scores)
}

func scale(list []workflow.Criterion, lang string) string {
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprintf("%s %d%%", x.Name.In(lang), x.Weight))
	}
	return strings.Join(out, "; ")
}

func criteria(list []workflow.CriterionScore, lang string) string {
	var out []string
	for _, x := range list {
		out = append(out, fmt.Sprintf("%s %s (%d%%)", x.Name.In(lang), plain(Points(x.Points), lang), x.Weight))
	}
	if len(out) == 0 {
		return ""
	}
	return " [" + strings.Join(out, "; ") + "]"
}

func mean(s *workflow.ScoreFacts) any {
	if s.Count == 0 {
		return nil
	}
	return Points(s.Mean)
}

func (c *Case) gates(lang string) any {
	var out []string
	for _, g := range c.Gates {
		met := text.Text{ZH: "未满足", EN: "not met"}
		if g.Met {
			met = text.Text{ZH: "已满足", EN: "met"}
		}
		s := g.Label.In(lang) + ": " + met.In(lang)
		if d := g.Detail.In(lang); d != "" {
			s += " (" + d + ")"
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

func (c *Case) reviews(lang string) any {
	var out []string
	for _, a := range c.Case.Assignments {
		s := a.Name + ": "
		switch {
		case a.Conflict:
			s += text.Text{ZH: "申报了利害关系", EN: "declared a conflict of interest"}.In(lang)
		case a.Scored:
			s += strings.TrimSpace(plain(Points(a.Points), lang) + criteria(a.Criteria, lang) + " " + a.Comment)
		default:
			s += text.Text{ZH: "未评分", EN: "not scored"}.In(lang)
		}
		out = append(out, s)
	}
	return strings.Join(out, "\n")
}

var answers = map[string]text.Text{"": {ZH: "未答复", EN: "no answer yet"}, "agree": {ZH: "同意", EN: "agrees"},
	"object":  {ZH: "不同意", EN: "objects"},
	"comment": {ZH: "建议", EN: "comments"}, "lapsed": {ZH: "逾期未答复", EN: "lapsed"}}

func (c *Case) cosigns(lang string) any {
	var out []string
	for _, x := range c.Case.Cosigns {
		out = append(out, strings.TrimSpace(x.Name.In(lang)+": "+answers[x.Answer].In(lang)+" "+x.Opinion))
	}
	return strings.Join(out, "\n")
}

// objections returns their number: only the case's own page shows their text.
func (c *Case) objections(lang string) any {
	made, waiting := c.Case.Objections()
	if made == 0 || !c.Staff() {
		return ""
	}
	return text.Format("%d 件，待答复 %d 件", "%d, to be answered: %d", made, waiting).In(lang)
}

var Organizations = list[registry.OrganizationRecord]{Title: text.Text{ZH: "组织", EN: "Organizations"},
	columns: []column[registry.OrganizationRecord]{
		col("编号", "Id", func(o *registry.OrganizationRecord, _ string) any { return o.ID }),
		col("名称", "Name", func(o *registry.OrganizationRecord, _ string) any { return o.Name }),
		col("类型", "Legal form", func(o *registry.OrganizationRecord, l string) any {
			k, _ := registry.OrganizationKindOf(o.Kind)
			return k.Label.In(l)
		}),
		col("统一社会信用代码", "Credit code", func(o *registry.OrganizationRecord, _ string) any { return o.CreditCode }),
		col("备案编号", "Filing number", func(o *registry.OrganizationRecord, _ string) any { return o.FilingNumber }),
		col("地区代码", "Region code", func(o *registry.OrganizationRecord, _ string) any { return string(o.Region) }),
		col("地址", "Address", func(o *registry.OrganizationRecord, _ string) any { return o.Address }),
		col("联系人", "Contact", func(o *registry.OrganizationRecord, _ string) any { return o.Contact }),
		col("电话", "Telephone", func(o *registry.OrganizationRecord, _ string) any { return o.Phone }),
		col("成立日期", "Founded on", func(o *registry.OrganizationRecord, _ string) any { return o.Founded }),
		col("领域与人群", "Fields and beneficiaries", func(o *registry.OrganizationRecord, l string) any {
			return topics(o.Topics,
				l)
		}),
		col("简介", "About", func(o *registry.OrganizationRecord, _ string) any { return o.About }),
		col("信用状况", "Standing", func(o *registry.OrganizationRecord, _ string) any { return o.Standing }),
		col("依据", "Why", func(o *registry.OrganizationRecord, _ string) any { return o.StandingReason }),
		col("限制至", "Barred until", func(o *registry.OrganizationRecord, _ string) any { return o.BarredUntil }),
		col("版本", "Version", func(o *registry.OrganizationRecord, _ string) any { return o.Version }),
		col("更新时间", "Updated", func(o *registry.OrganizationRecord, _ string) any { return o.Updated }),
	}}

var Rounds = list[workflow.RoundRecord]{Title: text.Text{ZH: "批次", EN: "Rounds"}, columns: roundColumns}

var roundColumns = []column[workflow.RoundRecord]{
	col("编号", "Reference", func(r *workflow.RoundRecord, _ string) any { return r.Ref }),
	col("名称", "Name", func(r *workflow.RoundRecord, l string) any { return r.Name.In(l) }),
	col("受理流程", "Takes", func(r *workflow.RoundRecord, _ string) any { return r.Kind }),
	col("状态", "State", func(r *workflow.RoundRecord, _ string) any { return string(r.State) }),
	col("地区代码", "Region code", func(r *workflow.RoundRecord, _ string) any { return string(r.Region) }),
	col("受理开始", "Opens", func(r *workflow.RoundRecord, _ string) any { return moment(r.Opens) }),
	col("受理截止", "Closes", func(r *workflow.RoundRecord, _ string) any { return moment(r.Closes) }),
	col("总额", "Envelope", func(r *workflow.RoundRecord, _ string) any { return Amount{Value: r.Total} }),
	col("拟立项（预占）", "Held", func(r *workflow.RoundRecord, _ string) any { return Amount{Value: r.HeldSum} }),
	col("已立项", "Committed", func(r *workflow.RoundRecord, _ string) any { return Amount{Value: r.CommittedSum} }),
	col("已拨付", "Paid", func(r *workflow.RoundRecord, _ string) any { return Amount{Value: r.PaidSum} }),
	col("最少评审数", "Reviews needed", func(r *workflow.RoundRecord, _ string) any { return r.Rules.MinReviews }),
	col("合格分", "Pass mark", func(r *workflow.RoundRecord, _ string) any { return Points(r.Rules.PassPoints) }),
	col("规则版本", "Version of the rules", func(r *workflow.RoundRecord, _ string) any { return r.Version }),
	col("申报表版本", "Version of the form", func(r *workflow.RoundRecord, _ string) any { return r.FormNumber }),
}

var Awards = list[workflow.Award]{Title: text.Text{ZH: "立项结果", EN: "Awards"}, columns: []column[workflow.Award]{
	col("编号", "Reference", func(a *workflow.Award, _ string) any { return a.Ref }),
	col("组织", "Organization", func(a *workflow.Award, _ string) any { return a.Organization }),
	col("统一社会信用代码", "Credit code", func(a *workflow.Award, _ string) any { return a.CreditCode }),
	col("项目", "Project", func(a *workflow.Award, _ string) any { return a.Title }),
	col("批次", "Round", func(a *workflow.Award, l string) any { return a.Round.In(l) }),
	col("地区代码", "Region code", func(a *workflow.Award, _ string) any { return string(a.Region) }),
	col("地区", "Region", func(a *workflow.Award, _ string) any { return a.RegionName }),
	col("主管单位", "Responsible agency", func(a *workflow.Award, l string) any { return a.Agency.In(l) }),
	col("阶段", "Stage", func(a *workflow.Award, l string) any { return a.StageLabel.In(l) }),
	col("资助金额（元）", "Awarded (CNY)", func(a *workflow.Award, _ string) any { return Amount{Value: a.Awarded} }),
	col("已拨付（元）", "Paid (CNY)", func(a *workflow.Award, _ string) any { return Amount{Value: a.Paid} }),
	col("已退回（元）", "Returned (CNY)", func(a *workflow.Award, _ string) any { return Amount{Value: a.Returned} }),
	col("立项日期", "Awarded on", func(a *workflow.Award, _ string) any { d := calendar.DateOf(a.At); return &d }),
}}

// Board returns the list of a board with columns for the stages of its wording.
func Board(w machine.Wording) list[workflow.Counts] {
	return list[workflow.Counts]{Title: text.Text{ZH: "进度总览", EN: "Board"}, columns: boardColumns(w)}
}

func boardColumns(w machine.Wording) []column[workflow.Counts] {
	out := []column[workflow.Counts]{
		col("代码", "Key", func(c *workflow.Counts, _ string) any { return c.Key }),
		col("名称", "Name", func(c *workflow.Counts, l string) any { return c.Label.In(l) }),
	}
	for _, st := range w.Stages {
		label := w.Label(st)
		out = append(out,
			col(label.ZH+"（件）", label.EN+" (cases)", func(c *workflow.Counts, _ string) any { return c.Count[st] }),
			col(label.ZH+"（元）", label.EN+" (CNY)",
				func(c *workflow.Counts, _ string) any { return Amount{Value: c.Sum[st]} }))
	}
	return append(out, col("超期（件）", "Overdue (cases)", func(c *workflow.Counts, _ string) any { return c.Overdue }))
}
