package workflow

import (
	"fmt"
	"slices"
	"strings"
)

// Mermaid is the state diagram, generated: groups are composite states, automatic and reverting moves are marked, and
// outcomes lead to the end. lang is "zh" or "en".
func (m *Machine) Mermaid(lang string) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n")
	fmt.Fprintf(&b, "    [*] --> %s\n", m.def.Initial)
	m.drawGroup(&b, "", "    ", lang)
	for _, s := range m.def.States {
		for _, t := range m.leaving[s.Name] {
			for _, br := range t.branches {
				if br.to != s.Name {
					fmt.Fprintf(&b, "    %s --> %s: %s\n", s.Name, br.to, m.arrow(t, lang))
				}
			}
		}
	}
	for _, s := range m.def.States {
		if len(m.leaving[s.Name]) == 0 || s.Outcome != "" {
			fmt.Fprintf(&b, "    %s --> [*]\n", s.Name)
		}
	}
	return b.String()
}

func (m *Machine) arrow(t *transition, lang string) string {
	words := plainWords(t.def.Label.In(lang))
	switch {
	case t.def.Auto:
		words = "⚙ " + words
	case t.def.Revert:
		words = "↩ " + words
	case m.onlySystem(t):
		words = "⏱ " + words
	}
	return words
}

func (m *Machine) onlySystem(t *transition) bool {
	return len(t.def.By) > 0 && !slices.ContainsFunc(t.def.By,
		func(n string) bool { return m.parties[n].Relation != RelSystem })
}

// plainWords takes out what Mermaid would read as its own.
func plainWords(s string) string {
	return strings.NewReplacer(":", "：", ";", "；", "#", "＃", "\n", " ").Replace(s)
}

// drawGroup writes the states of a group, nested groups inside.
func (m *Machine) drawGroup(b *strings.Builder, group State, indent, lang string) {
	for _, s := range m.def.States {
		if s.In == group {
			fmt.Fprintf(b, "%s%s: %s\n", indent, s.Name, plainWords(s.Label.In(lang)))
		}
	}
	for _, g := range m.def.Groups {
		if g.In == group {
			fmt.Fprintf(b, "%sstate \"%s\" as %s {\n", indent, plainWords(g.Label.In(lang)), g.Name)
			m.drawGroup(b, g.Name, indent+"    ", lang)
			fmt.Fprintf(b, "%s}\n", indent)
		}
	}
}
