package web

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"incubase/web/public"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

func counts(key string, n int) workflow.Counts {
	return workflow.Counts{Key: key, Label: text.Text{ZH: "地区" + key}, Count: map[workflow.Stage]int{workflow.Applied: n,
		workflow.Funded: 1},
		Sum: map[workflow.Stage]money.Fen{workflow.Applied: money.Fen(n) * 100}, Overdue: n % 2}
}

// TestRowsOfABoardLeadSomewhere: to boards with rows, then to cases, never to an empty board.
func TestRowsOfABoardLeadSomewhere(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		at   region.Code
		by   string
		rows []workflow.Counts
		want string
		of   string // workflow
	}{
		"a province of the country": {"", "region", []workflow.Counts{counts("23", 1)},
			"/board?by=region&region=23", ""},
		"a county of a city": {"2303", "region", []workflow.Counts{counts("230302", 1)},
			"/board?by=region&region=230302", ""},
		"a street of a county": {"230302", "region", []workflow.Counts{counts("230302001", 1)},
			"/cases?region=230302001", ""},
		"a city without counties": {"4419", "region", []workflow.Counts{counts("4419", 1)},
			"/cases?region=4419", ""},
		"cases of the city itself among others": {"2303", "region", []workflow.Counts{counts("2303", 1), counts("230302", 1)},
			"", ""},
		"a round of a place": {"2303", "round", []workflow.Counts{counts("r1", 1)},
			"/cases?region=2303&round=r1", ""},
		"an agency": {"2303", "agency", []workflow.Counts{counts("a1", 1)}, "", ""},
		"a workflow of a city": {"2303", "workflow", []workflow.Counts{counts("grant", 1)},
			"/board?by=region&region=2303&workflow=grant", ""},
		"a workflow of a street": {"230302001", "workflow", []workflow.Counts{counts("grant", 1)},
			"/cases?region=230302001&workflow=grant", ""},
		"a county of a board of one workflow": {"2303", "region", []workflow.Counts{counts("230302", 1)},
			"/board?by=region&region=230302&workflow=grant", "grant"},
		"a street of a board of one workflow": {"230302", "region", []workflow.Counts{counts("230302001", 1)},
			"/cases?region=230302001&workflow=grant", "grant"},
	} {
		p := &ui.Panel{Region: row.at, By: row.by, Rows: row.rows, Workflow: row.of}
		if got := p.RowAt(row.rows[0]); got != row.want {
			t.Errorf("%s leads to %q, want %q", name, got, row.want)
		}
	}
}

func rendered(t *testing.T, p *ui.Panel, lang string) string {
	t.Helper()
	var b bytes.Buffer
	if err := public.BoardPage(p).Render(context.WithValue(t.Context(), ui.FrameKey{}, &ui.Frame{Lang: lang}),
		&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// TestABoardOfAnySize: the table has all rows, the picture only ChartRows.
func TestABoardOfAnySize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, ui.ChartRows, ui.ChartRows + 1, 1000} {
		p := &ui.Panel{Region: "23", By: "agency"}
		for i := range n {
			p.Rows = append(p.Rows, counts(fmt.Sprint("k", i), i))
		}
		body := rendered(t, p, "zh")
		drawn := min(n, ui.ChartRows)
		if got := strings.Count(body, "<svg"); got != drawn {
			t.Errorf("%d rows: %d are drawn", n, got)
		}
		if got, want := strings.Count(body, `<th scope="row">`), n; n < 2 && got != want || n > 1 && got != want+1 {
			t.Errorf("%d rows: the table has %d", n, got)
		}
		if (n == 0) != strings.Contains(body, "还没有案件") || (n > ui.ChartRows) != strings.Contains(body, "图中只画最多的") {
			t.Errorf("%d rows: %s", n, body[:min(len(body), 500)])
		}
		if strings.Contains(body, "style=") {
			t.Errorf("%d rows: a style that the policy forbids", n)
		}
	}
}

func TestTheLargestRowsAreDrawn(t *testing.T) {
	t.Parallel()
	var rows []ui.Bar
	for i := range 50 {
		rows = append(rows, ui.Bar{Label: fmt.Sprint(i), Parts: []ui.Part{{Stage: workflow.Applied, Count: i},
			{Stage: workflow.Funded, Count: i}}})
	}
	rows = ui.Lay(rows)
	if len(rows) != ui.ChartRows || rows[0].Label != "49" || rows[0].Total != 98 || rows[0].Parts[0].W != "300.0" ||
		rows[0].Parts[1].X != "300.0" {
		t.Errorf("%d rows, the first: %+v", len(rows), rows[0])
	}
	if none := ui.Lay([]ui.Bar{{Parts: []ui.Part{{Stage: workflow.Applied}}}}); none[0].Parts[0].W != "0.0" {
		t.Errorf("a row of nothing: %+v", none)
	}
}

func TestRowsOfABoardHaveNames(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		by     string
		r      workflow.Counts
		zh, en string
	}{
		"a place has only a Chinese name": {"region", counts("230302", 1), "地区230302", "地区230302"},
		"a topic": {"field", workflow.Counts{Key: "children_in_difficulty"}, "困境儿童",
			"Children in difficulty"},
		"a topic that is no longer known": {"field", workflow.Counts{Key: "gone"}, "gone", "gone"},
		"no group":                        {"region", workflow.Counts{}, "（未分组）", "(none)"},
		"the place itself":                {"region", counts("2303", 1), "未分到下级地区", "No place further down"},
	} {
		p := &ui.Panel{Region: "2303", By: row.by, Rows: []workflow.Counts{row.r, counts("2", 1)}}
		for lang, want := range map[string]string{"zh": row.zh, "en": row.en} {
			if got := p.RowName(context.WithValue(t.Context(), ui.FrameKey{}, &ui.Frame{Lang: lang}),
				row.r); !strings.EqualFold(got,
				want) {
				t.Errorf("%s, %s: %q, want %q", name, lang, got, want)
			}
		}
	}
}
