package edge_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var words = text.Text{ZH: "还差一份评审意见", EN: "one more review is needed"}

var failures = []struct {
	name   string
	err    error
	status int
	slug   string
}{
	{"a malformed body", &edge.Malformed{Field: "a", Message: words}, 400, "malformed"},
	{"a key that is missing where money moves", workflow.ErrKeyRequired, 400, "key-required"},
	{"no session", registry.ErrNoSession, 401, "sign-in"},
	{"a wrong code", registry.ErrWrongCode, 401, "wrong-code"},
	{"a sign-in without its second factor", &registry.FactorWanted{}, 401, "second-factor"},
	{"a wrong second factor", registry.ErrWrongFactor, 401, "wrong-factor"},
	{"a role without its second factor", workflow.ErrFactorRequired, 403, "factor-required"},
	{"a session that is not fresh", workflow.ErrConfirm, 401, "confirm"},
	{"a wrong password", registry.ErrWrongLogin, 401, "wrong-login"},
	{"a role that forbids", &workflow.Refused{Action: "admit",
		Refusals: []workflow.Refusal{{Rule: "role", Message: words, Forbidden: true}}}, 403, "forbidden"},
	{"a role that forbids, among other reasons",
		&workflow.Refused{Refusals: []workflow.Refusal{{Rule: "scores", Message: words}, {Rule: "role", Message: words,
			Forbidden: true}}}, 403, "forbidden"},
	{"out of scope", workflow.ErrNotFound, 404, "not-found"},
	{"not offered in this state", &workflow.NotOffered{Action: "close", State: "draft", Label: words}, 409, "not-offered"},
	{"a rule that says no", &workflow.Refused{Refusals: []workflow.Refusal{{Rule: "scores", Message: words}}}, 409,
		"refused"},
	{"a name that is registered", &registry.Similar{Candidates: []registry.SimilarRecord{{ID: "x", Name: "y"}}}, 409,
		"similar"},
	{"a case that moved", &workflow.Stale{Current: 7}, 409, "moved"},
	{"a case that moved underneath a port", workflow.ErrMoved, 409, "moved"},
	{"a key in flight", workflow.ErrKeyInFlight, 409, "key-in-use"},
	{"a token used already", registry.ErrTokenUsed, 410, "gone"},
	{"a stale version that was named", &workflow.Stale{Named: true, Current: 7}, 412, "stale"},
	{"a draft that is another one by now", &workflow.Changed{Shown: "a", Now: "b", By: "x", Name: "y"}, 412, "changed"},
	{"a draft that is not named", &workflow.Unnamed{Now: "b"}, 428, "draft-required"},
	{"a file too large", workflow.ErrTooLarge, 413, "too-large"},
	{"a file of no accepted kind", workflow.ErrFileType, 415, "media-type"},
	{"a field to correct", &workflow.Invalid{Fields: []workflow.FieldError{{Field: "name", Message: words}}}, 422,
		"invalid"},
	{"a file that waits for the scanner", workflow.ErrFilePending, 409, "file-pending"},
	{"a file that the scanner refused", workflow.ErrFileInfected, 409, "file-infected"},
	{"no room for more files", workflow.ErrFileFull, 422, "invalid"},
	{"a key used for something else", workflow.ErrKeyReused, 422, "key-reused"},
	{"a change without a version", edge.ErrVersionRequired, 428, "version-required"},
	{"too many tries", &registry.Throttled{After: 90 * time.Second}, 429, "too-many"},
	{"overload", workflow.ErrBusy, 503, "busy"},
	{"an outcome nobody knows", workflow.ErrUnknown, 503, "busy"},
	{"a time-out", context.DeadlineExceeded, 503, "busy"},
	{"anything else", errors.New("pq: relation cases does not exist at /srv/x.go:12"), 500, "internal"},
}

func TestProblems(t *testing.T) {
	t.Parallel()
	for _, r := range failures {
		for _, lang := range []string{"zh", "en"} {
			t.Run(r.name+" in "+lang, func(t *testing.T) {
				t.Parallel()
				q := &edge.Request{ID: "number-1", Lang: lang}
				p := edge.From(edge.With(t.Context(), q), fmt.Errorf("act on case x: %w", r.err))
				if p.Status != r.status || p.Type != "/problems/"+r.slug || p.Instance != "number-1" {
					t.Errorf("got %d %s %s, want %d %s", p.Status, p.Type, p.Instance, r.status, r.slug)
				}
				all := p.Title + p.Detail
				for _, f := range p.Errors {
					all += f.Message
				}
				if p.Title == "" || han(all) != (lang == "zh") {
					t.Errorf("not in the reader's language: %q", all)
				}
				if strings.Contains(all, "pq:") || strings.Contains(all, "act on case") {
					t.Errorf("internal text is sent: %q", all)
				}
				if p.Status == 500 && !strings.Contains(q.Note, "pq:") {
					t.Errorf("internal text is not kept for the log: %q", q.Note)
				}
			})
		}
	}
}

func han(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

// TestEveryProblemIsReached finds kinds that no error leads to.
func TestEveryProblemIsReached(t *testing.T) {
	t.Parallel()
	kinds := edge.Kinds()
	slug := regexp.MustCompile(`^[a-z-]+$`)
	for name, k := range kinds {
		if !slug.MatchString(name) || k.Status < 400 || k.Status > 599 || !k.Title.Complete() {
			t.Errorf("%q %+v", name, k)
		}
	}
	// the server's own; see its tests
	reached := map[string]bool{"cross-site": true, "method": true, "headers-too-large": true}
	for _, r := range failures {
		if kinds[r.slug].Status != r.status {
			t.Errorf("%s: %s is documented as %d, answered as %d", r.name, r.slug, kinds[r.slug].Status, r.status)
		}
		reached[r.slug] = true
	}
	for name := range kinds {
		if !reached[name] {
			t.Errorf("nothing leads to %s", name)
		}
	}
}

func TestProblemsCarryWhatHelps(t *testing.T) {
	t.Parallel()
	offers := []workflow.Offer{{Name: "save"}, {Name: "submit", Refusals: []workflow.Refusal{{Rule: "role"}}},
		{Name: "withdraw"}}
	refused := edge.From(t.Context(), &workflow.Refused{Offers: offers,
		Refusals: []workflow.Refusal{{Rule: "scores", Message: words}, {Rule: "cosigned", Message: words}}})
	if len(refused.Refusals) != 2 || refused.Refusals[1].Rule != "cosigned" ||
		fmt.Sprint(refused.Actions) != "[save withdraw]" {
		t.Errorf("a refusal names every rule and what could be done instead: %+v", refused)
	}
	invalid := edge.From(t.Context(),
		&workflow.Invalid{Fields: []workflow.FieldError{{Field: "fields.amount_fen", Message: words},
			{Field: "note", Message: words}}})
	if len(invalid.Errors) != 2 || invalid.Errors[0].Field != "fields.amount_fen" {
		t.Errorf("every field is named: %+v", invalid)
	}
	if stale := edge.From(t.Context(), &workflow.Stale{Named: true, Current: 7}); stale.Current == nil ||
		*stale.Current != 7 {
		t.Errorf("the current version is named: %+v", stale)
	}
	for _, r := range []struct {
		err  error
		wait string
	}{{&registry.Throttled{After: 1500 * time.Millisecond}, "2"}, {&registry.Throttled{After: time.Nanosecond}, "1"},
		{workflow.ErrBusy, "2"}} {
		w := httptest.NewRecorder()
		edge.Write(w, edge.From(t.Context(), r.err))
		if got := w.Header().Get("Retry-After"); got != r.wait {
			t.Errorf("%v: Retry-After %q, want %q", r.err, got, r.wait)
		}
		if w.Header().Get("Content-Type") != "application/problem+json" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%v: %v", r.err, w.Header())
		}
	}
}
