package db_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/lib/pq"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/region"
)

func TestDraftsAreTheirAuthorsUntilShared(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "screened")
	save := func(who, slot, body string) {
		t.Helper()
		err := f.SaveDraft(t.Context(), workflow.Draft{Case: f.ID(ref), Actor: f.Actor(who).ID, Slot: slot,
			Body: []byte(body), At: f.Clock.Now(), Version: f.Case(ref).Version})
		if err != nil {
			t.Fatal(err)
		}
	}
	draft := func(who, slot string) string {
		l, err := f.Load(t.Context(), workflow.LoadQuery{Ref: ref, Actor: f.Actor(who), Slot: slot})
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(string(l.Facts.Draft), " ", "")
	}
	save("reviewer1", "score", `{"points":8000}`)
	save("reviewer1", "score", `{"points":8100}`)
	save("preparer", "answers", `{"title":"一"}`)
	if got := draft("reviewer1", "score"); got != `{"points":8100}` {
		t.Errorf("the reviewer's own: %s", got)
	}
	if got := draft("reviewer2", "score"); got != "" {
		t.Errorf("another reviewer reads %s", got)
	}
	if got := draft("certifier", "answers"); got != `{"title":"一"}` {
		t.Errorf("the organization shares its answers: %q", got)
	}
	f.Do("reviewer1", ref, "declare", map[string]any{"conflict": false})
	f.Do("reviewer1", ref, "score", map[string]any{"points": 8200})
	if got := draft("reviewer1", "score"); got != "" {
		t.Errorf("the draft outlived the score: %s", got)
	}
	var refused *workflow.Refused
	err := f.SaveDraft(t.Context(), workflow.Draft{Case: f.ID(ref), Actor: f.Actor("preparer").ID, Slot: "answers",
		Body: []byte(`{"a":"` + strings.Repeat("长", 200_000) + `"}`), At: f.Clock.Now(), After: 1,
		Version: f.Case(ref).Version})
	if !errors.As(err, &refused) || !refused.Refusals[0].Message.Complete() {
		t.Errorf("a draft that is too large: %v", err)
	}
}

func TestThePublicReadsOnlyWhatIsPublic(t *testing.T) {
	t.Parallel()
	underOtherNames(t, thePublicReads)
}

func thePublicReads(t *testing.T, f *dbtest.Fixture) {
	refs := walked(f)
	f.NewGrant() // only its owner sees a draft
	rounds, err := f.PublicRounds(t.Context())
	if err != nil || len(rounds) != 1 || rounds[0].ID != f.Round || len(rounds[0].Rules.Tranches) != 2 {
		t.Errorf("rounds: %v, %v", rounds, err)
	}
	running := f.Case(refs[3])
	last := running.Clock(f.Clocks("notice")).Due
	notices, _, err := f.PublicNotices(t.Context(), last, "", 0)
	if err != nil || len(notices) != 1 || notices[0].Ref != refs[3] || notices[0].Until.IsZero() ||
		notices[0].Amount != dbtest.Requested {
		t.Fatalf("notices: %+v, %v", notices, err)
	}
	if one, err := f.PublicNotice(t.Context(), last, running.ID); err != nil || *one != notices[0] {
		t.Errorf("by itself: %+v, %v", one, err)
	}
	if over, _, err := f.PublicNotices(t.Context(), notices[0].Until.AddDays(1), "", 0); err != nil || len(over) > 0 {
		t.Errorf("after its last day: %+v, %v", over, err)
	}
	if _, err := f.PublicNotice(t.Context(), notices[0].Until.AddDays(1), running.ID); !errors.Is(err,
		workflow.ErrNotFound) {
		t.Errorf("by itself after its last day: %v", err)
	}
	var awards []string
	for after := ""; ; {
		page, next, err := f.PublicAwards(t.Context(), "", "23", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page {
			awards = append(awards, a.Ref)
			if a.At.IsZero() || a.Organization == "" || a.Round.ZH == "" {
				t.Errorf("award %+v", a)
			}
		}
		if after = next; after == "" {
			break
		}
	}
	if strings.Join(awards, " ") != refs[6]+" "+refs[5]+" "+refs[4] {
		t.Errorf("awards: %v", awards)
	}
	if page, _, err := f.PublicAwards(t.Context(), "", region.Code("2301"), "", 0); err != nil || len(page) != 0 {
		t.Errorf("elsewhere: %v, %v", page, err)
	}
	f.Do("decider", refs[3], "send_back", nil)
	if list, _, err := f.PublicNotices(t.Context(), last, "", 0); err != nil || len(list) > 0 {
		t.Errorf("after its paper lost its force: %+v, %v", list, err)
	}
}

func TestTheFactsOfACaseComeBackAsWritten(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "screened")
	commit := decide(t, f, ref, "checker", "return", "")
	if err := f.DB.Commit(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	want, got := asJSON(t, commit.Decision.Case), asJSON(t, f.Case(ref))
	if want != got {
		t.Errorf("wrote\n%s\nread\n%s", want, got)
	}
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// Saves between another's read and write stay, also by the same user; removing an answer removes only that one.
func TestTwoWhoSaveAtOnceLoseNothing(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	for _, other := range []string{"preparer", "certifier"} {
		ref := f.NewGrant()
		save := func(desk *desk.Desk, who string, changes map[string]any) {
			t.Helper()
			_, err := desk.Do(t.Context(), f.Actor(who), workflow.Command{Ref: ref, Action: workflow.SaveAction, Merge: true,
				Fields: map[string]any{"answers": changes}})
			if err != nil {
				t.Error(err)
			}
		}
		late := *f.Desk
		// the first when nothing is saved yet
		for _, before := range []map[string]any{{"a": 1, "b": 1}, {"b": 2, "c": 2}, {"d": 1}} {
			late.Store = &meanwhile{Store: f.Desk.Store, act: func() { save(f.Desk, other, before) }}
			save(&late, "preparer", map[string]any{"mine": 7, "d": nil})
		}
		l, err := f.Load(t.Context(), workflow.LoadQuery{Ref: ref, Actor: f.Actor("certifier"), Slot: workflow.AnswersSlot})
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.ReplaceAll(string(l.Facts.Draft), " ", ""); got != `{"answers":{"a":1,"b":2,"c":2,"mine":7}}` {
			t.Errorf("beside the %s: %s", other, got)
		}
	}
}

// meanwhile is a store that runs act just before a draft is written.
type meanwhile struct {
	workflow.Store
	act func()
}

func (m *meanwhile) SaveDraft(ctx context.Context, d workflow.Draft) error {
	if act := m.act; act != nil {
		m.act = nil
		act()
	}
	return m.Store.SaveDraft(ctx, d)
}

// The uuid parser takes forms that PostgreSQL refuses; they must not become internal errors.
func TestOnlyThePlainFormIsAnID(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	id := f.ID(f.NewGrant())
	for _, odd := range []string{"urn:uuid:" + id, "{" + id + "}", strings.ReplaceAll(id, "-", ""), id + " ", "", "x"} {
		if _, err := f.PublicNotice(t.Context(), calendar.DateOf(f.Clock.Now()), odd); !errors.Is(err, workflow.ErrNotFound) {
			t.Errorf("the notice %q: %v", odd, err)
		}
		if _, err := f.Load(t.Context(), workflow.LoadQuery{Ref: odd}); !errors.Is(err, workflow.ErrNotFound) {
			t.Errorf("the case %q: %v", odd, err)
		}
		if _, _, err := f.List(t.Context(), desk.ScopeOf(f.Actor("officer"), f.Catalog),
			workflow.CaseQuery{Organization: odd, Agency: odd, Project: odd, Limit: 5}); err != nil {
			t.Errorf("a list of %q: %v", odd, err)
		}
		var none *workflow.Invalid
		if _, _, err := f.List(t.Context(), desk.ScopeOf(f.Actor("officer"), f.Catalog), workflow.CaseQuery{Round: odd,
			Limit: 5}); odd != "" && !errors.As(err, &none) {
			t.Errorf("a list of round %q: %v", odd, err)
		}
	}
}

// One statement loads a case, the view lists it: both must agree on every case.
func TestACaseIsLoadedAsTheViewHasIt(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "funded")
	f.Walk(f.NewGrant(), "applied")
	if _, err := f.Owner(t).Exec(
		`update cases set agency_id = null, project_id = null where id = (select id from cases
			where state = 'applied' limit 1)`); err != nil {
		t.Fatal(err)
	}
	var ids []string
	if err := f.Owner(t).QueryRow(`select array_agg(id::text) from cases`).Scan(pq.Array(&ids)); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, id := range ids {
		loaded, viewed, err := f.FactsForTest(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		var l, v map[string]any
		if err := errors.Join(json.Unmarshal([]byte(loaded), &l), json.Unmarshal([]byte(viewed), &v)); err != nil {
			t.Fatal(err)
		}
		for _, scope := range []string{"place", "province", "city", "county", "street", "community"} {
			delete(v, scope) // for the conditions of lists
		}
		for k, want := range v {
			if got, there := l[k]; !there || !reflect.DeepEqual(got, want) {
				t.Errorf("%s of %v: loaded %v, the view has %v", k, v["ref"], got, want)
			}
			seen[k] = seen[k] || want != nil && want != ""
		}
	}
	for _, k := range []string{"r_id", "r_ref", "r_form", "o_name", "p_ref", "p_version", "project_title",
		"agency_name_zh", "region_name", "children"} {
		if !seen[k] {
			t.Errorf("no case has %s: the test shows nothing of it", k)
		}
	}
}
