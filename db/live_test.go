package db_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"incubase/workflow"
)

// TestLiveCases: every case without an outcome is visited once, the oldest first, with the facts that guards
// read; a bound leaves out the youngest and still tells how many there are.
func TestLiveCases(t *testing.T) {
	t.Parallel()
	f, refs := pipeline(t)
	f.Do("certifier", refs[0], "discard", nil) // the seventh has been closed out
	guarded := func(f workflow.Facts) workflow.Facts {
		return workflow.Facts{Case: f.Case, Round: f.Round, Organization: f.Organization, Parent: f.Parent,
			Children: f.Children, AgencyName: f.AgencyName}
	}
	visit := func(most int) (seen []string, live int) {
		last := workflow.ID("")
		live, err := f.Live(t.Context(), "grant", most, func(l *workflow.Loaded) error {
			if l.Facts.Case.ID <= last {
				t.Errorf("%s is visited after %s", l.Facts.Case.ID, last)
			}
			one, err := f.Load(t.Context(), workflow.LoadQuery{Ref: l.Facts.Case.Ref, Actor: workflow.System()})
			if err != nil {
				return err
			}
			if a, b := guarded(l.Facts), guarded(one.Facts); !reflect.DeepEqual(a, b) {
				t.Errorf("%+v\nis visited as\n%+v", b, a)
			}
			seen, last = append(seen, l.Facts.Case.Ref), l.Facts.Case.ID
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return seen, live
	}
	whole, live := visit(100)
	left := slices.DeleteFunc(slices.Clone(refs), func(ref string) bool { return ref == refs[0] || ref == refs[6] })
	if sorted := slices.Sorted(slices.Values(whole)); !slices.Equal(sorted, left) || live != len(left) {
		t.Errorf("%d live cases: %v, want %v", live, whole, left)
	}
	if first, live := visit(3); !slices.Equal(first, whole[:3]) || live != len(left) {
		t.Errorf("the first 3 of %d: %v", live, first)
	}
	ended := errors.New("ended")
	if _, err := f.Live(t.Context(), "grant", 3, func(*workflow.Loaded) error { return ended }); !errors.Is(err, ended) {
		t.Error(err)
	}
}
