package ui

import (
	"sync"
	"time"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

// Figure is the awards of a round in one stage, in sum.
type Figure struct {
	RoundID workflow.ID
	Round   workflow.Text
	Stage   workflow.Stage
	Count   int
	Awarded money.Fen
	Paid    money.Fen
}

// Tally is a number of awards with their sums.
type Tally struct {
	Count   int
	Awarded money.Fen
	Paid    money.Fen
}

func (t Tally) plus(f Figure) Tally {
	return Tally{t.Count + f.Count, t.Awarded + f.Awarded, t.Paid + f.Paid}
}

// RoundFigures is a round's awards in sum; without a round, those of all.
type RoundFigures struct {
	RoundID workflow.ID
	Round   text.Text
	Stages  map[workflow.Stage]Tally
	All     Tally
}

func (f *RoundFigures) Add(x Figure) {
	f.Stages[x.Stage] = f.Stages[x.Stage].plus(x)
	f.All = f.All.plus(x)
}

// recent keeps public figures for a moment: anybody may ask for them, and summing up all awards has its price.
type recent struct {
	mu   sync.Mutex
	Kept map[string]KeptFigures
}

type KeptFigures struct {
	At    time.Time // of the sum
	Asked time.Time // when it was last set about
	List  []Figure
}

const (
	FiguresFor    = 30 * time.Second
	FiguresAtMost = 10 * time.Minute // older ones are not shown
	figuresOf     = 1000             // filters that are remembered
)

// Find is what is kept under a key, and whether it is this reader's to have it made again: one at a time.
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
