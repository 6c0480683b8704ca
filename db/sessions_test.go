package db_test

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/db/accounts"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
)

func (r *theRegistry) login(login, with, from string) (*registry.Session, error) {
	return r.Login(context.WithoutCancel(r.T.Context()), registry.SignIn{Login: login, Password: with, Address: from},
		accounts.DefaultSessionLimits)
}

// Every request reads its session; even on a new database this must not scan the divisions.
func TestASessionIsFoundByIndexFromTheFirstDay(t *testing.T) {
	t.Parallel()
	plan, err := dbtest.Open(t, pg.Options{}).PlanForTest(t.Context(), "session_actor", `('\x00')`)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plan, "Seq Scan on regions") || !strings.Contains(plan, "regions_ended") {
		t.Errorf("finding a session reads all divisions:\n%s", plan)
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	s, err := r.login(" "+strings.ToUpper(officer.Login), password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Token) != 43 || s.Actor.ID != officer.ID || len(s.Actor.Roles) != 1 || s.Actor.Roles[0] != officer.Roles[0] {
		t.Errorf("the session is %+v", s)
	}
	found, err := r.SessionActor(ctx, s.Token)
	if err != nil || found.Actor.ID != officer.ID || found.Actor.Roles[0].Role != workflow.RoleOfficer {
		t.Errorf("who holds the token: %+v, %v", found, err)
	}
	var kept int
	owner := r.Owner(t)
	if err := owner.QueryRowContext(ctx, `select count(*) from sessions s where s::text like '%' || $1 || '%'`,
		s.Token).Scan(&kept); err != nil || kept != 0 {
		t.Errorf("the token itself is in the database: %d, %v", kept, err)
	}
	if _, err := r.SessionActor(ctx, s.Token+"x"); !errors.Is(err, registry.ErrNoSession) {
		t.Errorf("another token: %v", err)
	}
	if list, err := r.Sessions(ctx, officer.ID); err != nil || len(list) != 1 || list[0].ID != s.ID {
		t.Errorf("own sessions: %+v, %v", list, err)
	}
	if err := r.Logout(ctx, s.Token, "192.0.2.1"); err != nil {
		t.Error(err)
	}
	if _, err := r.SessionActor(ctx, s.Token); !errors.Is(err, registry.ErrNoSession) {
		t.Errorf("after the logout: %v", err)
	}
	if err := r.Logout(ctx, s.Token, "192.0.2.1"); err != nil {
		t.Errorf("logging out twice: %v", err)
	}
	auditor := workflow.Actor{Roles: []workflow.Grant{{Role: workflow.RoleAuditadmin}}}
	trail, err := r.Audit(ctx, auditor, workflow.TrailQuery{})
	if err != nil || len(trail) != 2 || trail[0].Act != "logout" || trail[1].Act != "login" ||
		trail[1].Actor != officer.Name {
		t.Errorf("the trail: %+v, %v", trail, err)
	}
	today := calendar.DateOf(time.Now())
	for want, list := range map[int][]workflow.TrailQuery{
		1: {{Act: "logout"}, {Act: "login", Who: officer.Name}, {Before: trail[0].N}, {Limit: 1}},
		2: {{Who: strings.ToUpper(trail[1].Subject)}, {Who: officer.Name, Since: today, Until: today}},
		0: {{Act: "log"}, {Who: "%"}, {Since: today.AddDays(1)}, {Until: today.AddDays(-1)}, {Who: "nobody"}},
	} {
		for _, q := range list {
			if got, err := r.Audit(ctx, auditor, q); err != nil || len(got) != want {
				t.Errorf("%+v finds %d rows, want %d: %v", q, len(got), want, err)
			}
		}
	}
	if _, err := r.Audit(ctx, officer, workflow.TrailQuery{}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("an officer reads the trail: %v", err)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	owner := r.Owner(t)
	for _, row := range []struct {
		name, sql string
		lives     bool
	}{
		{"29 minutes unused", `update sessions set last_seen_at = now() - interval '29 minutes' where id = $1`, true},
		{"30 minutes unused", `update sessions set last_seen_at = now() - interval '30 minutes' where id = $1`, false},
		{"twelve hours old, just used",
			`update sessions set created_at = now() - interval '13 hours', expires_at = now() where id = $1`, false},
		{"ended", `update sessions set ended_at = now() where id = $1`, false},
	} {
		s, err := r.login(officer.Login, password, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := owner.ExecContext(ctx, row.sql, s.ID); err != nil {
			t.Fatal(err)
		}
		_, err = r.SessionActor(ctx, s.Token)
		if (err == nil) != row.lives {
			t.Errorf("%s: %v", row.name, err)
		}
		if row.lives {
			var fresh bool
			if err := owner.QueryRowContext(ctx, `select last_seen_at > now() - interval '1 minute' from sessions where id = $1`,
				s.ID).Scan(&fresh); err != nil || !fresh {
				t.Errorf("%s: its use was not noted: %v", row.name, err)
			}
		}
	}
}

func TestRightsEndAtOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	sysadmin, secadmin := r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleSecadmin, "")
	officer := r.person(workflow.RoleOfficer, "")
	enter := func(with string) *registry.Session {
		t.Helper()
		s, err := r.login(officer.Login, with, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	gone := func(s *registry.Session, after string) {
		t.Helper()
		if _, err := r.SessionActor(ctx, s.Token); !errors.Is(err, registry.ErrNoSession) {
			t.Errorf("after %s the session lives: %v", after, err)
		}
	}
	s := enter(password)
	var u registry.UserRecord
	if err := r.Record(ctx, registry.RecordScopeOf(sysadmin), workflow.KindUser, officer.ID, &u); err != nil ||
		len(u.Roles) != 1 {
		t.Fatalf("the account: %+v, %v", u, err)
	}
	if _, err := r.EndRole(ctx, secadmin, u.Roles[0].ID, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	if found, err := r.SessionActor(ctx, s.Token); err != nil || len(found.Actor.Roles) != 0 {
		t.Errorf("after the end of the role the session holds %+v, %v", found.Actor.Roles, err)
	}
	if _, err := r.ChangeUser(ctx, sysadmin, officer.ID, registry.UserChange{Disabled: ptr(true)},
		registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	gone(s, "disabling")
	if _, err := r.login(officer.Login, password, "192.0.2.1"); !errors.Is(err, registry.ErrWrongLogin) {
		t.Errorf("a disabled account signs in: %v", err)
	}
	if _, err := r.ChangeUser(ctx, sysadmin, officer.ID, registry.UserChange{Disabled: ptr(false)},
		registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	gone(s, "restoring the account")
	s = enter(password)
	next := "another four words in a row"
	if _, err := r.ChangePassword(ctx, officer, "not this one, surely", next, registry.RecordCommand{}); err == nil {
		t.Error("the password changed without the present one")
	}
	if _, err := r.ChangePassword(ctx, officer, password, next, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	gone(s, "a new password")
	s = enter(next)
	if n, err := r.RevokeSessions(ctx, officer.ID, "", sysadmin.ID, "192.0.2.9"); err != nil || n != 1 {
		t.Errorf("revoked %d, %v", n, err)
	}
	gone(s, "revoking")
	var hash string
	var inLog int
	owner := r.Owner(t)
	if err := owner.QueryRowContext(ctx,
		`select password_hash, (select count(*) from record_bodies where body like '%argon2id%') from users where id = $1`,
		officer.ID).Scan(&hash, &inLog); err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") ||
		inLog != 0 {
		t.Errorf("hash %q, %d in the log, %v", hash, inLog, err)
	}
	r.chains()
}

// A token left in a browser is no second key; sessions in other browsers stay.
func TestSigningInAgainEndsTheOldSessionOfThatBrowser(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer, other := r.person(workflow.RoleOfficer, ""), r.person(workflow.RoleOfficer, "")
	open := func(who workflow.Actor, replaces string) *registry.Session {
		t.Helper()
		s, err := r.Login(ctx, registry.SignIn{Login: who.Login, Password: password, Address: "192.0.2.1",
			Replaces: replaces},
			accounts.DefaultSessionLimits)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	lives := func(s *registry.Session, want bool) {
		t.Helper()
		if _, err := r.SessionActor(ctx, s.Token); (err == nil) != want {
			t.Errorf("a session lives: %v, want %t", err, want)
		}
	}
	elsewhere, first := open(officer, ""), open(officer, "")
	second := open(officer, first.Token)
	lives(first, false)
	lives(elsewhere, true)
	third := open(other, second.Token) // another user in the same browser
	lives(second, false)
	lives(third, true)
	if _, err := r.Login(ctx, registry.SignIn{Login: officer.Login, Password: "wrong wrong wrong", Replaces: third.Token},
		accounts.DefaultSessionLimits); err == nil {
		t.Error("a wrong password signs in")
	}
	lives(third, true)
	if err := r.EndSession(ctx, other.ID, elsewhere.ID, other.ID, ""); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("the session of another is ended as one's own: %v", err)
	}
	lives(elsewhere, true)
	if err := r.EndSession(ctx, officer.ID, elsewhere.ID, officer.ID, ""); err != nil {
		t.Error(err)
	}
	lives(elsewhere, false)
}

// However many sign in at once; those unused for longest end.
func TestAnAccountHasTwentySessions(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	first, err := r.login(officer.Login, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	owner := r.Owner(t)
	if _, err := owner.ExecContext(ctx, `update sessions set last_seen_at = now() - interval '5 minutes'`); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := r.login(officer.Login, password, "192.0.2.1"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if list, err := r.Sessions(ctx, officer.ID); err != nil || len(list) != accounts.MaxSessions {
		t.Errorf("%d sessions live, %v", len(list), err)
	}
	if _, err := r.SessionActor(ctx, first.Token); !errors.Is(err, registry.ErrNoSession) {
		t.Errorf("the oldest lives: %v", err)
	}
}

// Wrong passwords of other accounts, or at sign-in, block no user's own change.
func TestWrongPresentPasswordsCountByAccount(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	var wait *registry.Throttled
	for i := range 11 { // more than 50 wrong ones of others
		other := r.person(workflow.RoleOfficer, "")
		for range 5 {
			if right, err := r.CheckPassword(ctx, other.ID, "wrong wrong wrong"); right || err != nil {
				t.Fatalf("person %d: %t, %v", i, right, err)
			}
		}
		if _, err := r.CheckPassword(ctx, other.ID, password); !errors.As(err, &wait) {
			t.Errorf("the sixth wrong try of one account goes through: %v", err)
		}
	}
	officer := r.person(workflow.RoleOfficer, "")
	for range 5 {
		if _, err := r.login(officer.Login, "guess guess guess", "198.51.100.7"); err == nil {
			t.Fatal("guessed")
		}
	}
	if right, err := r.CheckPassword(ctx, officer.ID, password); !right || err != nil {
		t.Errorf("others used up the owner's tries: %t, %v", right, err)
	}
}

// Names of the owner's organization and place count as guessed, and the present password is not new.
func TestNewPasswordsAreHardToGuess(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	certifier := r.person(workflow.RoleCertifier, r.organization(officer, 7).ID)
	for who, list := range map[*workflow.Actor][]string{
		&officer: {"P@ssw0rd2024", "passwordpassword", "Huawei@123456", "Incubase2026", "incubase-demo", password,
			"heilongjiangjixi2026", "jiguan@20261129"},
		&certifier: {"xugouzhulaohui2026", "黑龙江鸡西鸡冠区2026"},
	} {
		for _, next := range list {
			var bad *workflow.Invalid
			if _, err := r.ChangePassword(t.Context(), *who, password, next, registry.RecordCommand{}); !errors.As(err, &bad) ||
				bad.Fields[0].Field != "new" {
				t.Errorf("%q: %v", next, err)
			}
		}
	}
}

func TestThrottle(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	const home, stranger = "192.0.2.1", "198.51.100.7"
	if _, err := r.login(officer.Login, password, home); err != nil {
		t.Fatal(err)
	}
	for i := range 5 {
		if _, err := r.login(officer.Login, "wrong wrong wrong", stranger); !errors.Is(err, registry.ErrWrongLogin) {
			t.Fatalf("wrong try %d: %v", i+1, err)
		}
	}
	var wait *registry.Throttled
	if _, err := r.login(officer.Login, password, stranger); !errors.As(err, &wait) || wait.After < 5*time.Second ||
		wait.After > 15*time.Minute {
		t.Errorf("the sixth try: %v", err)
	}
	if _, err := r.login(officer.Login, password, "203.0.113.4"); !errors.As(err, &wait) {
		t.Errorf("from a third address the account is guarded too: %v", err)
	}
	if _, err := r.login(officer.Login, password, home); err != nil {
		t.Errorf("the owner, at home, is shut out by a stranger: %v", err)
	}
	if _, err := r.login(officer.Login, password, stranger); !errors.As(err, &wait) {
		t.Errorf("success elsewhere lets the stranger go on: %v", err)
	}
	owner := r.Owner(t)
	if _, err := owner.ExecContext(t.Context(),
		`update login_throttle set blocked_until = now() - interval '1 second'`); err != nil {
		t.Fatal(err)
	}
	if _, err := r.login(officer.Login, "wrong again, sorry", stranger); !errors.Is(err, registry.ErrWrongLogin) {
		t.Errorf("after the wait: %v", err)
	}
	if _, err := r.login(officer.Login, password, stranger); !errors.As(err, &wait) || wait.After < 15*time.Second {
		t.Errorf("the wait does not grow: %v", err)
	}
	if _, err := owner.ExecContext(t.Context(),
		`update login_throttle set blocked_until = now() - interval '1 second',
			last_at = now() - interval '16 minutes'`); err != nil {
		t.Fatal(err)
	}
	if _, err := r.login(officer.Login, password, stranger); err != nil {
		t.Errorf("after a quiet quarter of an hour: %v", err)
	}
}

func TestParallelGuessesCount(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	var wrong, held atomic.Int32
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			var wait *registry.Throttled
			switch _, err := r.login(officer.Login, "guess guess guess", "192.0.2.1"); {
			case errors.Is(err, registry.ErrWrongLogin):
				wrong.Add(1)
			case errors.As(err, &wait):
				held.Add(1)
			default:
				t.Errorf("a guess: %v", err)
			}
		})
	}
	all.Wait()
	if wrong.Load() > 5 || wrong.Load()+held.Load() != 30 {
		t.Errorf("%d guesses were looked at, %d held back; want 5 at most, and 30 together", wrong.Load(), held.Load())
	}
	decider := r.person(workflow.RoleDecider, "")
	for i := range 8 { // the right password many times at once is no attack
		all.Go(func() {
			if _, err := r.login(decider.Login, password, "192.0.2.50"); err != nil {
				t.Errorf("login %d: %v", i, err)
			}
		})
	}
	all.Wait()
}

func TestUnknownLoginsLookLikeWrongPasswords(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	owner := r.Owner(t)
	// Compares the best of several tries: one try on a busy machine proves nothing, but a login that compares no
	// password is faster in every try.
	took := [2]time.Duration{time.Hour, time.Hour}
	differ := func() bool { return took[1] < took[0]/3 || took[0] < took[1]/3 }
	for try := 0; try < 3 || try < 20 && differ(); try++ {
		for i, login := range []string{officer.Login, "nobody.at.all"} {
			start := time.Now()
			_, err := r.login(login, "wrong wrong wrong", "192.0.2.1")
			took[i] = min(took[i], time.Since(start))
			if !errors.Is(err, registry.ErrWrongLogin) {
				t.Errorf("%s: %v", login, err)
			}
		}
		if _, err := owner.ExecContext(t.Context(), `delete from login_throttle`); err != nil {
			t.Fatal(err)
		}
	}
	if differ() {
		t.Errorf("a wrong password takes %s, an unknown login %s", took[0], took[1])
	}
	for _, login := range []string{"system", "objector", strings.Repeat("x", 1000), "a\x00b", ""} {
		if _, err := r.login(login, password, "2001:db8::1"); !errors.Is(err, registry.ErrWrongLogin) {
			t.Errorf("%.20q: %v", login, err)
		}
	}
	if _, err := owner.ExecContext(t.Context(),
		`update users set password_hash = '$argon2id$v=19$x' where login = 'system'`); err == nil {
		t.Error("the schema gives the system a password")
	}
}

// A refused setup creates no account and keeps the token; a successful one creates all three administrators, with
// codes for their owners and no known password.
func TestSetup(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	token, err := r.NewSetupToken(ctx)
	if err != nil || token == "" {
		t.Fatalf("%q, %v", token, err)
	}
	three := func(login string) []registry.FirstAccount {
		t.Helper()
		list, err := r.FirstAccounts(ctx, registry.NewUser{Login: "root1", Name: "甲"}, registry.NewUser{Login: "root2",
			Name: "乙"}, registry.NewUser{Login: login, Name: "丙"})
		if err != nil {
			t.Fatal(err)
		}
		return list
	}
	owner := r.Owner(t)
	users := func() (n int) {
		t.Helper()
		if err := owner.QueryRowContext(ctx, `select count(*) from users where login like 'root%'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := r.Setup(ctx, "wrong", "192.0.2.1", three("root3")); !errors.Is(err, registry.ErrTokenUsed) {
		t.Errorf("a wrong token: %v", err)
	}
	var bad *workflow.Invalid
	if _, err := r.FirstAccounts(ctx, registry.NewUser{Login: "root1", Name: "甲"}, registry.NewUser{Login: "ROOT1",
		Name: "乙"}, registry.NewUser{Login: "!"}); !errors.As(err, &bad) || len(bad.Fields) != 3 {
		t.Errorf("one person three times: %v", err)
	}
	if err := r.Setup(ctx, token, "192.0.2.1", three("system")); sayingNo(err) != "login_once" || users() != 0 {
		t.Errorf("a login that is taken: %v leaves %d accounts", err, users())
	}
	list := three("root3")
	if err := r.Setup(ctx, token, "192.0.2.1", list); err != nil || users() != 3 {
		t.Fatalf("the token was lost by a mistake: %v, %d accounts", err, users())
	}
	if err := r.Setup(ctx, token, "192.0.2.1", three("root4")); !errors.Is(err, registry.ErrTokenUsed) {
		t.Errorf("the token a second time: %v", err)
	}
	for i, role := range []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin, workflow.RoleAuditadmin} {
		a := list[i]
		if _, err := r.login(a.User.Login, "", "192.0.2.1"); !errors.Is(err, registry.ErrWrongLogin) {
			t.Errorf("signed in before a password was chosen: %v", err)
		}
		if err := r.ChoosePassword(ctx, registry.ChosenPassword{Login: a.User.Login, First: a.First, Second: a.Second,
			Password: password}, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
		s, err := r.login(a.User.Login, password, "192.0.2.1")
		if err != nil || len(s.Actor.Roles) != 1 || s.Actor.Roles[0].Role != role || s.Told == nil {
			t.Errorf("%s: %+v, %v", a.User.Login, s, err)
		}
	}
	if again, err := r.NewSetupToken(ctx); err != nil || again != "" {
		t.Errorf("a second first start: %q, %v", again, err)
	}
	if err := r.Tidy(ctx); err != nil {
		t.Error(err)
	}
	r.chains()
}

func TestNeighbourhood(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "": "unknown", "x": "unknown",
	} {
		if got := accounts.Neighbourhood(in); got != want {
			t.Errorf("Neighbourhood(%q) = %q, want %q", in, got, want)
		}
		if _, err := netip.ParsePrefix(want); err != nil && want != "unknown" && !strings.Contains(want, ".") {
			t.Errorf("%q is no prefix", want)
		}
	}
}
