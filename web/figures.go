package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/region"
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

// tally is a number of awards with their sums.
type tally struct {
	Count   int
	Awarded money.Fen
	Paid    money.Fen
}

func (t tally) plus(f Figure) tally {
	return tally{t.Count + f.Count, t.Awarded + f.Awarded, t.Paid + f.Paid}
}

// figure is a round's awards in sum; without a round, those of all.
type figure struct {
	RoundID workflow.ID
	Round   text.Text
	Stages  map[workflow.Stage]tally
	All     tally
}

func (f *figure) add(x Figure) {
	f.Stages[x.Stage] = f.Stages[x.Stage].plus(x)
	f.All = f.All.plus(x)
}

// statistics sums up what is public.
func (s *site) statistics(v *visit) error {
	list, err := s.figures(v, "", "")
	if err != nil {
		return err
	}
	rows, all := summed(list)
	return v.show(http.StatusOK, figuresTitle, statisticsPage(rows, all))
}

// summed makes a row of each round, and one of all.
func summed(list []Figure) (rows []figure, all figure) {
	all.Stages = map[workflow.Stage]tally{}
	for _, x := range list {
		if len(rows) == 0 || rows[len(rows)-1].RoundID != x.RoundID {
			rows = append(rows, figure{RoundID: x.RoundID, Round: x.Round, Stages: map[workflow.Stage]tally{}})
		}
		rows[len(rows)-1].add(x)
		all.add(x)
	}
	return rows, all
}

// recent keeps public figures for a moment: anybody may ask for them, and summing up all awards has its price.
type recent struct {
	mu   sync.Mutex
	kept map[string]keptFigures
}

type keptFigures struct {
	at    time.Time // of the sum
	asked time.Time // when it was last set about
	list  []Figure
}

const (
	figuresFor    = 30 * time.Second
	figuresAtMost = 10 * time.Minute // older ones are not shown
	figuresOf     = 1000             // filters that are remembered
)

func (s *site) figures(v *visit, round workflow.ID, in region.Code) ([]Figure, error) {
	key, now := round+"/"+string(in), time.Now()
	k, known, due := s.recent.find(key, now)
	if known && now.Sub(k.at) < figuresAtMost {
		if due { // nobody waits for the next sum: it is made behind this reader's back
			go s.sumAnew(context.WithoutCancel(v.ctx), key, round, in)
		}
		return k.list, nil
	}
	list, err := s.Public.Figures(v.ctx, round, in)
	if err == nil {
		s.recent.keep(key, keptFigures{now, now, list})
	}
	return list, err
}

// sumAnew replaces what is kept. Where that fails the earlier sum stays with its own age, and is tried again later.
func (s *site) sumAnew(ctx context.Context, key string, round workflow.ID, in region.Code) {
	ctx, cancel := context.WithTimeout(ctx, figuresFor)
	defer cancel()
	begun := time.Now()
	list, err := s.Public.Figures(ctx, round, in)
	if err != nil {
		s.Log.Warn("public figures stay as they were", "error", err)
		return
	}
	s.recent.keep(key, keptFigures{begun, begun, list})
}

// find is what is kept under a key, and whether it is this reader's to have it made again: one at a time.
func (r *recent) find(key string, now time.Time) (k keptFigures, known, due bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if k, known = r.kept[key]; known && now.Sub(k.asked) >= figuresFor {
		due = true
		again := k
		again.asked = now
		r.kept[key] = again
	}
	return k, known, due
}

func (r *recent) keep(key string, k keptFigures) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.kept == nil || len(r.kept) >= figuresOf {
		r.kept = map[string]keptFigures{}
	}
	r.kept[key] = k
}
