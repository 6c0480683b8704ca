package db_test

import (
	"context"
	"errors"
	"testing"

	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
)

// meddler is a store that runs happen between decision and commit, a number of times.
type meddler struct {
	workflow.Store
	times  int
	happen func()
}

func (m *meddler) Commit(ctx context.Context, c workflow.Commit) error {
	if m.times > 0 {
		m.times--
		m.happen()
	}
	return m.Store.Commit(ctx, c)
}

func TestANamedVersionIsStaleOnlyWhenTheCaseMoved(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	owner := f.Owner(t)
	organization := func() {
		if _, err := owner.Exec(`update organizations set version = version + 1 where id = $1`, f.Organization); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		name  string
		times int
		stale bool // the case itself moves
		moved bool
	}{{"what stands beside it moves once", 1, false, false}, {"it keeps moving", 9, false, true},
		{"the case moves", 1, true, false}} {
		t.Run(c.name, func(t *testing.T) {
			ref := f.NewGrant()
			f.Walk(ref, "applied")
			desk := *f.Desk
			m := &meddler{Store: f.Desk.Store, times: c.times, happen: organization}
			if c.stale {
				m.happen = func() { f.Do("checker", ref, "return", nil) }
			}
			desk.Store = m
			version := f.Case(ref).Version
			r, err := desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "k " + c.name,
				Version: &version})
			var s *workflow.Stale
			switch {
			case c.stale && (!errors.As(err, &s) || !s.Named || s.Current != version+1):
				t.Errorf("answered %v %+v", err, s)
			case c.moved && (!errors.As(err, &s) || s.Named || s.Current != version):
				t.Errorf("answered %v %+v", err, s)
			case !c.stale && !c.moved && (err != nil || r.View.Case.State != "screened"):
				t.Errorf("answered %v", err)
			}
		})
	}
}

func TestTwinsThatNameAVersionGetOneAnswer(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t, dbtest.Options{DB: pg.Options{MaxWrites: 6, MaxReads: 6}})
	for range 5 {
		ref := f.NewGrant()
		f.Walk(ref, "applied")
		version := f.Case(ref).Version
		for _, err := range together(8, func(int) error {
			_, err := f.Desk.Do(t.Context(), f.Actor("checker"), workflow.Command{Ref: ref, Action: "admit", Key: "twins " + ref,
				Version: &version})
			return err
		}) {
			if err != nil {
				t.Errorf("a twin was answered %v", err)
			}
		}
	}
}

// A payment also decides on its grant: if that moves between decision and commit, nothing is paid.
func TestAPaymentOnAMovedGrantWritesNothing(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	f.Walk(ref, "reviewed")
	for _, who := range []string{"certifier", "officer"} {
		f.Do(who, ref, "sign", f.Signature(ref))
	}
	f.Do("finance_maker", ref, "pay", nil)
	payment := ref + "-P1"
	desk := *f.Desk
	desk.Store = &meddler{Store: f.Desk.Store, times: 1, happen: func() { f.Do("decider", ref, "terminate", nil) }}
	version := f.Case(payment).Version
	_, err := desk.Do(t.Context(), f.Actor("finance_checker"), workflow.Command{Ref: payment, Action: "release",
		Key: "too late", Version: &version})
	var no *workflow.Refused
	if !errors.As(err, &no) || no.Refusals[0].Rule != "parent_stage" {
		t.Errorf("released for a grant that was terminated meanwhile: %v", err)
	}
	if c := f.Case(payment); c.State != "prepared" {
		t.Errorf("the payment is %s", c.State)
	}
	sound(t, f)
}
