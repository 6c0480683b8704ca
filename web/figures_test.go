package web

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/region"
)

// sums counts its reads.
type sums struct {
	edge.Public
	asked int
	fail  error
}

func (p *sums) PublicFigures(context.Context, workflow.ID, region.Code) ([]workflow.Figure, error) {
	p.asked++
	return []workflow.Figure{{Count: p.asked}}, p.fail
}

// TestPublicSumsAreComputedBehindTheReader: one refresh at a time; a sum whose refresh fails ages, so that it is not
// shown for ever.
func TestPublicSumsAreComputedBehindTheReader(t *testing.T) {
	t.Parallel()
	public := &sums{}
	s := newSite(&ui.Site{Options: ui.Options{Ports: edge.Ports{Public: public, Log: slog.New(slog.DiscardHandler)}}})
	v := &ui.Visit{Ctx: t.Context()}
	read := func() int {
		list, err := s.Figures(v, "", "")
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
		k := s.Recent.Kept["/"]
		k.At, k.Asked = k.At.Add(-by), k.Asked.Add(-by)
		s.Recent.Kept["/"] = k
	}
	age(ui.FiguresFor + time.Second)
	now := time.Now()
	if _, known, due := s.Recent.Find("/", now); !known || !due {
		t.Error("an old sum is nobody's to make again")
	}
	if _, known, due := s.Recent.Find("/", now); !known || due {
		t.Error("two make it again at once")
	}
	s.SumAnew(t.Context(), "/", "", "")
	if read() != 2 {
		t.Error("the new sum is not shown")
	}
	public.fail = errors.New("away")
	for range 20 { // half a minute apart
		age(ui.FiguresFor + time.Second)
		if _, _, due := s.Recent.Find("/", time.Now()); due {
			s.SumAnew(t.Context(), "/", "", "")
		}
	}
	if read() != -1 {
		t.Error("a sum older than ten minutes is shown as today's")
	}
}
