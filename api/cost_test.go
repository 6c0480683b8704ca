package api_test

import (
	"fmt"
	"strings"
	"testing"

	"incubase/api/edge"
)

// TestABodyOfManyFaultsIsCheap: anyone may send one without a session.
func TestABodyOfManyFaultsIsCheap(t *testing.T) {
	s := newSite(t) // not parallel: it measures time
	bodies := map[string]string{
		"unknown keys":   many(5000, func(i int) string { return fmt.Sprintf(`"key%d":%d`, i, i) }),
		"keys with dots": many(5000, func(i int) string { return fmt.Sprintf(`"k.e.y.%d":%d`, i, i) }),
	}
	for name, body := range bodies {
		r := testing.Benchmark(func(b *testing.B) {
			for b.Loop() {
				s.ask("POST /sessions", "", body)
			}
		})
		if r.AllocedBytesPerOp() > 8<<20 {
			t.Errorf("%s: %d KB cost %d MB", name, len(body)>>10, r.AllocedBytesPerOp()>>20)
		}
		a := s.ask("POST /sessions", "", body)
		faults, _ := a.doc["errors"].([]any)
		if a.Code != 400 || len(faults) != edge.MaxFaults || a.doc["more"] != float64(5000+2-edge.MaxFaults) ||
			a.Body.Len() > edge.MaxProblem {
			t.Errorf("%s: %d, %d faults and %v more, %d bytes", name, a.Code, len(faults), a.doc["more"], a.Body.Len())
		}
	}
}

func many(n int, item func(int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = item(i)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func TestAFaultAfterAKeyWithADotHasItsPlace(t *testing.T) {
	t.Parallel()
	a := newSite(t).ask("POST /sessions", "", `{"a.b":1,"login":"x","password":7,"z":1}`)
	var places []any
	for _, e := range a.doc["errors"].([]any) {
		places = append(places, e.(map[string]any)["field"])
	}
	if fmt.Sprint(places) != "[password a.b z]" {
		t.Error(places)
	}
}
