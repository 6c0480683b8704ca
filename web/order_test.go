package web

import (
	"slices"
	"testing"

	"incubase/web/records"
)

// TestNamesStandInTheOrderOfTheirReading: Latin letters come first, and the argument keeps its order.
func TestNamesStandInTheOrderOfTheirReading(t *testing.T) {
	t.Parallel()
	given := []string{"张三", "李四", "安心社工", "Abel", "陈五"}
	got := records.InOrder(given, func(s *string) string { return *s })
	if !slices.Equal(got, []string{"Abel", "安心社工", "陈五", "李四", "张三"}) {
		t.Errorf("%v", got)
	}
	if given[0] != "张三" {
		t.Errorf("the list itself is changed: %v", given)
	}
}
