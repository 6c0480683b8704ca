package db_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// Rows that change while a user turns pages appear on exactly one page.
func TestPagesStandStill(t *testing.T) {
	t.Parallel()
	t.Run("organizations", func(t *testing.T) {
		t.Parallel()
		r := newRegistry(t)
		officer := r.person(workflow.RoleOfficer, "")
		for n := range 5 {
			r.organization(officer, n+1)
		}
		list := func(cursor string) ([]registry.OrganizationRecord, string) {
			page, next, err := r.Organizations(t.Context(), registry.RecordScopeOf(officer),
				registry.RecordQuery{Limit: 2, Cursor: cursor})
			if err != nil {
				t.Fatal(err)
			}
			return page, next
		}
		whole, err := every(list)
		if err != nil || len(whole) < 5 {
			t.Fatal(len(whole), err)
		}
		last := whole[len(whole)-1]
		page, next := list("")
		seen := page
		for next != "" { // between any two pages the last one changes
			change := registry.OrganizationChange{Contact: ptr("联系人" + string(rune('甲'+len(seen))))}
			if _, err := r.ChangeOrganization(t.Context(), officer, last.ID, change, registry.RecordCommand{}); err != nil {
				t.Fatal(err)
			}
			page, next = list(next)
			seen = append(seen, page...)
		}
		id := func(o registry.OrganizationRecord) string { return o.ID }
		if a, b := ids(seen, id), ids(whole, id); !slices.Equal(a, b) {
			t.Errorf("while it changes %v, at rest %v", a, b)
		}
	})
	t.Run("cases", func(t *testing.T) {
		t.Parallel()
		f, refs := pipeline(t)
		officer := f.Actor("officer")
		scope := desk.ScopeOf(officer, f.Catalog)
		q := workflow.CaseQuery{Sort: "id", Limit: 2, Now: f.Clock.Now()}
		var seen []string
		for turn := 0; ; turn++ {
			page, next, err := f.List(t.Context(), scope, q)
			if err != nil {
				t.Fatal(err)
			}
			seen = append(seen, refsOf(page)...)
			if next == "" {
				break
			}
			if turn == 0 { // a row of a later page moves
				f.Do("checker", refs[2], "return", nil)
			}
			q.Cursor = next
		}
		want := refsOf(all(t, f, officer, workflow.CaseQuery{Limit: 200}))
		slices.Sort(want)
		slices.Sort(seen)
		if !slices.Equal(seen, want) {
			t.Errorf("pages have %v, there are %v", seen, want)
		}
	})
}

func every[T any](list func(string) ([]T, string)) (out []T, err error) {
	for cursor := ""; ; {
		page, next := list(cursor)
		out = append(out, page...)
		if next == "" {
			return out, nil
		}
		if next == cursor {
			return nil, errors.New("the same page again")
		}
		cursor = next
	}
}

func ids[T any](list []T, id func(T) string) (out []string) {
	for _, x := range list {
		out = append(out, id(x))
	}
	slices.Sort(out)
	return out
}

// An unknown reference is an error, not an empty list.
func TestARoundIsNamedByItsReference(t *testing.T) {
	t.Parallel()
	f, _ := pipeline(t)
	officer := f.Actor("officer")
	byID := refsOf(all(t, f, officer, workflow.CaseQuery{Round: f.Round}))
	byRef := refsOf(all(t, f, officer, workflow.CaseQuery{Round: f.RoundRef}))
	if len(byID) == 0 || !slices.Equal(byID, byRef) {
		t.Errorf("by id %v, by reference %v", byID, byRef)
	}
	for _, none := range []string{"RD-1999-0001", "no round", "' or 1=1", workflow.NewID(f.Clock.Now()), "GA-2026-0001"} {
		_, _, err := f.List(t.Context(), desk.ScopeOf(officer, f.Catalog), workflow.CaseQuery{Round: none,
			Now: f.Clock.Now()})
		var invalid *workflow.Invalid
		if !errors.As(err, &invalid) || invalid.Fields[0].Field != "round" {
			t.Errorf("round %q: %v", none, err)
		}
	}
	var byReference workflow.RoundRecord
	if _, err := f.ReadRecord(t.Context(), workflow.KindRound, f.RoundRef, "", "", &byReference); err != nil ||
		byReference.ID != f.Round {
		t.Errorf("%s, %v", byReference.ID, err)
	}
	if _, err := f.ReadRecord(t.Context(), workflow.KindRound, "RD-1999-0001", "", "", &byReference); !errors.Is(err,
		workflow.ErrNotFound) {
		t.Errorf("a round that does not exist: %v", err)
	}
}

func TestOrganizationsAreFound(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	n := registry.NewOrganization{Name: "虚构“暖阳”互助社（示例）", Kind: "filed_community_org", Region: "230302",
		FilingNumber: "鸡冠备字〔2026〕第018号",
		Contact:      "周明远", Phone: "139-0000-0018"}
	if _, err := r.CreateOrganization(t.Context(), officer, n, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	coded := registry.NewOrganization{Name: "虚构·登记（示例）", Kind: "service_org", Region: "230302",
		CreditCode: "52230302MJY0000188", CreditOverride: "示例"}
	if _, err := r.CreateOrganization(t.Context(), officer, coded, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	for words, want := range map[string]int{
		`"暖阳"`: 1, "“暖阳”": 1, "「暖阳」": 1, "暖阳": 1, "2026 018": 1, "备字[2026]": 1, "周明远": 1, "13900000018": 1,
		"139－0000－0018": 1, "0018": 2,
		"MJY0000": 1, "mjy0000188": 1, "虚构": 2, "虚构 登记": 1, "%": 0, "_": 0, "“”": 0, "019 登记": 0,
	} {
		list, _, err := r.Organizations(t.Context(), registry.RecordScopeOf(officer), registry.RecordQuery{Words: words})
		if err != nil || len(list) != want {
			t.Errorf("%q finds %d, not %d (%v)", words, len(list), want, err)
		}
	}
	stranger := registry.RecordScope{User: workflow.SystemID, Organizations: []workflow.ID{workflow.NewID(time.Now())}}
	if list, _, err := r.Organizations(t.Context(), stranger, registry.RecordQuery{Words: "13900000018"}); err != nil ||
		len(list) != 0 {
		t.Errorf("another organization finds %d by the telephone (%v)", len(list), err)
	}
}
