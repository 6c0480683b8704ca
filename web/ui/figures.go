package ui

import (
	"sync"
	"time"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

type Tally struct {
	Count   int
	Awarded money.Fen
	Paid    money.Fen
}

func (t Tally) plus(f workflow.Figure) Tally {
	return Tally{t.Count + f.Count, t.Awarded + f.Awarded, t.Paid + f.Paid}
}

// RoundFigures sums up a round's awards; without a round, all awards.
type RoundFigures struct {
	RoundID  workflow.ID
	Round    text.Text
	Workflow string
	Stages   map[workflow.Stage]Tally
	All      Tally
}

func (f *RoundFigures) Add(x workflow.Figure) {
	f.Stages[x.Stage] = f.Stages[x.Stage].plus(x)
	f.All = f.All.plus(x)
}

// recent caches public figures: anybody may request them, and summing all awards is costly.
type recent struct {
	mu   sync.Mutex
	Kept map[string]KeptFigures
}

type KeptFigures struct {
	At    time.Time // the time of the sum
	Asked time.Time // when its refresh last began
	List  []workflow.Figure
}

const (
	FiguresFor    = 30 * time.Second
	FiguresAtMost = 10 * time.Minute // the oldest shown
	figuresOf     = 1000             // filters in the cache
)

// Find returns the cached figures and whether this caller refreshes them; one refresh runs at a time.
func (r *recent) Find(key string, now time.Time) (k KeptFigures, known, due bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, known = r.Kept[key]; known && now.Sub(k.Asked) >= FiguresFor {
		due = true
		again := k
		again.Asked = now
		r.Kept[key] = again
	}
	return k, known, due
}

func (r *recent) Keep(key string, k KeptFigures) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.Kept == nil || len(r.Kept) >= figuresOf {
		r.Kept = map[string]KeptFigures{}
	}
	r.Kept[key] = k
}
