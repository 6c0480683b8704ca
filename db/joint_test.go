package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"
)

// asker answers "answer to QUESTION", nothing to "nothing", and remembers what it was asked together.
type asker struct {
	*joint[string, string]
	mu     sync.Mutex
	asked  [][]string
	begun  chan struct{}
	resume chan struct{}
}

func newAsker(most, free int) *asker {
	a := &asker{begun: make(chan struct{}, 100), resume: make(chan struct{})}
	a.joint = &joint[string, string]{most: most, pace: pace{free: free, usual: free}, ask: func(_ context.Context, kind string, questions []string) ([]*string, error) {
		a.mu.Lock()
		a.asked = append(a.asked, append([]string{kind}, questions...))
		a.mu.Unlock()
		a.begun <- struct{}{}
		<-a.resume
		var out []*string
		for _, q := range questions {
			switch q {
			case "bad":
				return nil, fmt.Errorf("a word of it: %w", &pq.Error{Code: "22021"})
			case "away":
				return nil, fmt.Errorf("going: %w", &pq.Error{Code: "57P01"})
			case "panic":
				panic("no such thing")
			case "nothing":
				out = append(out, nil)
			default:
				out = append(out, new("answer to "+q))
			}
		}
		return out, nil
	}}
	return a
}

// said is what became of a question.
type said struct {
	answer string
	err    error
}

// put asks while the only statement is held, so that the rest stands in line in this order, then lets all go.
func (a *asker) put(t *testing.T, questions ...string) []said {
	t.Helper()
	out := make([]said, len(questions))
	var all sync.WaitGroup
	for i, q := range questions {
		all.Go(func() {
			kind, q, _ := strings.Cut(q, ":")
			x, err := a.do(t.Context(), kind, q)
			if out[i].err = err; x != nil {
				out[i].answer = *x
			}
		})
		if i == 0 {
			<-a.begun
		}
		a.waiting(t, i)
	}
	close(a.resume)
	all.Wait()
	return out
}

func (a *asker) waiting(t *testing.T, n int) {
	t.Helper()
	for range 2000 {
		a.joint.mu.Lock()
		l := len(a.line)
		a.joint.mu.Unlock()
		if l == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%d do not stand in line", n)
}

func TestReadsThatWaitGoTogether(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		most int
		put  []string
		want [][]string // what each statement asked, its kind first
		errs map[int]string
	}{
		{"all that wait", 9, []string{"k:a", "k:b", "k:c", "k:d"}, [][]string{{"k", "a"}, {"k", "b", "c", "d"}}, nil},
		{"no more than one carries", 2, []string{"k:a", "k:b", "k:c", "k:d"}, [][]string{{"k", "a"}, {"k", "b", "c"}, {"k", "d"}}, nil},
		{"kinds apart, each in its turn", 9, []string{"k:a", "k:b", "l:c", "k:d", "l:e"}, [][]string{{"k", "a"}, {"k", "b", "d"}, {"l", "c", "e"}}, nil},
		{"nothing for one", 9, []string{"k:a", "k:b", "k:nothing", "k:d"}, [][]string{{"k", "a"}, {"k", "b", "nothing", "d"}}, map[int]string{2: sql.ErrNoRows.Error()}},
		{"one that is refused does not spoil the others", 9, []string{"k:a", "k:b", "k:bad", "k:d"},
			[][]string{{"k", "a"}, {"k", "b", "bad", "d"}, {"k", "b"}, {"k", "bad"}, {"k", "d"}}, map[int]string{2: "22021"}},
		{"a database that goes is not asked again", 9, []string{"k:a", "k:b", "k:away"}, [][]string{{"k", "a"}, {"k", "b", "away"}},
			map[int]string{1: "57P01", 2: "57P01"}},
		{"a panic is theirs who asked, and the next are answered", 2, []string{"k:a", "k:panic", "k:b", "k:c"},
			[][]string{{"k", "a"}, {"k", "panic", "b"}, {"k", "c"}}, map[int]string{1: "panic: no such thing", 2: "panic: no such thing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			a := newAsker(c.most, 1)
			for i, got := range a.put(t, c.put...) {
				_, q, _ := strings.Cut(c.put[i], ":")
				switch want := c.errs[i]; {
				case want != "":
					var e *pq.Error
					code := ""
					if errors.As(got.err, &e) {
						code = string(e.Code)
					}
					if got.err == nil || !strings.Contains(got.err.Error(), want) && code != want || got.answer != "" {
						t.Errorf("%s got %q, %v instead of %s", c.put[i], got.answer, got.err, want)
					}
				case got.err != nil || got.answer != "answer to "+q:
					t.Errorf("%s got %q, %v", c.put[i], got.answer, got.err)
				}
			}
			if !slices.EqualFunc(a.asked, c.want, slices.Equal[[]string]) {
				t.Errorf("asked %q, want %q", a.asked, c.want)
			}
			if a.pace.free != 1 || a.pace.quick != 0 || len(a.line) != 0 {
				t.Errorf("%+v, %d stand in line", a.pace, len(a.line))
			}
		})
	}
}

// TestWhoLeavesIsNotWaitedFor: who goes while in line is not asked for; who goes later leaves the others their answers.
func TestWhoLeavesIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	a := newAsker(9, 1)
	first, leave := context.WithCancel(t.Context())
	second, leaveToo := context.WithCancel(t.Context())
	var all sync.WaitGroup
	var errs [3]error
	all.Go(func() { _, errs[0] = a.do(first, "k", "a") })
	<-a.begun
	all.Go(func() { _, errs[1] = a.do(second, "k", "b") })
	a.waiting(t, 1)
	leaveToo()
	a.waiting(t, 0)
	all.Go(func() { _, errs[2] = a.do(t.Context(), "k", "c") })
	a.waiting(t, 1)
	leave()
	close(a.resume)
	all.Wait()
	if !errors.Is(errs[0], context.Canceled) && errs[0] != nil || !errors.Is(errs[1], context.Canceled) || errs[2] != nil {
		t.Errorf("they got %v", errs)
	}
	if want := [][]string{{"k", "a"}, {"k", "c"}}; !slices.EqualFunc(a.asked, want, slices.Equal[[]string]) {
		t.Errorf("asked %q, want %q", a.asked, want)
	}
	if _, err := a.do(second, "k", "d"); !errors.Is(err, context.Canceled) {
		t.Errorf("who has gone is asked for: %v", err)
	}
}

// TestAnAnswerIsNoOlderThanItsQuestion: what stood before a question was asked is in its answer, however many ask at once.
func TestAnAnswerIsNoOlderThanItsQuestion(t *testing.T) {
	t.Parallel()
	var now atomic.Int64
	j := &joint[int64, int64]{most: 7, pace: pace{free: 3, usual: 3}, ask: func(_ context.Context, _ string, questions []int64) ([]*int64, error) {
		seen := now.Load() // the statement's snapshot
		return slices.Repeat([]*int64{&seen}, len(questions)), nil
	}}
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for range 500 {
				before := now.Add(1)
				if seen, err := j.do(t.Context(), "k", before); err != nil || *seen < before {
					t.Errorf("asked at %d, answered with what stood at %d, %v", before, *seen, err)
				}
			}
		})
	}
	all.Wait()
}
