package db_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/workflow"
)

// TestAPageGivenUpSpoilsNoOther: pages are read into room that is used again. A read that is given up may go on filling what it was
// given, so that one is not: whoever asks gets their own page while others lose patience at any moment.
func TestAPageGivenUpSpoilsNoOther(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	officer, applicant := f.Actor("officer"), f.Actor("preparer")
	f.AddUser(f.Owner(t), "officer_city", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County[:4]})
	queries := []struct {
		actor workflow.Actor
		q     workflow.CaseQuery
		refs  []string
	}{{actor: officer}, {actor: applicant, q: workflow.CaseQuery{Sort: "ref"}}, {actor: f.Actor("officer_city"), q: workflow.CaseQuery{Stage: workflow.Applied, Sort: "created"}}}
	ask := func(ctx context.Context, i int) ([]string, error) {
		items, _, err := f.List(ctx, workflow.ScopeOf(queries[i].actor, f.Catalog), queries[i].q)
		var refs []string
		for _, x := range items {
			refs = append(refs, x.Facts.Case.Ref)
		}
		return refs, err
	}
	for i := range queries {
		var err error
		if queries[i].refs, err = ask(t.Context(), i); err != nil || len(queries[i].refs) < 3 {
			t.Fatal(queries[i].refs, err)
		}
	}
	var given atomic.Int64
	got := make([]atomic.Int64, len(queries))
	var all sync.WaitGroup
	for who := range 6 {
		all.Go(func() {
			for n := range 200 {
				i := (who + n) % len(queries)
				patience := time.Duration(rand.IntN(12000)) * time.Microsecond
				if n%8 == 0 {
					patience = time.Minute
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				refs, err := ask(ctx, i)
				cancel()
				switch {
				case errors.Is(err, context.DeadlineExceeded) && patience < time.Minute:
					given.Add(1)
				case err != nil:
					t.Error(err)
				case !slices.Equal(refs, queries[i].refs):
					t.Errorf("a page of %v, want %v", refs, queries[i].refs)
				default:
					got[i].Add(1)
				}
			}
		})
	}
	all.Wait()
	for i := range queries {
		if refs, err := ask(t.Context(), i); err != nil || !slices.Equal(refs, queries[i].refs) {
			t.Errorf("afterwards %v, %v", refs, err)
		}
	}
	for i := range got {
		if given.Load() == 0 || got[i].Load() == 0 {
			t.Errorf("%d were given up, of the question %d came %d: nothing was tried", given.Load(), i, got[i].Load())
		}
	}
}
