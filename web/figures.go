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
	at   time.Time
	list []Figure
}

const (
	figuresFor    = 30 * time.Second
	figuresAtMost = 10 * time.Minute // older ones are not shown
	figuresOf     = 1000             // filters that are remembered
)

func (s *site) figures(v *visit, round workflow.ID, in region.Code) ([]Figure, error) {
	key, now := round+"/"+string(in), time.Now()
	s.recent.mu.Lock()
	k, known := s.recent.kept[key]
	s.recent.mu.Unlock()
	switch age := now.Sub(k.at); {
	case known && age < figuresFor:
		return k.list, nil
	case known && age < figuresAtMost: // nobody waits for the next sum: one reader has it made
		s.keepFigures(key, keptFigures{now, k.list})
		go func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), figuresFor)
			defer cancel()
			if list, err := s.Public.Figures(ctx, round, in); err == nil {
				s.keepFigures(key, keptFigures{time.Now(), list})
			} else {
				s.Log.Warn("figures are older than they should be", "error", err)
			}
		}()
		return k.list, nil
	}
	list, err := s.Public.Figures(v.ctx, round, in)
	if err == nil {
		s.keepFigures(key, keptFigures{now, list})
	}
	return list, err
}

func (s *site) keepFigures(key string, k keptFigures) {
	s.recent.mu.Lock()
	defer s.recent.mu.Unlock()
	if s.recent.kept == nil || len(s.recent.kept) >= figuresOf {
		s.recent.kept = map[string]keptFigures{}
	}
	s.recent.kept[key] = k
}
