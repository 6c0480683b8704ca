package vet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/machine"
)

// thing is a part of a definition that has a name: a party, a state, an action, a desk, or the workflow itself.
type thing struct {
	key     string
	name    string // as the definition has it
	kind    workflow.Text
	label   workflow.Text
	aspects []aspect
}

// aspect is one property of a thing. A single value has one item without key.
type aspect struct {
	name  workflow.Text
	items []item
}

// item is a value: raw decides whether two are equal, text is shown.
type item struct {
	key, raw string
	text     workflow.Text
}

// say fills texts into a sentence, each in its language.
func say(zh, en string, args ...workflow.Text) workflow.Text {
	inZH, inEN := make([]any, len(args)), make([]any, len(args))
	for i, t := range args {
		inZH[i], inEN[i] = t.ZH, t.EN
	}
	return workflow.Text{ZH: fmt.Sprintf(zh, inZH...), EN: fmt.Sprintf(en, inEN...)}
}

func raw(v any) string {
	b, _ := json.Marshal(v) // plain values
	return string(b)
}

// one is the item of a single value; none for the zero value.
func one[T comparable](v T, text workflow.Text) []item {
	var zero T
	if v == zero {
		return nil
	}
	return []item{{raw: raw(v), text: text}}
}

func plain[T ~string](v T) workflow.Text { return workflow.Text{ZH: string(v), EN: string(v)} }

func each[T ~string](list []T, label func(T) workflow.Text) (out []item) {
	for _, x := range list {
		out = append(out, item{string(x), string(x), label(x)})
	}
	return out
}

func join(list []workflow.Text) workflow.Text {
	var zh, en []string
	for _, t := range list {
		zh, en = append(zh, t.ZH), append(en, t.EN)
	}
	return workflow.Text{ZH: strings.Join(zh, "、"), EN: strings.Join(en, ", ")}
}

// teller puts the parts of one version into words.
type teller struct {
	m      *machine.Machine
	at     *define.ActionDef                // being told
	states map[workflow.State]workflow.Text // and groups
	acts   map[string]workflow.Text
	clocks map[string]workflow.Text
	fields map[string]workflow.Text
}

func newTeller(m *machine.Machine) *teller {
	t := &teller{m: m, states: map[workflow.State]workflow.Text{}, acts: map[string]workflow.Text{},
		clocks: map[string]workflow.Text{}, fields: map[string]workflow.Text{}}
	timers := func(list []workflow.TimerDef) {
		for _, k := range list {
			t.clocks[k.Name] = k.Label
		}
	}
	for _, g := range m.Def.Groups {
		t.states[g.Name] = g.Label
		timers(g.Timers)
	}
	for _, s := range m.Def.States {
		t.states[s.Name] = s.Label
		timers(s.Timers)
	}
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		t.acts[a.Name] = a.Label
		for _, f := range a.Fields {
			t.fields[f.Name] = f.Label
		}
		for _, e := range a.Effects {
			zh, _ := e.Params["label_zh"].(string)
			en, _ := e.Params["label_en"].(string)
			if name, _ := e.Params["name"].(string); zh != "" && en != "" {
				t.clocks[name] = workflow.Text{ZH: zh, EN: en}
			}
		}
	}
	return t
}

func labelIn[T ~string](of map[T]workflow.Text, name T) workflow.Text {
	if l, ok := of[name]; ok {
		return l
	}
	return plain(name)
}

func (t *teller) state(s workflow.State) workflow.Text {
	switch s {
	case define.Stay:
		return workflow.Text{ZH: "不变", EN: "the same state"}
	case define.Stored:
		return workflow.Text{ZH: "原状态", EN: "the state before"}
	}
	return labelIn(t.states, s)
}

func (t *teller) party(name string) workflow.Text {
	if p := t.m.Parties[name]; p != nil {
		return p.Label
	}
	return plain(name)
}

// value puts a parameter's value into words.
func (t *teller) value(param string, v any) workflow.Text {
	switch x := v.(type) {
	case []any:
		var out []workflow.Text
		for _, y := range x {
			out = append(out, t.value(param, y))
		}
		return join(out)
	case bool:
		if x {
			return workflow.Text{ZH: "是", EN: "yes"}
		}
		return workflow.Text{ZH: "否", EN: "no"}
	case map[string]any:
		if s, err := define.SpecOf(x); err == nil && param == "guards" {
			return t.guard(s)
		}
	case string:
		return t.word(param, x)
	}
	return plain(fmt.Sprint(v))
}

func (t *teller) word(param, x string) workflow.Text {
	switch param {
	case "action", "actions":
		return labelIn(t.acts, x)
	case "clock", "name", "notice", "sign_by":
		if l, ok := t.clocks[x]; ok {
			return l
		}
		return t.field(x)
	case "field", "fields", "if", "copy":
		return t.field(x)
	case "paper", "papers", "voids":
		return labelIn(paperLabels, x)
	case "stages":
		return t.m.Def.StageLabel(workflow.Stage(x))
	case "except":
		return t.state(workflow.State(x))
	case "desk":
		if d := t.m.Desks[x]; d != nil {
			return d.Def.Label
		}
	case "period":
		return period(x)
	case "guards":
		return t.guard(define.Spec{Name: x})
	}
	return reference(x)
}

// field names a field of the action, else of another.
func (t *teller) field(name string) workflow.Text {
	if t.at != nil {
		for _, f := range t.at.Fields {
			if f.Name == name {
				return f.Label
			}
		}
	}
	return labelIn(t.fields, name)
}

// details are a spec's parameters in words, in brackets; "" where there are none.
func (t *teller) details(params map[string]any) workflow.Text {
	var zh, en []string
	for _, name := range define.SortedKeys(params) {
		inZH, inEN := name == "label_zh", name == "label_en"
		if (inZH || inEN) && params["name"] != nil {
			continue // words of a period are shown as its name
		}
		p, v := cmp.Or(vocabulary.Parameters[name], plain(name)), t.value(name, params[name])
		if !inEN {
			zh = append(zh, p.ZH+"："+v.ZH)
		}
		if !inZH {
			en = append(en, p.EN+": "+v.EN)
		}
	}
	if len(zh) == 0 {
		return workflow.Text{}
	}
	return workflow.Text{ZH: "（" + strings.Join(zh, "；") + "）", EN: " (" + strings.Join(en, "; ") + ")"}
}

func (t *teller) guard(s define.Spec) workflow.Text {
	label := plain(s.Name)
	if g := t.m.GuardOf(s); g != nil {
		label = g.Label()
	}
	if s.Params["guards"] != nil { // any_of: its label names what it holds
		return label
	}
	return add(label, t.details(s.Params))
}

func (t *teller) effect(s define.Spec) workflow.Text {
	return add(cmp.Or(vocabulary.Effects[s.Name], plain(s.Name)), t.details(s.Params))
}

func add(a, b workflow.Text) workflow.Text { return workflow.Text{ZH: a.ZH + b.ZH, EN: a.EN + b.EN} }

// specs lists guards or effects; of several with one name the second is matched with the second.
func specs(list []define.Spec, text func(define.Spec) workflow.Text) (out []item) {
	seen := map[string]int{}
	for _, s := range list {
		seen[s.Name]++
		out = append(out, item{s.Name + strconv.Itoa(seen[s.Name]), raw(s), text(s)})
	}
	return out
}
