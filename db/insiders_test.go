package db_test

import (
	"slices"
	"testing"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// Neither the to-do list nor pages treat the writer of an application as its officer; another officer is one.
func TestInsidersWaitForNothingOfTheStaff(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	owner := f.Owner(t)
	f.AddUser(owner, "writer", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	receipt, err := f.Desk.Open(t.Context(), f.Actor("writer"), desk.Opening{Workflow: "grant", Round: f.Round,
		Organization: f.Organization, Project: f.Project})
	if err != nil {
		t.Fatal(err)
	}
	ref := receipt.View.Case.Ref
	waiting := func(who string) []string { return refsOf(all(t, f, f.Actor(who), workflow.CaseQuery{Waiting: true})) }
	f.Walk(ref, "applied")
	f.Also(owner, "writer", workflow.Grant{Role: workflow.RoleChecker, Region: dbtest.County})
	if got := refsOf(all(t, f, f.Actor("writer"), workflow.CaseQuery{Workflow: "grant"})); !slices.Equal(got,
		[]string{ref}) {
		t.Errorf("the writer lists %v", got)
	}
	if got := waiting("writer"); len(got) != 0 {
		t.Errorf("the writer is waited for: %v", got)
	}
	if got := waiting("checker"); !slices.Equal(got, []string{ref}) {
		t.Errorf("the checker is not waited for: %v", got)
	}
	if _, err := f.Try("writer", ref, "admit", nil); err == nil {
		t.Error("who wrote it admits it")
	}
	f.Walk(ref, "reviewed")
	for _, side := range []string{"certifier", "officer"} {
		f.Do(side, ref, "sign", f.Signature(ref))
	}
	f.Do("finance_maker", ref, "pay", nil)
	payment := f.Case(ref).ID
	if err := f.Server(t).QueryRow(`select id from cases where parent_id = $1`, payment).Scan(&payment); err != nil {
		t.Fatal(err)
	}
	f.Also(owner, "writer", workflow.Grant{Role: workflow.RoleFinanceChecker, Region: dbtest.County})
	if v, err := f.Desk.Show(t.Context(), f.Actor("writer"), payment); err == nil { // helpers take no part in payments
		t.Errorf("the writer sees the payment: %+v", v.Offers)
	}
	if got := waiting("finance_checker"); len(got) != 1 {
		t.Errorf("finance is not waited for: %v", got)
	}
	if got := waiting("writer"); slices.ContainsFunc(got, func(r string) bool { return r != ref }) {
		t.Errorf("the writer is waited for at the payment: %v", got)
	}
}

// Saving a draft makes a helper at once, and the event that freezes the answers keeps it.
func TestSavingADraftMakesAHelper(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	owner := f.Owner(t)
	f.AddUser(owner, "both", workflow.Grant{Role: workflow.RolePreparer, Organization: f.Organization})
	ref := f.NewGrant()
	f.Do("both", ref, "save", map[string]any{"answers": f.Answers(dbtest.Requested)})
	if _, err := owner.Exec(
		`update role_grants set role = 'auditor', region = $2, organization_id = null where user_id = $1`, f.Actor("both").ID,
		dbtest.County); err != nil {
		t.Fatal(err)
	}
	a := f.Actor("both")
	a.Organization, a.Roles = "", []workflow.Grant{{Role: workflow.RoleAuditor, Region: dbtest.County}}
	f.Do("certifier", ref, "submit", map[string]any{"answers": f.Answers(dbtest.Requested)})
	if got := f.Case(ref).Doers[workflow.SaveAction]; !slices.Contains(got, a.ID) {
		t.Errorf("wrote it: %v", got)
	}
	if _, err := f.Desk.Show(t.Context(), a, ref); err == nil {
		t.Error("an auditor reads what they wrote for the applicant")
	}
	if got := refsOf(all(t, f, a, workflow.CaseQuery{Workflow: "grant"})); len(got) != 0 {
		t.Errorf("and lists %v", got)
	}
}

func TestACoachIsKnownOnOtherCases(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	owner := f.Owner(t)
	coaching := f.ID(f.NewGrant())
	if _, err := owner.Exec(`insert into coachings (organization_id, user_id, case_id, at) values ($1, $2, $3, $4)`,
		f.Organization, f.Actor("reviewer1").ID, coaching, f.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	f.Walk(ref, "applied")
	f.Do("checker", ref, "admit", nil)
	assigned := func(ref string) (out []workflow.ID) {
		for _, a := range f.Case(ref).Assignments {
			out = append(out, a.User)
		}
		return out
	}
	if got := assigned(ref); len(got) != 2 || slices.Contains(got, f.Actor("reviewer1").ID) {
		t.Errorf("assigned %v", got)
	}
	l, err := f.Load(t.Context(), workflow.LoadQuery{Ref: coaching, Actor: f.Actor("officer")})
	if err != nil || len(l.Facts.Case.Coaches) != 0 {
		t.Errorf("on the same case: %+v, %v", l, err)
	}
}

// Holds whichever role comes first, both at once, or when the organization moves. Experts and agencies may.
func TestApplicantAndStaffAreSeparate(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx, system := t.Context(), workflow.System()
	officer := r.person(workflow.RoleOfficer, "")
	org := r.organization(officer, 1)
	grant := func(who workflow.ID, n workflow.NewRole) string {
		_, err := r.GrantRole(ctx, system, who, n, registry.RecordCommand{})
		return sayingNo(err)
	}
	const law = "applicant_and_staff_are_separate"
	own, away := workflow.NewRole{Role: workflow.RolePreparer, Organization: org.ID}, "110101"
	if got := grant(officer.ID, own); got != law {
		t.Errorf("an officer becomes a preparer of the place: %q", got)
	}
	head := r.person(workflow.RoleCertifier, org.ID)
	for _, role := range []workflow.Role{workflow.RoleOfficer, workflow.RoleChecker, workflow.RoleDecider,
		workflow.RoleFinanceMaker, workflow.RoleFinanceChecker, workflow.RoleEvaluator, workflow.RoleAuditor} {
		for _, n := range []workflow.NewRole{{Role: role, Region: "230302"}, {Role: role, Region: "23"},
			{Role: role, Country: true}} {
			if got := grant(head.ID, n); got != law {
				t.Errorf("the head becomes %s of %q: %q", role, n.Region, got)
			}
		}
	}
	for _, n := range []workflow.NewRole{{Role: workflow.RoleReviewer, Region: "230302"},
		{Role: workflow.RoleOfficer, Region: away}} {
		if got := grant(head.ID, n); got != "" {
			t.Errorf("the head becomes %s of %s: %q", n.Role, n.Region, got)
		}
	}
	if _, err := r.ChangeOrganization(ctx, system, org.ID, registry.OrganizationChange{Region: &away},
		registry.RecordCommand{}); sayingNo(err) != law {
		t.Errorf("the organization moves to where its head is an officer: %v", err)
	}
	for i := range 8 { // of two at once one is refused
		who := r.person(workflow.RoleReviewer, "")
		said := make(chan string, 2)
		for _, n := range []workflow.NewRole{own, {Role: workflow.RoleChecker, Region: "230302"}} {
			go func() { said <- grant(who.ID, n) }()
		}
		if a, b := <-said, <-said; (a == law) == (b == law) {
			t.Errorf("try %d: %q and %q", i, a, b)
		}
	}
}

// The only checker of the place wrote the application; the decider is told, and another checker ends it.
func TestTheDeciderLearnsOfVacancies(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	owner := f.Owner(t)
	f.AddUser(owner, "writer", workflow.Grant{Role: workflow.RoleOfficer, Region: dbtest.County})
	receipt, err := f.Desk.Open(t.Context(), f.Actor("writer"), desk.Opening{Workflow: "grant", Round: f.Round,
		Organization: f.Organization,
		Project:      f.AddProject(owner, f.Organization, "由工作人员代写的项目")})
	if err != nil {
		t.Fatal(err)
	}
	ref := receipt.View.Case.Ref
	f.Walk(ref, "applied")
	other := f.NewGrant()
	f.Walk(other, "applied")
	f.Regrant(owner, "writer", workflow.Grant{Role: workflow.RoleChecker, Region: dbtest.County})
	told := func(who string) (out []string) {
		all, err := f.Desk.Vacancies(t.Context(), f.Actor(who))
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			if !v.Label.Complete() || !v.Remedy.Complete() {
				t.Errorf("%+v lacks words", v)
			}
			out = append(out, v.Ref+" "+v.Action+" "+string(v.Role))
		}
		return out
	}
	if got := told("decider"); len(got) != 0 {
		t.Errorf("another checker is there, and yet %v", got)
	}
	set := func(disabled bool) {
		if _, err := owner.Exec(`update users set disabled = $2 where id = $1`, f.Actor("checker").ID, disabled); err != nil {
			t.Fatal(err)
		}
	}
	set(true)
	if got := told("decider"); !slices.Equal(got, []string{ref + " admit checker"}) {
		t.Errorf("the decider is told %v", got)
	}
	if got := told("officer"); len(got) != 0 {
		t.Errorf("an officer is told %v", got)
	}
	f.AddUser(owner, "decider_elsewhere", workflow.Grant{Role: workflow.RoleDecider, Region: "2301"})
	if got := told("decider_elsewhere"); len(got) != 0 {
		t.Errorf("a decider of another place is told %v", got)
	}
	f.AddUser(owner, "checker_of_the_city", workflow.Grant{Role: workflow.RoleChecker, Region: "2303"})
	if got := told("decider"); len(got) != 0 {
		t.Errorf("the city's checker can do it, and yet %v", got)
	}
}
