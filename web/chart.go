package web

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"incubase/workflow"
)

// bar is one row of a chart: its parts by stage.
type bar struct {
	Label string
	Parts []part
	Total int
}

// part of a bar: where it stands in hundredths of the widest.
type part struct {
	Stage workflow.Stage
	Count int
	X, W  string
}

// barWidth of the widest bar, in the units of the picture.
const barWidth = 600

// lay puts the parts of all bars to scale.
func lay(rows []bar) []bar {
	widest := 1
	for i := range rows {
		for _, p := range rows[i].Parts {
			rows[i].Total += p.Count
		}
		widest = max(widest, rows[i].Total)
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

func boardBars(rows []workflow.Counts, ctx context.Context) []bar {
	out := make([]bar, len(rows))
	for i, r := range rows {
		out[i].Label = words(ctx, r.Label)
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
			out[i].Parts = append(out[i].Parts, part{Stage: s, Count: r.Stages[s]})
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
