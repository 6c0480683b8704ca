package panel

import (
	"regexp"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
	"incubase/workflow/text"
)

// Effect is the name of the effect by which an action does something to a panel.
const Effect = "panel"

// Compile checks the panels of a definition and prepares them. Faults go to the checker.
func Compile(c *define.Checker, defs []define.PanelDef) Plans {
	var out Plans
	k := check{Checker: c, uses: usesOf(c.Def)}
	for i := range defs {
		pl := &Plan{Def: &defs[i], Order: i}
		k.plan = pl
		if out.Plan(pl.Def.Name) != nil {
			k.say("重名", "it is declared twice")
		}
		out = append(out, pl)
		k.words()
		k.seats()
		k.answers()
		k.count()
		k.time()
		k.acts()
	}
	for _, u := range k.uses {
		if out.Plan(u.panel) == nil {
			c.Errs = append(c.Errs, fault("办理 %[1]s：没有名为 %[2]s 的小组", "action %[1]s: there is no panel %[2]s", u.action.Name,
				u.panel))
		}
		if !slices.Contains(does, u.does) {
			c.Errs = append(c.Errs, fault("办理 %[1]s：does 应为下列之一：%[3]s；现在是 %[2]q",
				"action %[1]s: does is one of %[3]s; it is %[2]q", u.action.Name, u.does, strings.Join(does, ", ")))
		}
	}
	return out
}

// use is one effect of an action on a panel.
type use struct {
	action      *define.ActionDef
	panel, does string
}

func usesOf(d *define.Definition) (out []use) {
	for i := range d.Actions {
		for _, e := range d.Actions[i].Effects {
			if e.Name == Effect {
				name, _ := e.Params["name"].(string)
				what, _ := e.Params["does"].(string)
				out = append(out, use{&d.Actions[i], name, what})
			}
		}
	}
	return out
}

// check is the check of one panel.
type check struct {
	*define.Checker
	uses []use
	plan *Plan
}

func (k *check) say(zh, en string, args ...any) {
	t := text.Format(zh, en, args...)
	k.Errs = append(k.Errs, fault("小组 %[1]s：%[2]s", "panel %[1]s: %[3]s", k.plan.Def.Name, t.ZH, t.EN))
}

// doing lists the actions that do one of some things to the panel.
func (k *check) doing(what ...string) (out []*define.ActionDef) {
	for _, u := range k.uses {
		if u.panel == k.plan.Def.Name && slices.Contains(what, u.does) && !slices.Contains(out, u.action) {
			out = append(out, u.action)
		}
	}
	return out
}

func (k *check) party(name string) *workflow.Party {
	i := slices.IndexFunc(k.Def.Parties, func(p workflow.Party) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &k.Def.Parties[i]
}

var namePattern = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

func (k *check) words() {
	d := k.plan.Def
	if !namePattern.MatchString(d.Name) {
		k.say("名称用小写字母、数字和下划线，以字母开头，最多 40 个字符",
			"a name is up to 40 of a-z, 0-9 and _, beginning with a letter")
	}
	if !d.Label.Complete() {
		k.say("名称缺一种语言", "words are missing in one language")
	}
	k.oneOf("counts", d.Counts, "any", approvals)
	k.oneOf("restart", d.Restart, all, "later")
	k.oneOf("objection", d.Objection, DoesAnswer)
	k.settingOf("others", d.Others, afterOwn, afterDeclaring, always, never)
	if d.Others == afterDeclaring && !d.Declare {
		k.say("others 为 after_declaring，但不要求声明回避", "others is after_declaring, and no seat declares interests")
	}
}

func (k *check) oneOf(what, s string, known ...string) {
	if s != "" && !slices.Contains(known, s) {
		k.say("%[1]s 应为 %[3]s，现在是 %[2]q", "%[1]s is one of %[3]s; it is %[2]q", what, s, strings.Join(known, ", "))
	}
}

// settingOf checks a word that may be a reference to a setting of the round.
func (k *check) settingOf(what, s string, known ...string) {
	name, ok := strings.CutPrefix(s, roundPath)
	if !ok {
		k.oneOf(what, s, known...)
		return
	}
	k.knowsSetting(what, name)
}

func (k *check) knowsSetting(what, name string) {
	if settings[name] == nil {
		k.say("%[1]s：申报轮次没有参数 %[2]s", "%[1]s: a round has no setting %[2]s", what, name)
	} else if !k.Def.NeedsRound() {
		k.say("%[1]s：参数 %[2]s 属于申报轮次，而案件不要求轮次（needs: [round]）",
			"%[1]s: %[2]s is a setting of the round, and the workflow needs none (needs: [round])", what, name)
	}
}

func (k *check) seats() {
	pl, s := k.plan, &k.plan.Def.Seats
	ways := 0
	for _, given := range []bool{s.From != "", s.Holders != "", len(s.Parties) > 0, s.Competent != ""} {
		if given {
			ways++
		}
	}
	if ways != 1 {
		k.say("席位须由 from、holders、parties、competent 之一确定，现在写了 %d 个",
			"seats follow from one of from, holders, parties, competent; %d are given", ways)
	}
	pl.called = len(k.doing(DoesOpen)) > 0
	pl.role = s.Holders
	fits := []string{person}
	switch {
	case s.From != "":
		pl.role = workflow.RoleReviewer
		k.oneOf("seats.from", s.From, reviewers)
	case s.Competent != "":
		fits = []string{agency}
		k.oneOf("seats.competent", s.Competent, workflow.CompetenceActions...)
	case len(s.Parties) > 0:
		fits = []string{party, person, agency}
		k.sitting(s.Parties)
	}
	if !slices.Contains(fits, s.Each) {
		k.say("seats.each 应为 %[1]s，现在是 %[2]q", "seats.each is one of %[1]s; it is %[2]q", strings.Join(fits, ", "), s.Each)
	}
	if len(s.Unless) > 1 {
		k.say("seats.unless 只写一个参数", "seats.unless names one setting")
	}
	for name := range s.Unless {
		k.knowsSetting("seats.unless", name)
	}
}

// sitting checks the parties of a panel, and makes candidates of them.
func (k *check) sitting(names []string) {
	for i, name := range names {
		p := k.party(name)
		switch {
		case p == nil:
			k.say("没有参与方 %[1]s", "there is no party %[1]s", name)
		case slices.Contains(names[:i], name):
			k.say("参与方 %[1]s 写了两次", "the party %[1]s has two seats", name)
		case p.Relation == workflow.RelSystem || p.Relation == workflow.RelPublic:
			k.say("参与方 %[1]s 不是本案的人，不能占席位", "%[1]s is no person of the case and takes no seat", name)
		default:
			k.plan.parties = append(k.plan.parties, Candidate{Party: name, Name: p.Label})
		}
	}
}

func (k *check) answers() {
	pl, d := k.plan, k.plan.Def
	if len(d.Answers) == 0 && len(d.Asks) == 0 {
		k.say("没有写明答复什么：answers 或 asks", "nothing is asked: give answers or asks")
	}
	var values []string
	for _, a := range d.Answers {
		switch {
		case !namePattern.MatchString(a.Value) || a.Value == Lapsed:
			k.say("答复 %[1]q 不能用作名称", "the answer %[1]q has no proper name", a.Value)
		case slices.Contains(values, a.Value):
			k.say("答复 %[1]s 写了两次", "the answer %[1]s is given twice", a.Value)
		}
		values = append(values, a.Value)
		if !a.Label.Complete() {
			k.say("答复 %[1]s 缺一种语言", "the answer %[1]s lacks a language", a.Value)
		}
		if a.Objection {
			pl.objects = append(pl.objects, a.Value)
		}
		if a.Reason {
			pl.reasoned = append(pl.reasoned, a.Value)
		}
	}
	for i, f := range d.Asks {
		if !namePattern.MatchString(f.Name) || slices.Contains(taken, f.Name) ||
			slices.ContainsFunc(d.Asks[:i], func(o define.FieldDef) bool { return o.Name == f.Name }) {
			k.say("填写项 %[1]q 的名称不能用，或写了两次", "the name of the field %[1]q is taken, or no proper name", f.Name)
		}
		if !f.Label.Complete() {
			k.say("填写项 %[1]s 缺一种语言", "the field %[1]s lacks a language", f.Name)
		}
	}
	if d.Counts == approvals && len(d.Answers) == 0 {
		k.say("按同意计数须写明 answers，第一项为同意", "approvals are counted, and there are no answers: the first is the approval")
	}
	if d.Paper != "" && !slices.Contains(paper.Kinds, d.Paper) {
		k.say("没有公文 %[1]s", "there is no paper %[1]s", d.Paper)
	}
	if d.Paper != "" && !slices.Contains(k.Known.Papers, d.Paper) {
		k.say("要签署的公文 %[1]s 没有任何办理制发", "it signs the paper %[1]s, and no action issues that", d.Paper)
	}
}

// Fields of actions with a meaning of their own.
const (
	FieldAnswer   = "answer"
	FieldReason   = "reason"
	FieldConflict = "conflict"
	FieldSeat     = "seat" // its number
	FieldWho      = "who"  // who takes it
)

var taken = []string{FieldAnswer, FieldReason, FieldConflict, FieldSeat, FieldWho, define.TextField}

func (k *check) count() {
	pl, d := k.plan, k.plan.Def
	var err error
	if pl.all = d.Need == all; !pl.all {
		if pl.need, err = workflow.NewRef(d.Need); err != nil {
			k.say("need 应为数、引用或 all，现在是 %[1]v", "need is a number, a reference or all; it is %[1]v", d.Need)
		}
	}
	fixed := len(pl.parties) > 0 && d.Seats.Each == party
	switch n := pl.need.N; {
	case err != nil:
	case pl.all && len(pl.parties) > 0 && !fixed:
		k.say("席位数不定，need 不能为 all", "the number of its seats is open, so need cannot be all")
	case pl.all || pl.need.Path != "":
	case n < 1:
		k.say("需要 %d 份，等于不需要答复", "need %d is always met", n)
	case fixed && n > int64(len(pl.parties)):
		k.say("需要 %[1]d 份，只有 %[2]d 个席位", "%[1]d are needed, %[2]d seats there are", n, len(pl.parties))
	}
	for _, name := range slices.Concat(d.Mandatory, d.Veto) {
		k.sits(name)
	}
	no := len(pl.objects) > 0 || d.Counts == approvals && len(d.Answers) > 1
	if len(d.Veto) > 0 && !no {
		k.say("有否决权，但没有表示反对的答复（objection: true）", "there is a veto, and no answer that objects (objection: true)")
	}
	if d.Objection != "" && len(pl.objects) == 0 {
		k.say("要求答复反对意见，但没有表示反对的答复（objection: true）",
			"objections must be answered, and no answer objects (objection: true)")
	}
	if d.Objection != "" && len(k.doing(DoesResolve)) == 0 {
		k.say("要求答复反对意见，但没有办理答复它（does: resolve）",
			"objections must be answered, and no action answers them (does: resolve)")
	}
}

// sits checks that a party or a kind of agency has a seat.
func (k *check) sits(name string) {
	s := &k.plan.Def.Seats
	switch {
	case len(s.Parties) > 0 && slices.Contains(s.Parties, name):
	case s.Competent != "" && workflow.AgencyKindOf(name) != nil:
	case len(s.Parties) > 0:
		k.say("%[1]s 没有席位", "%[1]s has no seat", name)
	case s.Competent != "":
		k.say("没有 %[1]s 这类单位", "there is no kind of agency %[1]s", name)
	default:
		k.say("席位是个人的，不分类别：%[1]s", "its seats are persons', who are of no kind: %[1]s", name)
	}
}

func (k *check) time() {
	pl, d := k.plan, k.plan.Def
	var err error
	if d.Due != "" {
		if pl.due, err = workflow.NewSpan(d.Due); err != nil || pl.due.Closes {
			k.say("期限 %[1]q 应写成 10wd 或 $round.cosign_period or 10wd",
				"due %[1]q: a period is 10wd, or $round.cosign_period or 10wd",
				d.Due)
		}
		if !pl.called {
			k.say("有期限，但没有办理发出征询（does: open），期限无从起算",
				"it has a period, which begins when an action opens it (does: open), and none does")
		}
	}
	if slices.Contains(clocksOf(k.Def), d.Name) {
		k.say("已有同名的期限；小组的期限以小组命名", "there is a clock of that name; the clock of a panel has the panel's")
	}
	waits := d.Silence == "" || d.Silence == wait
	i := slices.IndexFunc(d.Answers, func(a define.PanelAnswer) bool { return a.Value == d.Silence })
	switch {
	case waits:
		if d.OnSilence != "" {
			k.say("逾期不视为答复（silence: wait），on_silence 无从触发", "silence waits, so nothing fires on_silence")
		}
		return
	case d.Due == "":
		k.say("逾期视为答复，但没有期限（due）", "silence answers after a period, and there is none (due)")
	case i >= 0 && (d.Answers[i].Reason || d.Answers[i].Objection):
		k.say("逾期不能视为 %[1]s：该答复须说明理由或可被答复",
			"silence cannot be %[1]s: that answer says why, or is answered in words", d.Silence)
	case i >= 0:
	case d.Silence == lapse || strings.HasPrefix(d.Silence, roundPath):
		k.settingOf("silence", d.Silence, lapse)
		if d.Counts == approvals {
			k.say("按同意计数，须写明逾期视为哪一答复", "approvals are counted: name the answer that silence gives")
		}
	default:
		k.say("silence 应为 wait、lapse 或一项答复，现在是 %[1]q", "silence is wait, lapse or one of the answers; it is %[1]q", d.Silence)
	}
	k.fires()
}

// fires checks the action that the end of a period fires.
func (k *check) fires() {
	d := k.plan.Def
	if d.OnSilence == "" {
		k.say("逾期视为答复，须写明触发的办理（on_silence）", "silence answers: name the action that does it (on_silence)")
		return
	}
	for _, a := range k.doing(DoesLapse) {
		if a.Name == d.OnSilence && slices.ContainsFunc(a.By, func(name string) bool {
			p := k.party(name)
			return p != nil && p.Relation == workflow.RelSystem
		}) && a.Note != "required" && !slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool { return f.Required }) {
			return
		}
	}
	k.say("on_silence：%[1]s 不是系统无须填写即可办理的 does: lapse",
		"on_silence: %[1]s is no action of the system that asks for nothing and does: lapse", d.OnSilence)
}

// clocksOf lists the clocks that timers and effects of a definition name.
func clocksOf(d *define.Definition) (out []string) {
	for _, s := range d.States {
		for _, t := range s.Timers {
			out = append(out, t.Name)
		}
	}
	for _, g := range d.Groups {
		for _, t := range g.Timers {
			out = append(out, t.Name)
		}
	}
	for i := range d.Actions {
		for _, e := range d.Actions[i].Effects {
			if name, ok := e.Params["name"].(string); ok && e.Name != Effect && e.Params["period"] != nil {
				out = append(out, name)
			}
		}
	}
	return out
}
