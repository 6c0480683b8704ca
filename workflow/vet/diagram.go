package vet

import (
	"fmt"
	"strings"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// Mermaid returns the state diagram: groups are composite states, automatic and reverting moves are marked, outcomes
// lead to the end. lang is "zh" or "en".
func Mermaid(m *machine.Machine, lang string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "    [*] --> %s\n", m.Def.Initial)
	drawGroup(m, &b, "", "    ", lang)
	for _, s := range m.Def.States {
		for _, t := range m.Leaving[s.Name] {
			for _, br := range t.Branches {
				if br.To != s.Name {
					fmt.Fprintf(&b, "    %s --> %s: %s\n", s.Name, br.To, arrow(m, t, lang))
				}
			}
		}
	}
	for _, s := range m.Def.States {
		if len(m.Leaving[s.Name]) == 0 || s.Outcome != "" {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

func arrow(m *machine.Machine, t *machine.Transition, lang string) string {
	words := plainWords(t.Def.Label.In(lang))
	switch {
	case t.Def.Auto:
		words = "⚙ " + words
	case t.Def.Revert:
		words = "↩ " + words
	case m.OnlySystem(t):
		words = "⏱ " + words
	}
	return words
}

// plainWords replaces Mermaid's own syntax.
func plainWords(s string) string {
	return strings.NewReplacer(":", "：", ";", "；", "#", "＃", "\n", " ").Replace(s)
}

func drawGroup(m *machine.Machine, b *strings.Builder, group workflow.State, indent, lang string) {
	for _, s := range m.Def.States {
		if s.In == group {
			fmt.Fprintf(b, "%s%s: %s\n", indent, s.Name, plainWords(s.Label.In(lang)))
		}
	}
	for _, g := range m.Def.Groups {
		if g.In == group {
			fmt.Fprintf(b, "%sstate \"%s\" as %s {\n", indent, plainWords(g.Label.In(lang)), g.Name)
			drawGroup(m, b, g.Name, indent+"    ", lang)
			fmt.Fprintf(b, "%s}\n", indent)
		}
	}
}
