package web

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"incubase/api/edge"
	"incubase/web/rounds"
	"incubase/web/ui"
	"incubase/workflow"
)

// TestAFormOfListsIsCheap: lists are counted in one pass, and columns have no columns.
func TestAFormOfListsIsCheap(t *testing.T) {
	t.Parallel()
	given := url.Values{"q.199" + strings.Repeat(".columns.199", 15) + ".zh": {"x"}}
	for i := range edge.MaxFields - 1 {
		given.Set(fmt.Sprintf("q.%d.columns.%d.zh", i%200, i), "x")
	}
	if err := edge.Fields(given); err != nil {
		t.Fatal(err)
	}
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			rounds.GivenEdit(&workflow.RoundRecord{}, given)
		}
	})
	if r.AllocedBytesPerOp() > 64<<20 || r.AllocsPerOp() > 2_000_000 {
		t.Errorf("%d bytes in %d pieces", r.AllocedBytesPerOp(), r.AllocsPerOp())
	}
	e := rounds.GivenEdit(&workflow.RoundRecord{}, url.Values{"q.1.zh": {"二"}, "q.1.choices.2.value": {"c"},
		"q.1.choices.2.zh": {"丙"}, "q.1.columns.0.zh": {"列"}})
	if len(e.Rows) != 2 || e.Rows[1].ZH != "二" || len(e.Rows[1].Choices) != 1 || len(e.Rows[1].Columns) != 1 {
		t.Errorf("read as %+v", e.Rows)
	}
}

// TestAListOfManyLinesIsCheap: a form may allow two billion lines.
func TestAListOfManyLinesIsCheap(t *testing.T) {
	t.Parallel()
	q := ui.Question{Name: "budget", Kind: "list", MaxLines: 2_000_000_000, Columns: []ui.Question{{Name: "item"}}}
	if f := q.Filled(url.Values{"q.budget.3.item": {"x"}}); len(f.Lines) != 1 {
		t.Errorf("%d lines", len(f.Lines))
	}
}
