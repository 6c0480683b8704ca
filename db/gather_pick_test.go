package db

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
)

// TestWhatMayGoTogether: which of those in line the next statement takes, and in which order the rest stays.
func TestWhatMayGoTogether(t *testing.T) {
	t.Parallel()
	type one struct {
		id, parent, round, state string
		answers                  int // bytes
	}
	for _, c := range []struct {
		name string
		line []one
		busy []string
		most int
		want []string
	}{
		{"strangers", []one{{id: "a"}, {id: "b"}, {id: "c"}}, nil, 16, []string{"a", "b", "c"}},
		{"no more than one statement carries", []one{{id: "a"}, {id: "b"}, {id: "c"}}, nil, 2, []string{"a", "b"}},
		{"a case once", []one{{id: "a"}, {id: "a"}, {id: "b"}}, nil, 16, []string{"a", "b"}},
		{"what is under way waits", []one{{id: "a"}, {id: "b"}}, []string{"a"}, 16, []string{"b"}},
		{"an envelope's together", []one{{id: "a", round: "r"}, {id: "b", round: "r"}, {id: "c"}}, nil, 16, []string{"a", "b", "c"}},
		{"not two envelopes", []one{{id: "a", round: "r"}, {id: "b", round: "s"}, {id: "c", round: "r"}}, nil, 16, []string{"a", "c"}},
		{"an envelope under way waits, others do not", []one{{id: "a", round: "r"}, {id: "b"}, {id: "c", round: "r"}}, []string{"envelope r"}, 16, []string{"b"}},
		{"not a child after its parent", []one{{id: "p"}, {id: "c", parent: "p"}}, nil, 16, []string{"p"}},
		{"not a parent after its child", []one{{id: "c", parent: "p"}, {id: "p"}, {id: "d", parent: "p"}}, nil, 16, []string{"c", "d"}},
		{"a round's own act goes alone", []one{{id: "r", state: "open"}, {id: "a"}}, nil, 16, []string{"r"}},
		{"and is not taken along", []one{{id: "a"}, {id: "r", state: "open"}, {id: "b"}}, nil, 16, []string{"a", "b"}},
		{"no more than a statement should carry", []one{{id: "a", answers: gathered / 2}, {id: "b", answers: gathered/2 + 1}, {id: "c", answers: gathered / 2}}, nil, 16, []string{"a", "c"}},
		{"what is too long for others goes alone", []one{{id: "a", answers: 2 * gathered}, {id: "b"}}, nil, 16, []string{"a"}},
		{"nothing can go", []one{{id: "a"}}, []string{"a"}, 16, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := &gatherer{most: c.most, busy: map[string]bool{}}
			for _, x := range c.busy {
				g.busy[x] = true
			}
			for _, x := range c.line {
				w := &waiting{commit: &workflow.Commit{}, doc: &document{RoundState: x.state, own: []ownRows{{first: &workflow.Event{}}}}}
				w.commit.Decision.Case.ID, w.commit.Decision.Case.Parent = x.id, x.parent
				w.commit.Decision.Answers = make([]byte, x.answers)
				if x.round != "" {
					w.doc.Envelopes = []envelopeDoc{{Round: x.round}}
				}
				g.line = append(g.line, w)
			}
			var left []string
			for _, x := range c.line {
				left = append(left, x.id)
			}
			var got []string
			for _, w := range g.pick() {
				id := w.commit.Decision.Case.ID
				got = append(got, id)
				i := slices.Index(left, id)
				left = slices.Delete(left, i, i+1)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%v go together, not %v", got, c.want)
			}
			for i, w := range g.line {
				if w.commit.Decision.Case.ID != left[i] {
					t.Errorf("%s is at %d in the line that is left, not %s", w.commit.Decision.Case.ID, i, left[i])
				}
			}
			if len(g.line) != len(left) {
				t.Errorf("%d are left, not %d", len(g.line), len(left))
			}
		})
	}
}

// TestAPanicWhileWritingIsAnUnknownOutcome: it is told to those who wait, and what they held is free again.
func TestAPanicWhileWritingIsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	g := &gatherer{write: nil, most: 16, pace: pace{free: 1, usual: 1}, busy: map[string]bool{}}
	w := &waiting{commit: &workflow.Commit{}, doc: &document{own: []ownRows{{first: &workflow.Event{Payload: "{}"}, clocks: "[]", doers: "{}", counts: "{}", data: "{}", news: "{}"}}}, done: make(chan error, 1)}
	w.commit.Decision.Case.ID = "a"
	g.line = append(g.line, w)
	g.run(g.pick(), g.pace.begin(&g.mu, g.send))
	if err := <-w.done; !errors.Is(err, workflow.ErrUnknown) || !strings.Contains(err.Error(), "panic") {
		t.Errorf("they are told %v", err)
	}
	if !g.pace.may() || len(g.busy) != 0 {
		t.Errorf("%+v: no statement is free, or %v are held", g.pace, g.busy)
	}
}
