package main

import (
	"fmt"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

func workflowsPage() (string, error) {
	c, err := catalog.Shipped()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(notice + "# 流程 / Workflows\n\n")
	b.WriteString("⏱ fired by a timer or another case 系统触发 · ⚙ automatic 自动 · ↩ a move back 退回 · (a)…(e) by what a " +
		"condition's fact is safe 条件所依事实的保证方式, see [definitions.md](definitions.md)\n")
	for _, name := range []string{"grant", "incubation", "report", "payment", "round", "imported"} {
		definitionSection(&b, c.Machine(name, 0))
	}
	return b.String(), nil
}

func definitionSection(b *strings.Builder, m *machine.Machine) {
	d := m.Definition()
	fmt.Fprintf(b, "\n## %s / %s (`%s`, version %d, %s-)\n\n%s\n\n%s\n", d.Title.ZH, d.Title.EN, d.Name, d.Version,
		d.Prefix, d.About.ZH, d.About.EN)
	if len(d.Source) > 0 {
		b.WriteString("\n依据 / Source:\n\n")
		for _, s := range d.Source {
			fmt.Fprintf(b, "- %s\n", s)
		}
	}
	for _, lang := range []string{"zh", "en"} {
		fmt.Fprintf(b, "\n```mermaid\n%s```\n", vet.Mermaid(m, lang))
	}
	partiesTable(b, d)
	statesTable(b, d)
	actionsTable(b, m)
	rolesTable(b, d)
	if len(d.Desks) > 0 {
		b.WriteString("\n### 会签台 / Desks\n\n")
		for _, k := range d.Desks {
			signs := ""
			if k.Paper != "" {
				signs = ", signs the paper `" + k.Paper + "`"
			}
			fmt.Fprintf(b, "- `%s` %s / %s: %v of %s, each %s once%s, restart %s\n", k.Name, k.Label.ZH, k.Label.EN, k.Need,
				strings.Join(k.Parties, ", "), k.Each, signs, k.Restart)
		}
	}
}

func partiesTable(b *strings.Builder, d define.Definition) {
	b.WriteString("\n### 各方 / Parties\n\n| party | 名称 / name | roles | relation |\n| --- | --- | --- | --- |\n")
	for _, p := range d.Parties {
		fmt.Fprintf(b, "| `%s` | %s / %s | %s | %s |\n", p.Name, p.Label.ZH, p.Label.EN, strings.Join(words(p.Roles), ", "),
			p.Relation)
	}
}

// rolesTable crosses roles and actions. A cell names the relation by which a role may act, before other conditions.
func rolesTable(b *strings.Builder, d define.Definition) {
	actors := actorsOf(d)
	b.WriteString("\n### 谁能办什么 / Who may do what\n\n| action | " + strings.Join(actors, " | ") + " |\n|" +
		strings.Repeat(" --- |", len(actors)+1) + "\n")
	cells := map[[2]string][]string{}
	var names []string
	for _, a := range d.Actions {
		if !slices.Contains(names, a.Name) {
			names = append(names, a.Name)
		}
		for _, p := range d.Parties {
			if !slices.Contains(a.By, p.Name) {
				continue
			}
			for _, who := range actorsOfParty(p) {
				at := [2]string{a.Name, who}
				if !slices.Contains(cells[at], string(p.Relation)) {
					cells[at] = append(cells[at], string(p.Relation))
				}
			}
		}
	}
	for _, n := range names {
		fmt.Fprintf(b, "| `%s` |", n)
		for _, who := range actors {
			fmt.Fprintf(b, " %s |", strings.Join(cells[[2]string{n, who}], ", "))
		}
		b.WriteString("\n")
	}
}

func actorsOf(d define.Definition) []string {
	var out []string
	for _, p := range d.Parties {
		for _, who := range actorsOfParty(p) {
			if !slices.Contains(out, who) {
				out = append(out, who)
			}
		}
	}
	return out
}

// actorsOfParty returns a party's roles, or its relation where it needs no role.
func actorsOfParty(p workflow.Party) []string {
	if len(p.Roles) == 0 {
		return []string{string(p.Relation)}
	}
	return words(p.Roles)
}

func words[T ~string](list []T) []string {
	var out []string
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

func statesTable(b *strings.Builder, d define.Definition) {
	if len(d.Stages) > 0 {
		b.WriteString("\n### 阶段 / Stages\n\n")
		for _, s := range d.PublicStages() {
			fmt.Fprintf(b, "- %s: %s / %s\n", s, d.StageLabel(s).ZH, d.StageLabel(s).EN)
		}
	}
	b.WriteString("\n### 状态 / States\n\n| state | stage | outcome | 名称 / name | 公众名称 / public | sees | edits | clocks " +
		"|\n| --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, s := range d.States {
		see := "all"
		if len(s.See) > 0 {
			see = strings.Join(s.See, ", ")
		}
		public := ""
		if s.Public.ZH != "" {
			public = s.Public.ZH + " / " + s.Public.EN
		}
		fmt.Fprintf(b, "| `%s` | %s | %s | %s / %s | %s | %s | %s | %s |\n", s.Name, s.Stage, s.Outcome, s.Label.ZH,
			s.Label.EN, public, see,
			strings.Join(s.Edit, ", "), clocks(append(groupTimers(d, s.In), s.Timers...), s.Pauses))
	}
}

// groupTimers returns the timers of the groups around a state, outermost first.
func groupTimers(d define.Definition, in workflow.State) []workflow.TimerDef {
	for _, g := range d.Groups {
		if g.Name == in {
			return append(groupTimers(d, g.In), g.Timers...)
		}
	}
	return nil
}

func clocks(list []workflow.TimerDef, pauses []string) string {
	var out []string
	for _, t := range list {
		w := fmt.Sprintf("`%s` %s", t.Name, t.Period)
		if t.Action != "" {
			w += " → " + t.Action
		}
		if t.Source != "" {
			w += " (" + t.Source + ")"
		}
		out = append(out, w)
	}
	for _, p := range pauses {
		out = append(out, "pauses `"+p+"`")
	}
	return strings.Join(out, "; ")
}

func actionsTable(b *strings.Builder, m *machine.Machine) {
	d := m.Definition()
	b.WriteString("\n### 办理 / Actions\n\n| action | from | to | 名称 / name | who | conditions | fields | effects |\n| " +
		"--- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, a := range d.Actions {
		fmt.Fprintf(b, "| `%s` | %s | %s | %s / %s | %s | %s | %s | %s |\n", a.Name, strings.Join(words(a.From), ", "),
			targets(a.To), a.Label.ZH, a.Label.EN,
			strings.Join(a.By, ", "), guards(m, a), fields(a), effects(a))
	}
}

func targets(t define.Target) string {
	if len(t) == 0 {
		return "·"
	}
	var out []string
	for _, br := range t {
		w := string(br.To)
		if len(br.When) > 0 {
			w += " if " + specs(br.When)
		}
		out = append(out, w)
	}
	return strings.Join(out, "; ")
}

func specs(list []define.Spec) string {
	var out []string
	for _, s := range list {
		w := s.Name
		var params []string
		for k, v := range s.Params {
			params = append(params, fmt.Sprintf("%s %v", k, v))
		}
		slices.Sort(params)
		if len(params) > 0 {
			w += " (" + strings.Join(params, ", ") + ")"
		}
		out = append(out, w)
	}
	return strings.Join(out, "; ")
}

// guards returns an action's guards in words, with the letter of their kind.
func guards(m *machine.Machine, a define.ActionDef) string {
	var out []string
	for _, g := range m.Guards(a.From[0], a.Name) {
		out = append(out, fmt.Sprintf("%s / %s (%c)", g.Label().ZH, g.Label().EN, g.Letter()))
	}
	if a.Note != "" {
		out = append(out, "须写理由 / with a reason")
	}
	return strings.Join(out, "; ")
}

func fields(a define.ActionDef) string {
	var out []string
	for _, f := range a.Fields {
		w := "`" + f.Name + "` " + f.Type
		if f.Required {
			w += "*"
		}
		out = append(out, w)
	}
	return strings.Join(out, ", ")
}

func effects(a define.ActionDef) string {
	w := specs(a.Effects)
	if a.Desk != "" {
		w = strings.TrimPrefix(w+"; answers at desk "+a.Desk, "; ")
	}
	return w
}
