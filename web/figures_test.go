package web

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/region"
)

// sums counts how often public figures are asked for.
type sums struct {
	Public
	asked int
	fail  error
}

func (p *sums) Figures(context.Context, workflow.ID, region.Code) ([]Figure, error) {
	p.asked++
	return []Figure{{Count: p.asked}}, p.fail
}

// TestPublicSumsAreComputedBehindTheReader: one at a time, and a sum that cannot be made again keeps its own age, so
// that it is not shown for ever.
func TestPublicSumsAreComputedBehindTheReader(t *testing.T) {
	t.Parallel()
	public := &sums{}
	s := &site{Options: Options{Public: public, Log: slog.New(slog.DiscardHandler)}}
	v := &visit{ctx: t.Context()}
	read := func() int {
		list, err := s.figures(v, "", "")
		if err != nil {
			return -1
		}
		return list[0].Count
	}
	first, second := read(), read()
	if first != 1 || second != 1 || public.asked != 1 {
		t.Fatalf("%d then %d, asked %d times for one reader after another", first, second, public.asked)
	}
	age := func(by time.Duration) {
		k := s.recent.kept["/"]
		k.at, k.asked = k.at.Add(-by), k.asked.Add(-by)
		s.recent.kept["/"] = k
	}
	age(figuresFor + time.Second)
	now := time.Now()
	if _, known, due := s.recent.find("/", now); !known || !due {
		t.Error("an old sum is nobody's to make again")
	}
	if _, known, due := s.recent.find("/", now); !known || due {
		t.Error("two make it again at once")
	}
	s.sumAnew(t.Context(), "/", "", "")
	if read() != 2 {
		t.Error("the new sum is not shown")
	}
	public.fail = errors.New("away")
	for range 20 { // twenty failures, half a minute apart
		age(figuresFor + time.Second)
		if _, _, due := s.recent.find("/", time.Now()); due {
			s.sumAnew(t.Context(), "/", "", "")
		}
	}
	if read() != -1 {
		t.Error("a sum older than ten minutes is shown as today's")
	}
}
