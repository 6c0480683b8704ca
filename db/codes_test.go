package db_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/registry"
)

const chosen = "three grey boats under a bridge"

type code struct {
	user          registry.UserRecord
	first, second string
}

func (r *theRegistry) reset(start, approve workflow.Actor, user workflow.ID) (c code, err error) {
	ctx := r.T.Context()
	one, err := r.StartReset(ctx, start, user, registry.RecordCommand{})
	if err != nil {
		return c, err
	}
	two, err := r.ApproveReset(ctx, approve, user, registry.RecordCommand{})
	if err != nil {
		return c, err
	}
	return code{two.UserRecord, one.Half, two.Half}, nil
}

func (r *theRegistry) choose(login, first, second, next string) error {
	return r.ChoosePassword(context.WithoutCancel(r.T.Context()), registry.ChosenPassword{Login: login, First: first,
		Second: second, Password: next}, "192.0.2.1")
}

func (r *theRegistry) sql(statement string, args ...any) {
	r.T.Helper()
	if _, err := r.Owner(r.T).ExecContext(r.T.Context(), statement, args...); err != nil {
		r.T.Fatal(err)
	}
}

// bind signs a record as a test changed it.
func (r *theRegistry) bind(kind, which string, args ...any) {
	r.T.Helper()
	var id workflow.ID
	if err := r.Owner(r.T).QueryRowContext(r.T.Context(), which, args...).Scan(&id); err != nil {
		r.T.Fatal(err)
	}
	dbtest.Bind(r.T, r.Owner(r.T), kind, id)
}

// One starts, another approves, the owner chooses; sessions end and the next sign-in names both.
func TestAResetTakesTwoAndItsOwner(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	sysadmin, secadmin, officer := r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleSecadmin, ""),
		r.person(workflow.RoleOfficer, "")
	s, err := r.login(officer.Login, password, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	c, err := r.reset(sysadmin, secadmin, officer.ID)
	if err != nil || len(c.first) != 15 || len(c.second) != 15 || c.first == c.second {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := r.login(officer.Login, password, "192.0.2.1"); err != nil {
		t.Errorf("a reset that nobody has used shuts the owner out: %v", err)
	}
	for name, try := range map[string][2]string{"halves changed over": {c.second, c.first},
		"the first twice": {c.first, c.first}, "none": {"", ""}} {
		if err := r.choose(officer.Login, try[0], try[1], chosen); !errors.Is(err, registry.ErrWrongCode) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var bad *workflow.Invalid
	for _, weak := range []string{"P@ssw0rd2024", password} {
		if err := r.choose(officer.Login, c.first, c.second, weak); !errors.As(err, &bad) ||
			bad.Fields[0].Field != "password" {
			t.Errorf("%q: %v", weak, err)
		}
	}
	typed := strings.ToLower(strings.ReplaceAll(c.first, "-", " "))
	if err := r.choose(strings.ToUpper(officer.Login), typed, c.second, chosen); err != nil {
		t.Fatalf("as a person types it: %v", err)
	}
	if _, err := r.SessionActor(ctx, s.Token); !errors.Is(err, registry.ErrNoSession) {
		t.Errorf("an old session lives: %v", err)
	}
	if err := r.choose(officer.Login, c.first, c.second, chosen+" again"); !errors.Is(err, registry.ErrWrongCode) {
		t.Errorf("a code twice: %v", err)
	}
	if s, err = r.login(officer.Login, chosen, "192.0.2.1"); err != nil || s.Told == nil ||
		s.Told.StartedBy != sysadmin.Name || s.Told.At.IsZero() {
		t.Errorf("the next sign-in tells %+v, %v", s.Told, err)
	}
	if s, err = r.login(officer.Login, chosen, "192.0.2.1"); err != nil || s.Told != nil {
		t.Errorf("the one after it tells %+v, %v", s.Told, err)
	}
	var inLog int
	if err := r.Owner(t).QueryRowContext(ctx,
		`select count(*) from record_bodies b, account_codes c where b.body like '%argon2id%' or b.body like '%' || $1 || '%'
		or b.body like '%' || encode(c.first_hash, 'hex') || '%'`, c.first).Scan(&inLog); err != nil || inLog != 0 {
		t.Errorf("%d log rows have a secret, %v", inLog, err)
	}
	r.chains()
}

func TestWhoHoldsAHalf(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	people := map[string]workflow.Actor{}
	for name, role := range map[string]workflow.Role{"sysadmin": workflow.RoleSysadmin, "sysadmin2": workflow.RoleSysadmin,
		"secadmin":  workflow.RoleSecadmin,
		"secadmin2": workflow.RoleSecadmin, "auditadmin": workflow.RoleAuditadmin, "officer": workflow.RoleOfficer,
		"officer2": workflow.RoleOfficer, "decider": workflow.RoleDecider} {
		people[name] = r.person(role, "")
	}
	headed, alone := r.organization(people["officer"], 21).ID, r.organization(people["officer"], 22).ID
	people["head"], people["member"] = r.person(workflow.RoleCertifier, headed), r.person(workflow.RolePreparer, headed)
	people["head-alone"], people["member2"] = r.person(workflow.RoleCertifier, alone), r.person(workflow.RolePreparer,
		headed)
	pairs := map[string]map[string]bool{
		"decider": {"sysadmin secadmin": true, "sysadmin2 secadmin": true, "sysadmin secadmin2": true,
			"sysadmin2 secadmin2": true},
		"sysadmin": {"auditadmin secadmin": true, "auditadmin secadmin2": true},
		"auditadmin": {"sysadmin secadmin": true, "sysadmin2 secadmin": true, "sysadmin secadmin2": true,
			"sysadmin2 secadmin2": true},
		"member": {"officer head": true, "officer2 head": true},
		"head-alone": {"officer secadmin": true, "officer2 secadmin": true, "officer secadmin2": true,
			"officer2 secadmin2": true},
	}
	for target, good := range pairs {
		tried := 0
		for a, one := range people {
			_, refused := r.StartReset(t.Context(), one, people[target].ID, registry.RecordCommand{})
			for b, two := range people {
				if refused != nil { // the approver
					if good[a+" "+b] || good[b+" "+a] {
						t.Errorf("%s starts a reset of %s: %v", a, target, refused)
					}
					continue
				}
				_, err := r.reset(one, two, people[target].ID)
				if want := good[a+" "+b] || good[b+" "+a]; (err == nil) != want {
					t.Errorf("%s and %s reset %s: %v", a, b, target, err)
				}
				if err == nil {
					tried++
				}
			}
		}
		if tried != 2*len(good) {
			t.Errorf("%s: %d pairs went through, want %d", target, tried, 2*len(good))
		}
	}
	if _, err := r.StartReset(t.Context(), people["member"], people["head"].ID,
		registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("a preparer starts a reset of the head: %v", err)
	}
	if _, err := r.StartReset(t.Context(), people["head"], people["decider"].ID, registry.RecordCommand{}); !errors.Is(err,
		workflow.ErrNotFound) {
		t.Errorf("a head learns of accounts of others: %v", err)
	}
	r.sql(`update users set disabled = true where id = $1`, people["head"].ID)
	if _, err := r.reset(people["officer"], people["secadmin"], people["member"].ID); err != nil {
		t.Errorf("an organization whose head cannot come has no way out: %v", err)
	}
}

func TestCodesThatDoNotHold(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	sysadmin, secadmin, auditadmin := r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleSecadmin, ""),
		r.person(workflow.RoleAuditadmin, "")
	other := r.person(workflow.RoleDecider, "")
	theirs, err := r.reset(sysadmin, secadmin, other.ID)
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(code) code{
		"after an hour": func(c code) code {
			r.sql(`update account_codes set expires_at = now() - interval '1 second' where user_id = $1`, c.user.ID)
			return c
		},
		"the second half of another": func(c code) code { c.second = theirs.second; return c },
		"both halves of another":     func(c code) code { c.first, c.second = theirs.first, theirs.second; return c },
		"one letter wrong":           func(c code) code { c.second = swapped(c.second); return c },
		"ended by one of the two": func(c code) code {
			return after(r, c)(r.EndReset(ctx, secadmin, c.user.ID,
				registry.RecordCommand{}))
		},
		"started again, the old halves": func(c code) code {
			return after(r, c)(r.StartReset(ctx, secadmin, c.user.ID, registry.RecordCommand{}))
		},
		"another house since": func(c code) code {
			return after(r, c)(r.ChangeUser(ctx, sysadmin, c.user.ID, registry.UserChange{Name: ptr("别人")},
				registry.RecordCommand{}))
		},
		"an administrator since": func(c code) code {
			r.sql(`update role_grants set until = now() where user_id = $1`, c.user.ID)
			r.bind("role", `select id from role_grants where user_id = $1`, c.user.ID)
			return after(r, c)(r.GrantRole(ctx, secadmin, c.user.ID, workflow.NewRole{Role: workflow.RoleAuditadmin},
				registry.RecordCommand{}))
		},
		"disabled since": func(c code) code {
			return after(r, c)(r.ChangeUser(ctx, sysadmin, c.user.ID, registry.UserChange{Disabled: ptr(true)},
				registry.RecordCommand{}))
		},
		"disabled and restored since": func(c code) code {
			after(r, c)(r.ChangeUser(ctx, sysadmin, c.user.ID, registry.UserChange{Disabled: ptr(true)},
				registry.RecordCommand{}))
			return after(r, c)(r.ChangeUser(ctx, sysadmin, c.user.ID, registry.UserChange{Disabled: ptr(false)},
				registry.RecordCommand{}))
		},
		"five tries by who knows one half": func(c code) code {
			for range registry.CodeTries {
				if err := r.choose(c.user.Login, c.first, swapped(c.second), chosen); !errors.Is(err, registry.ErrWrongCode) {
					t.Errorf("a guess: %v", err)
				}
				r.sql(`delete from login_throttle`)
			}
			return c
		},
	} {
		officer := r.person(workflow.RoleOfficer, "")
		c, err := r.reset(sysadmin, secadmin, officer.ID)
		if err != nil {
			t.Fatal(err)
		}
		c = spoil(c)
		if err := r.choose(officer.Login, c.first, c.second, chosen); !errors.Is(err, registry.ErrWrongCode) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.login(officer.Login, chosen, "192.0.2.9"); err == nil {
			t.Errorf("%s: it signs in", name)
		}
		r.sql(`delete from login_throttle`)
	}
	if err := r.choose("nobody.at.all", theirs.first, theirs.second, chosen); !errors.Is(err, registry.ErrWrongCode) {
		t.Errorf("an unknown login: %v", err)
	}
	if err := r.choose(other.Login, theirs.first, theirs.second, chosen); err != nil {
		t.Errorf("what was tried with others spoiled this one: %v", err)
	}
	officer := r.person(workflow.RoleOfficer, "")
	r.sql(`update users set disabled = true where id = $1`, officer.ID)
	r.bind("user", `select $1::uuid`, officer.ID)
	if _, err := r.StartReset(ctx, sysadmin, officer.ID, registry.RecordCommand{}); sayingNo(err) != "account_disabled" {
		t.Errorf("a reset of a disabled account: %v", err)
	}
	if _, err := r.StartReset(ctx, secadmin, sysadmin.ID, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	r.sql(`update account_codes set waits_until = now() where user_id = $1`, sysadmin.ID)
	if _, err := r.ApproveReset(ctx, auditadmin, sysadmin.ID, registry.RecordCommand{}); sayingNo(err) != "no_reset" {
		t.Errorf("an approval after a day: %v", err)
	}
	if _, err := r.StartReset(ctx, secadmin, sysadmin.ID, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	if err := r.Owner(t).QueryRowContext(ctx,
		`update account_codes set approved_by = started_by, approval = id, approved_at = now(), second_hash = first_hash,
			expires_at = now() where user_id = $1 returning 1`, sysadmin.ID).Err(); err == nil {
		t.Error("the schema lets one person hold both halves")
	}
	r.chains()
}

func after(r *theRegistry, c code) func(any, error) code {
	return func(_ any, err error) code {
		r.T.Helper()
		if err != nil {
			r.T.Error(err)
		}
		return c
	}
}

func swapped(half string) string {
	if half[0] == '7' {
		return "8" + half[1:]
	}
	return "7" + half[1:]
}

func TestApprovalsAndChoicesAtOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	sysadmin, officer := r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleOfficer, "")
	ctx := context.WithoutCancel(t.Context())
	one, err := r.StartReset(ctx, sysadmin, officer.ID, registry.RecordCommand{Key: "start"})
	if err != nil {
		t.Fatal(err)
	}
	if again, err := r.StartReset(ctx, sysadmin, officer.ID, registry.RecordCommand{Key: "start"}); err != nil ||
		again.Half != "" || again.Reset.ID != one.Reset.ID {
		t.Errorf("a repeated request: %+v, %v", again, err)
	}
	var halves sync.Map
	var all sync.WaitGroup
	for range 6 {
		secadmin := r.person(workflow.RoleSecadmin, "")
		for range 2 {
			all.Go(func() {
				if two, err := r.ApproveReset(ctx, secadmin, officer.ID, registry.RecordCommand{Key: "approve"}); err == nil &&
					two.Half != "" {
					halves.Store(two.Half, true)
				}
			})
		}
	}
	all.Wait()
	var second []string
	halves.Range(func(k, _ any) bool { second = append(second, k.(string)); return true })
	if len(second) != 1 {
		t.Fatalf("%d second halves were given out", len(second))
	}
	var done atomic.Int32
	for i := range 4 {
		all.Go(func() {
			if err := r.choose(officer.Login, one.Half, second[0], chosen+strings.Repeat(" and another", i)); err == nil {
				done.Add(1)
			} else if !errors.Is(err, registry.ErrWrongCode) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 {
		t.Errorf("one code set %d passwords", done.Load())
	}
	r.chains()
}
