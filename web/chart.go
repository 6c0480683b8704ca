package web

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"incubase/workflow"
)

// bar is one row of a chart: its parts by stage.
type bar struct {
	Label string
	Parts []part
	Total int
}

// part of a bar: where it stands, in units of the picture.
type part struct {
	Stage workflow.Stage
	Count int
	X, W  string
}

// barWidth of the widest bar, in the units of the picture.
const barWidth = 600

// chartRows is how many rows a chart draws; the table beside it has them all.
const chartRows = 20

// lay puts the parts of all bars to scale: the largest where there are too many to look at, in the order of the table.
func lay(rows []bar) []bar {
	for i := range rows {
		for _, p := range rows[i].Parts {
			rows[i].Total += p.Count
		}
	}
	if len(rows) > chartRows {
		slices.SortStableFunc(rows, func(a, b bar) int { return b.Total - a.Total })
		rows = rows[:chartRows]
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

// spoken says a bar in words, for who does not see it.
func (b *bar) spoken(ctx context.Context) string {
	var out []string
	for _, p := range b.Parts {
		if p.Count > 0 {
			out = append(out, fmt.Sprintf("%s %d", words(ctx, p.Stage.Label()), p.Count))
		}
	}
	return strings.Join(out, say(ctx, "，", ", "))
}

func boardBars(ctx context.Context, b *panel) []bar {
	out := make([]bar, len(b.Rows))
	for i, r := range b.Rows {
		out[i].Label = b.rowName(ctx, r)
		for _, s := range workflow.Stages {
			out[i].Parts = append(out[i].Parts, part{Stage: s, Count: r.Count[s]})
		}
	}
	return lay(out)
}

func figureBars(ctx context.Context, rows []figure) []bar {
	out := make([]bar, len(rows))
	for i, r := range rows {
		out[i].Label = words(ctx, r.Round)
		for _, s := range workflow.Stages {
			out[i].Parts = append(out[i].Parts, part{Stage: s, Count: r.Stages[s].Count})
		}
	}
	return lay(out)
}

// sorted are the values of a map in the order of its keys.
func sorted(m map[string]string) []string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
