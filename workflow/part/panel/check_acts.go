package panel

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// acts checks what actions do to the panel: that each can, that it asks for what it needs, and that a panel which can
// stay open has somebody who can end it.
func (k *check) acts() {
	pl, d := k.plan, k.plan.Def
	if !pl.called && len(pl.parties) == 0 {
		k.say("没有办理请各席位答复（does: open）", "no action asks its seats (does: open)")
	}
	if len(k.doing(DoesAnswer)) == 0 {
		k.say("没有办理作答（does: answer）", "no action answers (does: answer)")
	}
	if d.Declare && len(k.doing(DoesDeclare)) == 0 {
		k.say("要求声明回避，但没有办理声明（does: declare）", "interests are declared, and no action does it (does: declare)")
	}
	if d.Declare && !pl.called {
		k.say("席位随答复产生，无从先声明回避", "its seats arise as people answer, so none can declare interests before")
	}
	for _, u := range k.uses {
		if u.panel == d.Name {
			k.act(u.action, u.does)
		}
	}
	k.ends()
}

func (k *check) act(a *define.ActionDef, what string) {
	pl, d := k.plan, k.plan.Def
	if !pl.called && slices.Contains([]string{DoesAdd, DoesReplace, DoesRemind, DoesLapse}, what) {
		k.say("%[1]s：没有发出征询，不能 %[2]s", "%[1]s: its parties come by themselves, so there is nothing to %[2]s", a.Name, what)
	}
	switch what {
	case DoesOpen:
		if len(pl.parties) > 0 && d.Seats.Each != party {
			k.say("%[1]s：席位随答复产生，不必发出征询", "%[1]s: its seats arise as people answer, so nothing opens them", a.Name)
		}
	case DoesDeclare:
		k.field(a, FieldConflict, "boolean")
		if !d.Declare {
			k.say("%[1]s：该小组不要求声明回避（declare: true）", "%[1]s: no seat declares interests (declare: true)", a.Name)
		}
	case DoesAnswer:
		k.answering(a)
	case DoesAdd:
		k.field(a, FieldWho, "")
	case DoesReplace:
		k.field(a, FieldSeat, "integer")
		k.field(a, FieldWho, "")
	case DoesRemind, DoesReopen, DoesVoid:
		k.field(a, FieldSeat, "integer")
	case DoesResolve:
		k.field(a, FieldSeat, "integer")
		k.field(a, FieldReason, "text")
	}
	if slices.Contains([]string{DoesAdd, DoesReplace, DoesReopen, DoesVoid}, what) && a.Note != "required" {
		k.say("%[1]s：变更席位须说明理由（note: required）", "%[1]s: changing a seat needs its reason (note: required)", a.Name)
	}
}

// answering checks the action by which seats answer.
func (k *check) answering(a *define.ActionDef) {
	d := k.plan.Def
	for _, by := range a.By {
		if len(d.Seats.Parties) > 0 && !slices.Contains(d.Seats.Parties, by) {
			k.say("%[1]s：%[2]s 没有席位", "%[1]s: %[2]s has no seat", a.Name, by)
		}
	}
	if len(d.Answers) == 0 {
		return
	}
	f := k.field(a, FieldAnswer, "choice")
	if f == nil {
		return
	}
	for _, x := range f.Choices {
		if !slices.ContainsFunc(d.Answers, func(y define.PanelAnswer) bool { return y.Value == x.Value }) {
			k.say("%[1]s：没有答复 %[2]s", "%[1]s: it does not know the answer %[2]s", a.Name, x.Value)
		}
	}
	if slices.ContainsFunc(f.Choices, func(x workflow.Choice) bool {
		return slices.Contains(k.plan.reasoned, x.Value)
	}) && !slices.ContainsFunc(a.Fields, func(f define.FieldDef) bool {
		return f.Name == FieldReason && f.Type == "text"
	}) {
		k.say("%[1]s：有的答复须说明理由，缺文字项 reason", "%[1]s: an answer must say why, and the text field reason is missing", a.Name)
	}
}

// field checks that an action asks for a required field.
func (k *check) field(a *define.ActionDef, name, kind string) *define.FieldDef {
	i := slices.IndexFunc(a.Fields, func(f define.FieldDef) bool { return f.Name == name })
	if i < 0 || !a.Fields[i].Required || kind != "" && a.Fields[i].Type != kind {
		if kind == "" {
			kind = "user"
		}
		k.say("%[1]s：缺必填项 %[2]s（%[3]s）", "%[1]s: the required field %[2]s (%[3]s) is missing", a.Name, name, kind)
		return nil
	}
	return &a.Fields[i]
}

// ends checks that somebody can end a panel whose seats do not answer.
func (k *check) ends() {
	pl, d := k.plan, k.plan.Def
	if !pl.called || d.Silence != "" && d.Silence != wait && d.Silence[0] != '$' {
		return
	}
	for _, a := range k.doing(DoesAdd, DoesReplace, DoesVoid) {
		if slices.ContainsFunc(a.By, func(name string) bool {
			p := k.party(name)
			return p != nil && p.Relation == workflow.RelScope
		}) {
			return
		}
	}
	k.say("可能一直等待：须有本辖区的一方能增补、更换或作废席位（does: add、replace、void），或写明逾期视为何种答复",
		"it can stay open: a party of scope adds, replaces or voids seats (does: add, replace, void), or silence ends it")
}
