package db

import (
	"fmt"
	"testing"

	"incubase/db/cases"
)

// Cached rules read back unchanged, and an invalid text is an error each time.
func TestRulesAreReadOnce(t *testing.T) {
	t.Parallel()
	for range 2 {
		if r, err := cases.RulesOf([]byte(`{"min_reviews": 7, "contact": "a"}`)); err != nil || r.MinReviews != 7 ||
			r.Contact != "a" {
			t.Error(r, err)
		}
		if _, err := cases.RulesOf([]byte(`{"min_reviews": "seven"}`)); err == nil {
			t.Error("rules without sense were read")
		}
	}
	for i := range 2 * cases.MaxRules {
		if _, err := cases.RulesOf(fmt.Appendf(nil, `{"min_reviews": %d}`, i)); err != nil {
			t.Fatal(err)
		}
	}
	cases.ReadRules.RLock()
	defer cases.ReadRules.RUnlock()
	if n := len(cases.ReadRules.By); n > cases.MaxRules {
		t.Errorf("%d rules are kept, at most %d are wanted", n, cases.MaxRules)
	}
}
