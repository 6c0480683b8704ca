package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/registry"
)

func TestRolesKeepPowersApart(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	sysadmin, secadmin := r.person(workflow.RoleSysadmin, ""), r.person(workflow.RoleSecadmin, "")
	u, err := r.Registry.AddUser(ctx, sysadmin, registry.NewUser{Login: "Zhou", Name: "周"}, registry.RecordCommand{})
	if err != nil || u.Login != "zhou" {
		t.Fatalf("the system administrator opens an account: %+v, %v", u, err)
	}
	if _, err := r.Registry.AddUser(ctx, secadmin, registry.NewUser{Login: "wu", Name: "吴"},
		registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("the security administrator opens an account: %v", err)
	}
	if _, err := r.Registry.AddUser(ctx, sysadmin, registry.NewUser{Login: "zhou", Name: "另一个周"},
		registry.RecordCommand{}); sayingNo(err) != "login_once" {
		t.Errorf("the same login twice: %v", err)
	}
	officer := workflow.NewRole{Role: workflow.RoleOfficer, Region: "230302"}
	if _, err := r.GrantRole(ctx, sysadmin, u.ID, officer, registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("the system administrator grants a role: %v", err)
	}
	if _, err := r.GrantRole(ctx, secadmin, secadmin.ID, officer, registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("the security administrator grants to themself: %v", err)
	}
	g, err := r.GrantRole(ctx, secadmin, u.ID, officer, registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.GrantRole(ctx, secadmin, u.ID, officer, registry.RecordCommand{}); sayingNo(err) != "role_once" {
		t.Errorf("the same role twice: %v", err)
	}
	if _, err := r.GrantRole(ctx, secadmin, u.ID, workflow.NewRole{Role: workflow.RoleSysadmin},
		registry.RecordCommand{}); sayingNo(err) != "powers_are_separate" {
		t.Errorf("an officer becomes system administrator: %v", err)
	}
	owner := r.Owner(t)
	if _, err := owner.ExecContext(ctx,
		`insert into role_grants (id, user_id, role) values (gen_random_uuid(), $1, 'auditadmin')`, u.ID); err == nil ||
		!strings.Contains(err.Error(), "powers_are_separate") {
		t.Errorf("the schema lets an officer be audit administrator: %v", err)
	}
	for _, role := range []workflow.Role{workflow.RoleDecider, workflow.RoleAuditor} {
		if _, err := r.GrantRole(ctx, secadmin, u.ID, workflow.NewRole{Role: role, Region: "230302"},
			registry.RecordCommand{}); !strings.HasSuffix(sayingNo(err), "_is_apart") {
			t.Errorf("an officer becomes %s: %v", role, err)
		}
	}
	if _, err := r.GrantRole(ctx, secadmin, u.ID, workflow.NewRole{Role: workflow.RoleChecker, Region: "230302"},
		registry.RecordCommand{}); err != nil {
		t.Errorf("a small place has one person for both: %v", err)
	}
	ended, err := r.EndRole(ctx, secadmin, g.ID, registry.RecordCommand{})
	if err != nil || ended.Until == nil {
		t.Fatalf("end: %+v, %v", ended, err)
	}
	if _, err := r.EndRole(ctx, secadmin, g.ID, registry.RecordCommand{}); sayingNo(err) != "role_ended" {
		t.Errorf("ended twice: %v", err)
	}
	if _, err := owner.ExecContext(ctx, `update role_grants set until = now() where user_id = $1 and until is null`,
		u.ID); err != nil {
		t.Fatal(err)
	}
	r.bind("role", `select id from role_grants where user_id = $1 order by until desc limit 1`, u.ID)
	if _, err := r.GrantRole(ctx, secadmin, u.ID, workflow.NewRole{Role: workflow.RoleSysadmin},
		registry.RecordCommand{}); err != nil {
		t.Errorf("after the end of the other power: %v", err)
	}
	r.chains()
}

func TestAgenciesCompetencesAndCalendars(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer, decider, sysadmin := r.person(workflow.RoleOfficer, ""), r.person(workflow.RoleDecider, ""),
		r.person(workflow.RoleSysadmin, "")
	a, err := r.CreateAgency(ctx, officer, registry.NewAgency{Name: workflow.Text{ZH: "鸡冠区司法局", EN: "Justice"},
		Kind: "justice", Region: "230302"}, registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	n := registry.NewCompetence{Topic: "mediation", Action: "cosign"}
	if _, err := r.SetCompetence(ctx, sysadmin, a.ID, n, registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("the system administrator decides who co-signs: %v", err)
	}
	c, err := r.SetCompetence(ctx, decider, a.ID, n, registry.RecordCommand{})
	if err != nil || c.Region != "230302" {
		t.Fatalf("competence: %+v, %v", c, err)
	}
	if _, err := r.SetCompetence(ctx, decider, a.ID, n, registry.RecordCommand{}); sayingNo(err) != "competence_once" {
		t.Errorf("twice: %v", err)
	}
	if list, _, err := r.Competences(ctx, registry.RecordQuery{Agency: a.ID}); err != nil || len(list) != 1 {
		t.Errorf("listed %d, %v", len(list), err)
	}
	if _, err := r.EndCompetence(ctx, decider, c.ID, registry.RecordCommand{}); err != nil {
		t.Error(err)
	}
	if list, _, err := r.Competences(ctx, registry.RecordQuery{Agency: a.ID}); err != nil || len(list) != 0 {
		t.Errorf("after the end %d, %v", len(list), err)
	}
	clock, err := r.NewClock(ctx)
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.MustDate("2027-01-04") // a Monday
	if !clock.Calendar().IsWorking(day) {
		t.Fatal("a plain Monday is worked")
	}
	entry := registry.CalendarEntry{Name: "2027", Source: "国办发明电〔2026〕1号", Through: calendar.MustDate("2027-12-31"),
		Days: []calendar.Exception{{Date: day, Kind: calendar.Holiday, Name: "元旦"}}}
	rec, err := r.SetCalendar(ctx, sysadmin, "", entry, registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	if err := clock.Refresh(ctx); err != nil || clock.Calendar().IsWorking(day) ||
		clock.Calendar().Through() != entry.Through {
		t.Errorf("the new notice does not count: %v", err)
	}
	entry.Days = nil
	if _, err := r.SetCalendar(ctx, sysadmin, rec.ID, entry, registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	if err := clock.Refresh(ctx); err != nil || !clock.Calendar().IsWorking(day) {
		t.Errorf("the corrected notice does not count: %v", err)
	}
	before := time.Now()
	if now, err := clock.Advance(ctx, 8*24*time.Hour); err != nil || now.Sub(before) < 8*24*time.Hour {
		t.Errorf("advanced to %s, %v", now, err)
	}
	if _, err := clock.Advance(ctx, -time.Hour); err == nil {
		t.Error("the clock went back")
	}
	r.chains()
}

// Every pair of roles, both ways: conflicts are refused in words, and by a constraint of that name when two grants at
// once bypass them. Staff work elsewhere: in the organization's own place another rule applies.
func TestConflictsAreTheSchemasToo(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	owner := r.Owner(t)
	organization := r.organization(r.person(workflow.RoleOfficer, ""), 3).ID
	insert := func(user workflow.ID, role workflow.Role) error {
		_, err := owner.ExecContext(ctx,
			`insert into role_grants (id, user_id, role, region, organization_id, agency_id) values (gen_random_uuid(), $1, $2,
				$3, $4, $5)`,
			user, string(role), map[bool]string{true: "", false: "440304"}[role.Administrative() ||
				role == workflow.RolePreparer || role == workflow.RoleCertifier],
			map[bool]any{true: organization}[role == workflow.RolePreparer || role == workflow.RoleCertifier],
			map[bool]any{true: r.Agencies["culture"]}[role == workflow.RoleCosigner])
		return err
	}
	conflict := func(a, b workflow.Role) string {
		for _, c := range registry.Conflicts {
			if slices.Contains(c.A, a) && slices.Contains(c.B, b) || slices.Contains(c.A, b) && slices.Contains(c.B, a) {
				return c.Rule
			}
		}
		return ""
	}
	pairs := 0
	for i, a := range registry.GrantableRoles {
		for j, b := range registry.GrantableRoles {
			if a == b {
				continue
			}
			u, err := r.Registry.AddUser(ctx, workflow.System(), registry.NewUser{Login: fmt.Sprintf("pair-%d-%d", i, j),
				Name: "某人"}, registry.RecordCommand{})
			if err != nil {
				t.Fatal(err)
			}
			if err := insert(u.ID, a); err != nil {
				t.Fatalf("%s: %v", a, err)
			}
			err = insert(u.ID, b)
			rule := conflict(a, b)
			if (err == nil) != (rule == "") || err != nil && !strings.Contains(err.Error(), rule) {
				t.Errorf("%s and %s: the schema says %v, the table %q", a, b, err, rule)
			}
			if rule != "" {
				pairs++
			}
		}
	}
	if pairs < 2*(14+13+12+1+2+7) {
		t.Errorf("only %d pairs exclude each other", pairs)
	}
}

func TestTwoGrantsAtOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	secadmin := r.person(workflow.RoleSecadmin, "")
	u, err := r.Registry.AddUser(t.Context(), workflow.System(), registry.NewUser{Login: "both", Name: "某人"},
		registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	var granted atomic.Int32
	var all sync.WaitGroup
	for _, role := range []workflow.Role{workflow.RoleFinanceMaker, workflow.RoleFinanceChecker} {
		for range 4 {
			all.Go(func() {
				if _, err := r.GrantRole(context.WithoutCancel(t.Context()), secadmin, u.ID,
					workflow.NewRole{Role: role, Region: "230302"}, registry.RecordCommand{}); err == nil {
					granted.Add(1)
				}
			})
		}
	}
	all.Wait()
	if granted.Load() != 1 {
		t.Errorf("%d of eight grants that exclude each other went through", granted.Load())
	}
}
