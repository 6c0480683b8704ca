package walk

import (
	"fmt"
	"io"
	"slices"
	"sort"
	"sync"
	"time"

	"incubase/workflow/money"
)

type Report struct {
	Filed     int       // opened applications
	Reported  int       // applications that reached the stage reported
	LeftOut   []LeftOut // rows that could not be filed
	Stages    []Stage
	Awarded   money.Fen
	Paid      money.Fen
	Events    int // events whose chain was checked over the API
	Requested money.Fen
}

type Stage struct {
	Name    string
	Done    int
	Took    time.Duration   // from first to last
	Each    []time.Duration // of each application, sorted
	Refused map[string][]string
}

// Percentile returns a percentile of the times, 0 without any.
func (s Stage) Percentile(p int) time.Duration {
	if len(s.Each) == 0 {
		return 0
	}
	return s.Each[(len(s.Each)-1)*p/100]
}

func (s Stage) Count() (n int) {
	for _, rows := range s.Refused {
		n += len(rows)
	}
	return n
}

type stopwatch struct {
	mu    sync.Mutex
	stage Stage
	began time.Time
}

func startStage(name string) *stopwatch {
	return &stopwatch{stage: Stage{Name: name, Refused: map[string][]string{}}, began: time.Now()}
}

func (s *stopwatch) done(row string, took time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		why := because(err)
		s.stage.Refused[why] = append(s.stage.Refused[why], row)
		return
	}
	s.stage.Done++
	s.stage.Each = append(s.stage.Each, took)
}

func (s *stopwatch) stop() Stage {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stage.Took = time.Since(s.began)
	slices.Sort(s.stage.Each)
	return s.stage
}

func (s Stage) print(out io.Writer) {
	fmt.Fprintf(out, "%-34s %4d   %9s %9s %9s\n", s.Name, s.Done, short(s.Percentile(50)), short(s.Percentile(95)),
		short(s.Took))
	reasons := make([]string, 0, len(s.Refused))
	for why := range s.Refused {
		reasons = append(reasons, why)
	}
	sort.Strings(reasons)
	for _, why := range reasons {
		rows := s.Refused[why]
		fmt.Fprintf(out, "    refused %d: %s (%s)\n", len(rows), why, some(rows))
	}
}

func short(d time.Duration) string {
	if d >= time.Second {
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(100 * time.Microsecond).String()
}

func some(rows []string) string {
	const shown = 3
	slices.Sort(rows)
	if len(rows) <= shown {
		return fmt.Sprintf("%v", rows)
	}
	return fmt.Sprintf("%v and %d more", rows[:shown], len(rows)-shown)
}

func printLeftOut(out io.Writer, rows []LeftOut) {
	by := map[string][]string{}
	for _, r := range rows {
		by[r.Reason] = append(by[r.Reason], r.ID)
	}
	reasons := make([]string, 0, len(by))
	for why := range by {
		reasons = append(reasons, why)
	}
	sort.Strings(reasons)
	for _, why := range reasons {
		fmt.Fprintf(out, "left out %d: %s (%s)\n", len(by[why]), why, some(by[why]))
	}
}
