package db

import (
	"encoding/json"
	"fmt"
	"testing"
)

// PostgreSQL sends what a round says at length with the first of its cases on a page.
func TestEveryCaseOfAPageHasItsRoundsRules(t *testing.T) {
	t.Parallel()
	id, other := "01a08dfa-8283-7702-8ba2-361f6b7b0e7e", "01a0743a-b683-7a7c-a404-2ef8f182958a"
	rows := make([]listRow, 5)
	for i := range rows {
		rows[i].RoundID = &id
	}
	rows[0].RoundRules, rows[0].RoundForm = []byte(`{"min_reviews": 3}`), []byte(`{"type": "object"}`)
	rows[4].RoundID, rows[4].RoundRules = &other, []byte(`{"min_reviews": 2}`)
	items, err := loadedAll(rows)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{3, 3, 3, 3, 2} {
		if r := items[i].Facts.Round; r.Rules.MinReviews != want || (len(r.Form) > 0) != (want == 3) || want == 3 &&
			!json.Valid(r.Form) {
			t.Errorf("case %d: %d reviews wanted, form %q", i, r.Rules.MinReviews, r.Form)
		}
	}
}

// Rules that were read once are read again as they are, and a text that is none is an error each time.
func TestRulesAreReadOnce(t *testing.T) {
	t.Parallel()
	for range 2 {
		if r, err := rulesOf([]byte(`{"min_reviews": 7, "contact": "a"}`)); err != nil || r.MinReviews != 7 ||
			r.Contact != "a" {
			t.Error(r, err)
		}
		if _, err := rulesOf([]byte(`{"min_reviews": "seven"}`)); err == nil {
			t.Error("rules without sense were read")
		}
	}
	for i := range 2 * maxRules {
		if _, err := rulesOf(fmt.Appendf(nil, `{"min_reviews": %d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	readRules.RLock()
	defer readRules.RUnlock()
	if n := len(readRules.by); n > maxRules {
		t.Errorf("%d rules are kept, at most %d are wanted", n, maxRules)
	}
}
