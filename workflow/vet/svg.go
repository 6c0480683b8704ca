package vet

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// in pixels
const (
	boxHeight, rowGap  = 44, 56
	columnGap, margin  = 36, 24
	wideRune, slimRune = 15, 8
)

type box struct {
	state         workflow.State
	label         string
	x, y, w, rank int
}

// SVG draws the state diagram: states in rows by their distance from the initial one, moves as curves with tooltips
// and, where it fits, labels. lang is "zh" or "en".
func SVG(m *machine.Machine, lang string) string {
	rows := rows(m, lang)
	at := map[workflow.State]*box{}
	width, y := 0, margin
	for _, row := range rows {
		x := margin
		for i := range row {
			row[i].x, row[i].y = x, y
			x += row[i].w + columnGap
			at[row[i].state] = &row[i]
		}
		width, y = max(width, x), y+boxHeight+rowGap
	}
	width += 60 // space for curves that go back
	var b strings.Builder
	fmt.Fprintf(&b,
		`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="14" role="img"><title>%s</title>`,
		width, y, width, y, html.EscapeString(m.Def.Title.In(lang)))
	b.WriteString(
		`<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>`)
	for _, s := range m.Def.States {
		for _, t := range m.Leaving[s.Name] {
			for _, br := range t.Branches {
				if br.To != s.Name {
					curve(m, &b, at[s.Name], at[br.To], t, lang)
				}
			}
		}
	}
	for _, row := range rows {
		for _, x := range row {
			drawBox(m, &b, x)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func rows(m *machine.Machine, lang string) [][]box {
	rank := map[workflow.State]int{m.Def.Initial: 0}
	for todo := []workflow.State{m.Def.Initial}; len(todo) > 0; todo = todo[1:] {
		for _, t := range m.Leaving[todo[0]] {
			for _, br := range t.Branches {
				if _, seen := rank[br.To]; !seen {
					rank[br.To] = rank[todo[0]] + 1
					todo = append(todo, br.To)
				}
			}
		}
	}
	var rows [][]box
	for _, s := range m.Def.States {
		r := rank[s.Name]
		for len(rows) <= r {
			rows = append(rows, nil)
		}
		label := s.Label.In(lang)
		rows[r] = append(rows[r], box{state: s.Name, label: label, w: textWidth(label) + 28, rank: r})
	}
	for _, row := range rows {
		slices.SortStableFunc(row, func(a, b box) int { return len(m.Leaving[b.state]) - len(m.Leaving[a.state]) })
	}
	return rows
}

func textWidth(s string) (w int) {
	for _, r := range s {
		if utf8.RuneLen(r) > 1 {
			w += wideRune
		} else {
			w += slimRune
		}
	}
	return w
}

var stageColours = map[string]string{"applied": "#e8f0fe", "reviewed": "#fef3e0", "funded": "#e6f4ea",
	"reported": "#f3e8fd"}

func drawBox(m *machine.Machine, b *strings.Builder, x box) {
	s := m.States[x.state]
	fill := stageColours[s.Stage]
	if fill == "" {
		fill = "#f5f5f5"
	}
	stroke := "#555"
	if s.Outcome != "" {
		stroke = "#111"
	}
	fmt.Fprintf(b,
		`<g><title>%s</title><rect x="%d" y="%d" width="%d" height="%d" rx="8" fill="%s" stroke="%s"/><text x="%d" y="%d" text-anchor="middle">%s</text></g>`,
		html.EscapeString(string(x.state)), x.x, x.y, x.w, boxHeight, fill, stroke, x.x+x.w/2, x.y+boxHeight/2+5,
		html.EscapeString(x.label))
}

// curve goes down to a later row, and around the side to an earlier or the same one.
func curve(m *machine.Machine, b *strings.Builder, from, to *box, t *machine.Transition, lang string) {
	style := ""
	if t.Def.Revert || t.Def.Auto || m.OnlySystem(t) {
		style = ` stroke-dasharray="5 4"`
	}
	x1, y1, x2, y2 := from.x+from.w/2, from.y+boxHeight, to.x+to.w/2, to.y
	path := fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, x1, y1+rowGap/2, x2, y2-rowGap/2, x2, y2)
	if to.rank <= from.rank {
		x1, y1, x2, y2 = from.x+from.w, from.y+boxHeight/2, to.x+to.w, to.y+boxHeight/2
		bend := max(x1, x2) + 40
		path = fmt.Sprintf("M%d %dC%d %d %d %d %d %d", x1, y1, bend, y1, bend, y2, x2, y2)
	}
	label := html.EscapeString(t.Def.Label.In(lang))
	fmt.Fprintf(b, `<g><title>%s</title><path d="%s" fill="none" stroke="#888"%s marker-end="url(#a)"/>`, label, path,
		style)
	if to.rank == from.rank+1 {
		fmt.Fprintf(b, `<text x="%d" y="%d" font-size="10" fill="#555" text-anchor="middle">%s</text>`, (x1+3*x2)/4, y2-10,
			label)
	}
	b.WriteString("</g>")
}
