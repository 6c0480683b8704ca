package walk

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// grants is shared data beside the project.
const grants = "../../../../shared/data/360giving/wolfson_foundation_2014.json"

func TestRealGrantsWalkThroughThePipeline(t *testing.T) {
	t.Parallel()
	path := filepath.FromSlash(grants)
	if _, err := os.Stat(path); err != nil {
		if os.Getenv("INCUBASE_SHARED") == "required" {
			t.Fatalf("the real grants must be at hand: %v", err)
		}
		t.Skipf("the real grants are not at hand: %v", err)
	}
	s := apptest.New(t, demo.LoadPeople)
	var out strings.Builder
	const count = 20
	r, err := Run(t.Context(), Options{URL: s.URL, File: path, Count: count, Out: &out,
		Verify: func(context.Context) error { s.Verified(); return nil }})
	t.Log("\n" + out.String())
	if err != nil {
		t.Fatal(err)
	}
	for _, st := range r.Stages {
		t.Run(st.Name, func(t *testing.T) {
			if st.Done != count || st.Count() != 0 || st.Percentile(50) <= 0 || st.Percentile(95) < st.Percentile(50) {
				t.Errorf("%d done, %d refused, p50 %s, p95 %s", st.Done, st.Count(), st.Percentile(50), st.Percentile(95))
			}
		})
	}
	t.Run("sums", func(t *testing.T) {
		if r.Filed != count || r.Reported != count {
			t.Errorf("%d filed and %d reported, want %d", r.Filed, r.Reported, count)
		}
		if r.Paid != r.Requested || r.Awarded != r.Requested || r.Paid == 0 {
			t.Errorf("asked for %s, awarded %s, paid %s", r.Requested.Yuan(), r.Awarded.Yuan(), r.Paid.Yuan())
		}
	})
	t.Run("events", func(t *testing.T) {
		// Each grant: birth, submit, admit, 3 x declare and score, propose, confirm, 2 x sign and agreed, 2 x pay and
		// paid, 2 x report and accepted, evaluate, settle, close; each payment 2; each report 3. Co-signatures are
		// additional.
		if least := count * (22 + 2*2 + 2*3); r.Events < least {
			t.Errorf("%d events, want at least %d", r.Events, least)
		}
	})
}
