package board

import (
	"reflect"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// BoardDoc is what a case adds to the boards (sign 1) or removes (-1).
type BoardDoc struct {
	Sign     int            `json:"sign"`
	Province region.Code    `json:"province"`
	City     region.Code    `json:"city"`
	County   region.Code    `json:"county"`
	Street   region.Code    `json:"street"`
	Agency   *workflow.ID   `json:"agency_id"`
	Round    *workflow.ID   `json:"round_id"`
	Topics   []string       `json:"topics"`
	Workflow string         `json:"workflow"`
	Stage    workflow.Stage `json:"stage"`
	Amount   int64          `json:"amount"`
	Due      *calendar.Date `json:"due_on"`

	Awards    int   `json:"awards"` // 1 with a confirmed award, for the public figures
	Committed int64 `json:"committed"`
	Paid      int64 `json:"paid"`
}

// Columns returns the columns of board_deltas that a commit writes: the fields of BoardDoc.
func Columns() (out []string) {
	doc := reflect.TypeFor[BoardDoc]()
	for i := range doc.NumField() {
		out = append(out, doc.Field(i).Tag.Get("json"))
	}
	return out
}

// BoardChange returns the deltas of a decision. Boards count cases in CNY that an organization submitted here,
// without a parent: no drafts, and payments are part of their grant.
func BoardChange(before, after *workflow.Case) (d []BoardDoc) {
	a, b := boardFacts(before), boardFacts(after)
	switch {
	case a == nil && b == nil, a != nil && b != nil && a.same(b):
		return nil
	}
	if a != nil {
		a.Sign = -1
		d = append(d, *a)
	}
	if b != nil {
		b.Sign = 1
		d = append(d, *b)
	}
	return d
}

// boardFacts returns how a case counts on boards, nil if it does not. check_cells.sql and check_dues.sql recount by
// the same rule.
func boardFacts(c *workflow.Case) *BoardDoc {
	if c.Counted() == workflow.NoStage || c.Organization == "" || c.Parent != "" || c.Imported ||
		c.Currency != "" && c.Currency != "CNY" {
		return nil
	}
	d := &BoardDoc{Province: c.Region.Province(), City: c.Region.City(), County: c.Region.County(),
		Street: c.Region.Street(),
		Agency: pg.Opt(c.Agency), Round: pg.Opt(c.Round), Topics: pg.List(c.Topics), Workflow: c.Workflow, Stage: c.Stage,
		Amount: boardAmount(c), Due: c.Due}
	if c.Committed > 0 {
		d.Awards, d.Committed, d.Paid = 1, int64(c.Committed), int64(c.Paid)
	}
	return d
}

// boardAmount is the requested amount until the award is confirmed, then the committed one.
func boardAmount(c *workflow.Case) int64 {
	if c.Stage == workflow.Applied {
		return int64(c.Requested)
	}
	return int64(c.Committed)
}

func (a *BoardDoc) same(b *BoardDoc) bool {
	return a.Province == b.Province && a.City == b.City && a.County == b.County && a.Street == b.Street &&
		equal(a.Agency, b.Agency) && equal(a.Round, b.Round) && equal(a.Due, b.Due) && a.Stage == b.Stage &&
		a.Amount == b.Amount && a.Committed == b.Committed && a.Paid == b.Paid && sameTopics(a.Topics, b.Topics)
}

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

func sameTopics(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
