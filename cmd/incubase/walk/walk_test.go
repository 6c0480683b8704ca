package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"incubase/api"
	"incubase/api/edge"
	"incubase/cmd/incubase/demo"
	"incubase/db"
	"incubase/db/accounts"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
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
	s := serveDemo(t)
	var out strings.Builder
	const count = 20
	r, err := Run(t.Context(), Options{URL: s.url, File: path, Count: count, Out: &out, Verify: s.verify})
	t.Log("\n" + out.String())
	if err != nil {
		t.Fatal(err)
	}
	if r.Filed != count || r.Reported != count {
		t.Errorf("%d filed and %d reported, want %d", r.Filed, r.Reported, count)
	}
	if r.Paid != r.Requested || r.Awarded != r.Requested || r.Paid == 0 {
		t.Errorf("asked for %s, awarded %s, paid %s", r.Requested.Yuan(), r.Awarded.Yuan(), r.Paid.Yuan())
	}
	for _, st := range r.Stages {
		if st.Done != count || st.Count() != 0 || st.Percentile(50) <= 0 || st.Percentile(95) < st.Percentile(50) {
			t.Errorf("%s: %d done, %d refused, p50 %s, p95 %s", st.Name, st.Done, st.Count(), st.Percentile(50),
				st.Percentile(95))
		}
	}
	// Each grant: birth, submit, admit, 3 x declare and score, propose, confirm, 2 x sign and agreed, 2 x pay and
	// paid, 2 x report and accepted, evaluate, settle, close; each payment 2; each report 3. Co-signatures are
	// additional.
	if least := count * (22 + 2*2 + 2*3); r.Events < least {
		t.Errorf("%d events, want at least %d", r.Events, least)
	}
}

type demoServer struct {
	url string
	db  *db.DB
}

func serveDemo(t *testing.T) *demoServer {
	t.Helper()
	d := dbtest.Open(t, pg.Options{})
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	clock, err := d.NewClock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	shipped, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	places := records.NewDivisions()
	wake := make(chan struct{}, 1)
	theDesk := &desk.Desk{Machines: shipped, Store: d.DB, Clock: clock, Minutes: d.DB, Twins: d.DB, Wake: func() {
		select {
		case wake <- struct{}{}:
		default:
		}
	}}
	registry := &registry.Registry{Store: d.DB, Clock: clock, Regions: places, Passwords: d.DB, Codes: d.DB, Desk: theDesk}
	nobody := func(context.Context, string, workflow.Role) (bool, error) { return false, nil }
	if err := demo.LoadPeople(t.Context(), demo.Deps{Desk: theDesk, Registry: registry, Queue: d.DB, Log: log,
		Holds: nobody}); err != nil {
		t.Fatal(err)
	}
	e, err := edge.New(edge.Options{Log: log, Sessions: sessions{d.DB}})
	if err != nil {
		t.Fatal(err)
	}
	api.Register(e, api.Options{Desk: theDesk, Registry: registry, Cases: d.DB, Papers: d.DB, Sessions: sessions{d.DB},
		Demo: advance{clock}, Log: log})
	s := httptest.NewServer(e)
	t.Cleanup(s.Close)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		(&desk.Worker{Desk: theDesk, Queue: d.DB, Log: log, Wake: wake, Every: 200 * time.Millisecond}).Run(ctx)
	}()
	t.Cleanup(func() { stop(); <-ended })
	return &demoServer{url: s.URL, db: d.DB}
}

func (s *demoServer) verify(ctx context.Context) error {
	var errs []error
	events, _, err := s.db.Verify(ctx, func(p pg.Problem) { errs = append(errs, errors.New(p.String())) })
	if err == nil && events == 0 {
		err = errors.New("there are no events")
	}
	return errors.Join(append(errs, err)...)
}

type advance struct{ clock *records.Clock }

func (a advance) Advance(ctx context.Context, by time.Duration, months int) (time.Time, error) {
	if months != 0 {
		return time.Time{}, fmt.Errorf("months are not asked for here")
	}
	return a.clock.Advance(ctx, by)
}

type sessions struct{ *db.DB }

func (s sessions) Find(ctx context.Context, token string) (*edge.Session, error) {
	found, err := s.SessionActor(ctx, accounts.TokenHash(token))
	if errors.Is(err, registry.ErrNoSession) {
		return nil, nil
	}
	return &edge.Session{Token: token, Actor: found.Actor, Expires: found.Expires}, err
}

func (s sessions) Login(ctx context.Context, in edge.SignIn) (*edge.Session, error) {
	made, err := s.DB.Login(ctx, accounts.SignIn{Login: in.Login, Password: in.Password, Address: in.IP},
		accounts.DefaultSessionLimits)
	return &edge.Session{Token: made.Token, Actor: made.Actor, Expires: made.Expires}, err
}

func (s sessions) Logout(ctx context.Context, token, ip string) error {
	return s.DB.Logout(ctx, accounts.TokenHash(token), ip)
}
