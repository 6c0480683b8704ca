package vet

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// ChangeKind says what became of something.
type ChangeKind string

const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

func (k ChangeKind) Label() workflow.Text {
	switch k {
	case Added:
		return workflow.Text{ZH: "新增", EN: "added"}
	case Removed:
		return workflow.Text{ZH: "取消", EN: "removed"}
	}
	return workflow.Text{ZH: "改动", EN: "changed"}
}

// Change is one difference of two versions in words.
type Change struct {
	Kind  ChangeKind    `json:"kind" enum:"added,removed,changed"`
	Where workflow.Text `json:"where" doc:"The party, state, action or desk that it concerns, or the workflow."`
	What  workflow.Text `json:"what"`
}

// Changes compares two versions in words, in the order of the new one; what is gone follows at the end of its kind.
// Parties, states, actions and desks are matched by name. A nil a is no version: all of b is new.
func Changes(a, b *machine.Machine) (out []Change) {
	was := make([][]thing, kinds)
	if a != nil {
		was = newTeller(a).things(b)
	}
	for i, is := range newTeller(b).things(a) {
		out = append(out, changesOf(was[i], is)...)
	}
	return out
}

func changesOf(was, is []thing) (out []Change) {
	find := func(in []thing, key string) *thing {
		for i := range in {
			if in[i].key == key {
				return &in[i]
			}
		}
		return nil
	}
	for _, x := range is {
		old := find(was, x.key)
		where := where(&x, was)
		if old == nil {
			if x.key != "" {
				out = append(out, Change{Added, where, say("新增%s", "a new %s", x.kind)})
			}
			for _, p := range x.aspects[min(1, len(x.aspects)):] { // the name stands in where
				if len(p.items) > 0 {
					out = append(out, Change{Added, where, p.all()})
				}
			}
			continue
		}
		for i, p := range x.aspects {
			out = append(out, p.changes(where, old.aspects[i].items)...)
		}
	}
	for _, x := range was {
		if find(is, x.key) == nil {
			out = append(out, Change{Removed, where(&x, is), say("取消%s", "the %s is gone", x.kind)})
		}
	}
	return out
}

// where names a thing; with its identifier where another one has the same label in the other version.
func where(x *thing, others []thing) workflow.Text {
	if x.label == (workflow.Text{}) {
		return x.kind
	}
	for i := range others {
		if others[i].label == x.label && others[i].key != x.key {
			return say("%s「%s」（%[3]s）", "%s “%s” (%[3]s)", x.kind, x.label, plain(x.name))
		}
	}
	return say("%s「%s」", "%s “%s”", x.kind, x.label)
}

// all is the property of something new.
func (p *aspect) all() workflow.Text {
	var zh, en []string
	for _, x := range p.items {
		zh, en = append(zh, x.text.ZH), append(en, x.text.EN)
	}
	return workflow.Text{ZH: p.name.ZH + "：" + strings.Join(zh, "；"), EN: p.name.EN + ": " + strings.Join(en, "; ")}
}

// changes compares one property.
func (p *aspect) changes(where workflow.Text, was []item) (out []Change) {
	at := func(in []item, key string) int {
		return slices.IndexFunc(in, func(x item) bool { return x.key == key })
	}
	for _, x := range p.items {
		i := at(was, x.key)
		switch {
		case i < 0:
			out = append(out, Change{Added, where, say("%s：增加「%s」", "%s: added “%s”", p.name, x.text)})
		case was[i].raw == x.raw:
		case was[i].text == x.text:
			out = append(out, Change{Changed, where, say("%s：「%s」的细节有改动", "%s: details of “%s” differ", p.name, x.text)})
		default:
			out = append(out, Change{Changed, where, becomes(p.name, was[i].text, x.text)})
		}
	}
	for _, x := range was {
		if at(p.items, x.key) < 0 {
			out = append(out, Change{Removed, where, say("%s：取消「%s」", "%s: removed “%s”", p.name, x.text)})
		}
	}
	return out
}

// becomes tells of a change. A reader of the language in which the text is the same is told of the other.
func becomes(name, was, is workflow.Text) workflow.Text {
	out := say("%s：由「%s」改为「%s」", "%s: “%s” becomes “%s”", name, was, is)
	if was.ZH == is.ZH {
		out.ZH = fmt.Sprintf("%s：「%s」的英文由「%s」改为「%s」", name.ZH, is.ZH, was.EN, is.EN)
	}
	if was.EN == is.EN {
		out.EN = fmt.Sprintf("%s: the Chinese of “%s” becomes “%s”, it was “%s”", name.EN, is.EN, is.ZH, was.ZH)
	}
	return out
}

var (
	ofWorkflow = workflow.Text{ZH: "流程", EN: "workflow"}
	ofParty    = workflow.Text{ZH: "办理人", EN: "party"}
	ofGroup    = workflow.Text{ZH: "状态组", EN: "group of states"}
	ofState    = workflow.Text{ZH: "状态", EN: "state"}
	ofAction   = workflow.Text{ZH: "操作", EN: "action"}
	ofDesk     = workflow.Text{ZH: "会签台", EN: "desk"}

	itsName   = workflow.Text{ZH: "名称", EN: "name"}
	itsSource = workflow.Text{ZH: "依据", EN: "source"}
	itsTimers = workflow.Text{ZH: "期限", EN: "period"}
	whoMay    = workflow.Text{ZH: "谁能办", EN: "who may"}
)

const kinds = 6

// things lists the parts of a version by kind, each kind in its order. other is the version compared with, or nil.
func (t *teller) things(other *machine.Machine) [][]thing {
	return [][]thing{{t.whole()}, t.parties(), t.groups(), t.places(), t.actions(other), t.desks()}
}

func (t *teller) whole() thing {
	d := &t.m.Def
	return thing{kind: ofWorkflow, aspects: []aspect{
		{itsName, one(d.Title, d.Title)},
		{say("说明", "description"), one(d.About, d.About)},
		{say("编号前缀", "prefix of references"), one(d.Prefix, plain(d.Prefix))},
		{itsSource, each(d.Source, plain)},
		{say("新案件须有", "a new case needs"), each(d.Needs, need)},
		{say("在办案件唯一", "one live case for each"), each(d.Unique, need)},
		{say("从哪个状态开始", "begins in"), one(d.Initial, t.state(d.Initial))},
		{say("公开阶段的名称", "names of the public stages"), t.stages()},
		{say("申报表", "form"), one(d.Form, say("本流程自带的表", "the workflow's own"))},
		{say("谁能开案件", "who may open one"), each(d.Open, t.party)},
	}}
}

// stages are the definition's own words for stages, after the common ones.
func (t *teller) stages() (out []item) {
	var common *define.Definition
	for _, s := range workflow.Stages {
		if own := t.m.Def.Stages[s]; own != (workflow.Text{}) {
			out = append(out, item{string(s), raw(own), say("%s称为%s", "%s is called %s", common.StageLabel(s), own)})
		}
	}
	return out
}

func need(s string) workflow.Text {
	switch s {
	case "organization":
		return workflow.Text{ZH: "组织", EN: "an organization"}
	case "project":
		return workflow.Text{ZH: "项目", EN: "a project"}
	case machine.RoundWorkflow:
		return workflow.Text{ZH: "批次", EN: "a round"}
	}
	return plain(s)
}

func (t *teller) parties() (out []thing) {
	for _, p := range t.m.Def.Parties {
		side := workflow.Text{ZH: "工作人员", EN: "staff"}
		if p.Applicant() {
			side = workflow.Text{ZH: "申报单位", EN: "the applicant"}
		}
		exempt := p.Independent != nil && !*p.Independent
		out = append(out, thing{p.Name, p.Name, ofParty, p.Label, []aspect{
			{itsName, one(p.Label, p.Label)},
			{say("角色", "role"), each(p.Roles, func(r workflow.Role) workflow.Text {
				return cmp.Or(r.Label(), plain(r))
			})},
			{say("能办哪些案件", "in which cases"),
				one(p.Relation, cmp.Or(vocabulary.Relations[string(p.Relation)], plain(p.Relation)))},
			{say("站在哪一方", "acts for"), []item{{raw: raw(p.Applicant()), text: side}}},
			{say("独立性", "independence"), one(exempt, say("申报单位的人、辅导过它的人也能办", "insiders may act too"))},
			{itsSource, one(p.Source, plain(p.Source))},
		}})
	}
	return out
}

func (t *teller) groups() (out []thing) {
	for _, g := range t.m.Def.Groups {
		out = append(out, thing{string(g.Name), string(g.Name), ofGroup, g.Label, []aspect{
			{itsName, one(g.Label, g.Label)},
			{say("属于", "within"), one(g.In, t.state(g.In))},
			{itsTimers, t.timers(g.Name, g.Timers)},
		}})
	}
	return out
}

func (t *teller) timers(at workflow.State, list []workflow.TimerDef) (out []item) {
	for _, k := range list {
		text := say("%s：%s", "%s: %s", k.Label, period(k.Period))
		if k.Action != "" {
			text = say("%s，期满%s", "%s, then %s", text, t.actionIn(at, k.Action))
		}
		if k.Source != "" {
			text = say("%s（%s）", "%s (%s)", text, plain(k.Source))
		}
		out = append(out, item{k.Name, raw(k), text})
	}
	return out
}

// actionIn names an action as the entry for the state or group does: entries of one name may have other labels.
func (t *teller) actionIn(at workflow.State, name string) workflow.Text {
	for i := range t.m.Def.Actions {
		if a := &t.m.Def.Actions[i]; a.Name == name && slices.Contains(a.From, at) {
			return a.Label
		}
	}
	return labelIn(t.acts, name)
}

func (t *teller) stage(s string) workflow.Text {
	switch s {
	case "none":
		return t.m.Def.StageLabel(workflow.NoStage)
	case "keep":
		return workflow.Text{ZH: "不变", EN: "unchanged"}
	}
	return t.m.Def.StageLabel(workflow.Stage(s))
}

func (t *teller) places() (out []thing) {
	for _, s := range t.m.Def.States {
		out = append(out, thing{string(s.Name), string(s.Name), ofState, s.Label, []aspect{
			{itsName, one(s.Label, s.Label)},
			{say("公众看到的名称", "name for the public"), one(s.Public, s.Public)},
			{say("属于", "within"), one(s.In, t.state(s.In))},
			{say("公开阶段", "public stage"), one(s.Stage, t.stage(s.Stage))},
			{say("结果", "outcome"), one(s.Outcome, say("办结（%s）", "the case has ended (%s)", plain(s.Outcome)))},
			{say("谁能看", "who sees it"), each(s.See, t.party)},
			{say("谁能改申报表", "who may edit the answers"), each(s.Edit, t.party)},
			{say("别人看到的是", "others are shown"), one(s.Shown, t.state(s.Shown))},
			{itsTimers, t.timers(s.Name, s.Timers)},
			{say("暂停的期限", "suspends the period"),
				each(s.Pauses, func(k string) workflow.Text { return labelIn(t.clocks, k) })},
		}})
	}
	return out
}

// actions are matched by name; entries of one name by the states that they leave too.
func (t *teller) actions(other *machine.Machine) (out []thing) {
	times := func(m *machine.Machine, name string) (n int) {
		if m == nil {
			return 0
		}
		for i := range m.Def.Actions {
			if m.Def.Actions[i].Name == name {
				n++
			}
		}
		return n
	}
	for i := range t.m.Def.Actions {
		a := &t.m.Def.Actions[i]
		x := thing{key: a.Name, name: a.Name, kind: ofAction, label: a.Label, aspects: t.action(a)}
		if max(times(t.m, a.Name), times(other, a.Name)) > 1 {
			x.key += " " + fmt.Sprint(a.From)
			var from []workflow.Text
			for _, s := range a.From {
				from = append(from, t.state(s))
			}
			x.label = say("%s（%s）", "%s (%s)", a.Label, join(from))
			x.name = x.key
		}
		out = append(out, x)
	}
	return out
}

func (t *teller) action(a *define.ActionDef) []aspect {
	t.at = a
	flag := func(on bool, zh, en string) []item { return one(on, workflow.Text{ZH: zh, EN: en}) }
	var desk []item
	if d := t.m.Desks[a.Desk]; d != nil {
		desk = one(a.Desk, d.Def.Label)
	}
	takes, gives := t.money(a)
	return []aspect{
		{itsName, one(a.Label, a.Label)},
		{say("从哪个状态", "from"), each(a.From, t.state)},
		{say("办完到", "leads to"), t.target(a.To)},
		{whoMay, each(a.By, t.party)},
		{say("填写项", "field"), t.inputs(a.Fields)},
		{say("条件", "condition"), specs(a.Guards, t.guard)},
		{say("办理后", "effect"), specs(a.Effects, t.effect)},
		{say("资金", "money"), slices.Concat(
			keyed("takes", flag(takes, "动用资金，重复提交只办理一次", "takes money, once under a key")),
			keyed("gives", flag(gives, "释放或者退回资金", "gives money back")))},
		{say("理由", "reason"), flag(a.Note != "", "必须写明", "required")},
		{say("会签台", "desk"), desk},
		{say("办理方式", "how"), slices.Concat(
			keyed("auto", flag(a.Auto, "条件满足时系统自动办理", "by the system as soon as the conditions hold")),
			keyed("turn", flag(a.Turn, "列入待办", "makes a duty")),
			keyed("revert", flag(a.Revert, "退回", "a move back")),
			keyed("never", flag(a.Never, "这里不能办", "cannot be done here")),
			keyed("secret", flag(a.Secret, "只有工作人员可见", "for the staff only")),
			keyed("decides", flag(a.Decides, "属于审批决定，辅导过该组织的人不能办", "a decision: barred for coaches")))},
	}
}

func keyed(key string, list []item) []item {
	for i := range list {
		list[i].key = key
	}
	return list
}

func (t *teller) money(a *define.ActionDef) (takes, gives bool) {
	for _, s := range t.m.Def.States {
		for _, x := range t.m.Leaving[s.Name] {
			if x.Def == a {
				return x.Money()
			}
		}
	}
	return false, false
}

func (t *teller) target(to define.Target) (out []item) {
	for _, b := range to {
		text, key := t.state(b.To), ""
		if len(b.When) > 0 {
			var when []workflow.Text
			for _, s := range b.When {
				when = append(when, t.guard(s))
			}
			text, key = say("%s（如果%s）", "%s (if %s)", text, join(when)), string(b.To)
		}
		out = append(out, item{key, raw(b), text})
	}
	return out
}

func (t *teller) inputs(list []define.FieldDef) (out []item) {
	for _, f := range list {
		kind := cmp.Or(vocabulary.Fields[f.Type], plain(f.Type))
		more := []workflow.Text{kind}
		if f.Required {
			more = append(more, workflow.Text{ZH: "必填", EN: "required"})
		}
		if f.Min != nil {
			more = append(more, say("至少%s", "at least %s", t.value("min", f.Min)))
		}
		if f.Max != nil {
			more = append(more, say("最多%s", "at most %s", t.value("max", f.Max)))
		}
		if len(f.Choices) > 0 {
			more = append(more, choices(f.Choices))
		}
		out = append(out, item{f.Name, raw(f), say("%s（%s）", "%s (%s)", f.Label, join(more))})
	}
	return out
}

func choices(list []workflow.Choice) workflow.Text {
	var zh, en []string
	for _, c := range list {
		zh, en = append(zh, c.Label.ZH), append(en, c.Label.EN)
	}
	return workflow.Text{ZH: strings.Join(zh, "／"), EN: strings.Join(en, " / ")}
}

func (t *teller) desks() (out []thing) {
	for i := range t.m.Def.Desks {
		d := &t.m.Def.Desks[i]
		out = append(out, thing{d.Name, d.Name, ofDesk, d.Label, []aspect{
			{itsName, one(d.Label, d.Label)},
			{say("谁答复", "who answers"), each(d.Parties, t.party)},
			{say("每方怎样算", "each"), one(d.Each, answersOnce(d.Each))},
			{say("需要几份同意", "answers needed"), []item{{raw: raw(d.Need), text: t.value("min", d.Need)}}},
			{say("签署的文书", "paper signed"), one(d.Paper, labelIn(paperLabels, d.Paper))},
			{say("可选的答复", "answers"), one(raw(d.Answers), choices(d.Answers))},
			{say("一票否决", "veto"), each(d.Veto, t.party)},
			{say("退回后作废", "a restart voids"), one(d.Restart, restart(d.Restart))},
		}})
	}
	return out
}

func answersOnce(s string) workflow.Text {
	switch s {
	case "party":
		return workflow.Text{ZH: "每一方答复一次", EN: "party answers once"}
	case "person":
		return workflow.Text{ZH: "每个人答复一次", EN: "person answers once"}
	case "agency":
		return workflow.Text{ZH: "每个单位答复一次", EN: "agency answers once"}
	}
	return plain(s)
}

func restart(s string) workflow.Text {
	if s == "later" {
		return workflow.Text{ZH: "这一会签台和以后的答复", EN: "the answers of this desk and later ones"}
	}
	return workflow.Text{ZH: "所有会签台的答复", EN: "the answers of every desk"}
}
