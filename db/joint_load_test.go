package db_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/workflow"
)

// TestEveryoneIsAnsweredForThemselves: loads and sessions of many at once, which share statements, say what they say alone:
// of the right case and person, with one's own draft and receipt; what is nowhere stays nowhere, whatever stands beside it.
func TestEveryoneIsAnsweredForThemselves(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{})
	ctx := context.WithoutCancel(t.Context())
	type asked struct {
		q     workflow.LoadQuery
		token workflow.Hash
		ref   string
	}
	var all []asked
	actors := []string{"checker", "officer", "preparer", "certifier"}
	for i := range 12 {
		ref := f.NewGrant()
		if i%2 == 1 {
			f.Walk(ref, "applied")
		}
		actor := f.Actor(actors[i%len(actors)])
		id := f.ID(ref)
		if err := f.DB.SaveDraft(ctx, workflow.Draft{Case: id, Actor: actor.ID, Slot: "score", Body: []byte(fmt.Sprintf(`{"n":%d}`, i)), At: time.Now()}); err != nil {
			t.Fatal(err)
		}
		name := ref
		if i%3 == 0 {
			name = id
		}
		token := db.TokenHash(ref)
		if _, err := f.Owner(t).Exec(`insert into sessions (id, token_hash, user_id, idle, expires_at) values ($1, $2, $3, '1 hour', now() + interval '1 hour')`,
			workflow.NewID(time.Now()), token[:], actor.ID); err != nil {
			t.Fatal(err)
		}
		all = append(all, asked{workflow.LoadQuery{Ref: name, Actor: actor, Slot: "score", Needs: workflow.Needs{Reviewers: i%4 == 0}}, token, ref})
	}
	all = append(all,
		asked{workflow.LoadQuery{Ref: "GA-1999-000001"}, db.TokenHash("nobody's"), "GA-1999-000001"},
		asked{workflow.LoadQuery{Ref: "no\x00reference\xff"}, db.TokenHash(""), "no\x00reference\xff"})
	type answer struct {
		loaded  *workflow.Loaded
		session db.Session
		stamp   *workflow.Stamp
		errs    [2]error
	}
	ask := func(a asked) (x answer) {
		x.loaded, x.errs[0] = f.DB.Load(ctx, a.q)
		x.session, x.stamp, x.errs[1] = f.DB.SessionAsking(ctx, a.token, a.ref, false)
		return x
	}
	alone := make([]answer, len(all))
	for i, a := range all {
		alone[i] = ask(a)
		if known := i < 12; known != (alone[i].errs[0] == nil) || known != (alone[i].errs[1] == nil) {
			t.Fatalf("%q alone: %v", a.ref, alone[i].errs)
		}
		if i < 12 && (alone[i].loaded.Facts.Case.Ref != a.ref || !strings.Contains(string(alone[i].loaded.Facts.Draft), fmt.Sprint(i)) ||
			alone[i].session.Actor.ID != a.q.Actor.ID || alone[i].stamp == nil) {
			t.Fatalf("%q alone: %+v", a.ref, alone[i])
		}
	}
	if !errors.Is(alone[12].errs[0], workflow.ErrNotFound) || !errors.Is(alone[13].errs[0], workflow.ErrNotFound) || !errors.Is(alone[13].errs[1], workflow.ErrNoSession) {
		t.Errorf("what is nowhere: %v, %v", alone[12].errs, alone[13].errs)
	}
	var wg sync.WaitGroup
	for i := range 48 {
		wg.Go(func() {
			for n := range 20 {
				at := (i*7 + n) % len(all)
				got, want := ask(all[at]), alone[at]
				got.session.Expires, want.session.Expires = time.Time{}, time.Time{} // moves with its use
				for k := range got.errs {
					if fmt.Sprint(got.errs[k]) != fmt.Sprint(want.errs[k]) {
						t.Errorf("%q: %v among others, %v alone", all[at].ref, got.errs[k], want.errs[k])
					}
				}
				got.errs, want.errs = [2]error{}, [2]error{}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%q is another among others:\n%+v\n%+v", all[at].ref, got, want)
				}
			}
		})
	}
	wg.Wait()
}
