package ui

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

type Bar struct {
	Label string
	Parts []Part
	Total int
}

// Part is a part of a bar, in units of the picture.
type Part struct {
	Stage workflow.Stage
	Label text.Text
	Count int
	X, W  string
}

const barWidth = 600

// ChartRows limits the rows of a chart; the table beside it has them all.
const ChartRows = 20

// Lay scales the bars and keeps the largest ChartRows of them, in the table's order.
func Lay(rows []Bar) []Bar {
	for i := range rows {
		for _, p := range rows[i].Parts {
			rows[i].Total += p.Count
		}
	}
	if len(rows) > ChartRows {
		slices.SortStableFunc(rows, func(a, b Bar) int { return b.Total - a.Total })
		rows = rows[:ChartRows]
	}
	widest := 1
	for _, r := range rows {
		widest = max(widest, r.Total)
	}
	for i := range rows {
		x := 0.0
		for j := range rows[i].Parts {
			p := &rows[i].Parts[j]
			w := float64(p.Count) * barWidth / float64(widest)
			p.X, p.W = fmt.Sprintf("%.1f", x), fmt.Sprintf("%.1f", w)
			x += w
		}
	}
	return rows
}

// spoken describes a bar for screen readers.
func (b *Bar) spoken(ctx context.Context) string {
	var out []string
	for _, p := range b.Parts {
		if p.Count > 0 {
			out = append(out, fmt.Sprintf("%s %d", Say(ctx, p.Label), p.Count))
		}
	}
	return strings.Join(out, Say(ctx, sayComma))
}

func BoardBars(ctx context.Context, b *Panel) []Bar {
	out := make([]Bar, len(b.Rows))
	for i, r := range b.Rows {
		out[i].Label = b.RowName(ctx, r)
		for _, s := range b.Wording.Stages {
			out[i].Parts = append(out[i].Parts, Part{Stage: s, Label: b.Wording.Label(s), Count: r.Count[s]})
		}
	}
	return Lay(out)
}

func FigureBars(ctx context.Context, rows []RoundFigures, w machine.Wording) []Bar {
	out := make([]Bar, len(rows))
	for i, r := range rows {
		out[i].Label = Say(ctx, r.Round)
		for _, s := range w.Stages {
			out[i].Parts = append(out[i].Parts, Part{Stage: s, Label: w.Label(s), Count: r.Stages[s].Count})
		}
	}
	return Lay(out)
}

func Sorted(m map[string]string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
