package db_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/registry"
)

func TestRound(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	ctx := t.Context()
	officer, certifier := r.person(workflow.RoleOfficer, ""), workflow.Actor{}
	certifier = r.person(workflow.RoleCertifier, r.organization(officer, 1).ID)
	n := registry.NewRound{Name: workflow.Text{ZH: "第一批", EN: "First"}, Kind: "grant", Region: "230302"}
	cmd := registry.RecordCommand{Key: "round-1", Digest: digest("round")}
	d, err := r.Registry.OpenRound(ctx, officer, n, cmd)
	if err != nil {
		t.Fatal(err)
	}
	if d.State != "preparing" || d.Version != 1 || d.Ref == "" || !d.StateLabel.Complete() || d.Definition == 0 {
		t.Errorf("a new round is %+v", d)
	}
	if again, err := r.Registry.OpenRound(ctx, officer, n, cmd); err != nil || again.ID != d.ID {
		t.Errorf("the same key again: %+v, %v", again, err)
	}
	if _, err := r.Registry.OpenRound(ctx, certifier, n, registry.RecordCommand{}); !forbidden(err) {
		t.Errorf("an organization's head prepares a round: %v", err)
	}
	if list, _, err := r.Rounds(ctx, registry.RecordScopeOf(certifier), registry.RecordQuery{}); err != nil ||
		len(list) != 0 {
		t.Errorf("a round in preparation shows to outsiders: %d, %v", len(list), err)
	}
	var bad *workflow.Invalid
	wrong := registry.RoundPatch{Total: ptr(money.Fen(-1)), Rules: &workflow.Rules{PassPoints: 20000,
		Tranches: []workflow.TrancheRule{{Share: 5000}}},
		Form: []byte(`{"type":"string"}`), Opens: ptr(time.Now()), Closes: ptr(time.Now().Add(-time.Hour))}
	if _, err := r.ChangeRound(ctx, officer, d.ID, wrong, registry.RecordCommand{}); !errors.As(err, &bad) ||
		len(bad.Fields) != 5 {
		t.Errorf("everything wrong is said at once: %v", err)
	}
	opens, closes := r.Fixture.Clock.Now().Add(-time.Hour), r.Fixture.Clock.Now().Add(30*24*time.Hour)
	rules := workflow.Rules{MinReviews: 3, PassPoints: 6000, Tranches: []workflow.TrancheRule{{Share: 6000},
		{Share: 4000, Reports: 1}}}
	if err := rules.NoticePeriod.UnmarshalText([]byte("5wd")); err != nil {
		t.Fatal(err)
	}
	form := []byte(
		`{"type":"object","required":["title"],"properties":{"title":{"type":"string","title":"名称","x-title-en":"Title","examples":["某项目"]}}}`)
	full := registry.RoundPatch{Total: ptr(money.Fen(100_000_000)), Rules: &rules, Form: form, Opens: &opens,
		Closes: &closes}
	d, err = r.ChangeRound(ctx, officer, d.ID, full, registry.RecordCommand{Version: ptr(1)})
	if err != nil || d.Version != 2 || d.FormNumber != 1 {
		t.Fatalf("prepared: %+v, %v", d, err)
	}
	if _, err := r.Fixture.Desk.Do(ctx, officer, workflow.Command{Ref: d.Ref, Action: "open"}); err != nil {
		t.Fatalf("open: %v", err)
	}
	if list, _, err := r.Rounds(ctx, registry.RecordScopeOf(certifier), registry.RecordQuery{State: "open"}); err != nil ||
		len(list) != 1 {
		t.Errorf("an open round does not show: %d, %v", len(list), err)
	}
	if _, err := r.ChangeRound(ctx, officer, d.ID, registry.RoundPatch{Total: ptr(money.Fen(5))},
		registry.RecordCommand{}); sayingNo(err) != "round_fixed" {
		t.Errorf("the envelope of an open round: %v", err)
	}
	if _, err := r.ChangeRound(ctx, officer, d.ID, registry.RoundPatch{Closes: ptr(closes.Add(-time.Hour))},
		registry.RecordCommand{Note: "早点"}); sayingNo(err) != "round_only_later" {
		t.Errorf("an earlier closing: %v", err)
	}
	later := closes.Add(48 * time.Hour)
	if _, err := r.ChangeRound(ctx, officer, d.ID, registry.RoundPatch{Closes: &later},
		registry.RecordCommand{}); !errors.As(err, &bad) {
		t.Errorf("a later closing without a reason: %v", err)
	}
	got, err := r.ChangeRound(ctx, officer, d.ID, registry.RoundPatch{Closes: &later},
		registry.RecordCommand{Note: "应申请人要求"})
	if err != nil || !got.Closes.Equal(later.Truncate(time.Microsecond)) {
		t.Errorf("a later closing: %+v, %v", got, err)
	}
	owner := r.Owner(t)
	var fires time.Time
	if err := owner.QueryRowContext(ctx, `select fires_at from timers where case_id = $1 and action = 'close'`,
		d.ID).Scan(&fires); err != nil || !fires.Equal(later.Truncate(time.Microsecond)) {
		t.Errorf("the timer fires at %s, %v; want %s", fires, err, later)
	}
	view, err := r.Fixture.Desk.Show(ctx, officer, d.Ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range view.Case.Clocks {
		if k.Action == "close" && !k.Fires().Equal(later) {
			t.Errorf("the case's clock fires at %s, want %s", k.Fires(), later)
		}
	}
	if due := view.Case.Due; due == nil || *due != calendar.DateOf(later) {
		t.Errorf("the round is due %v, it closes %s", due, later)
	}
	if found := problemsBy(t, r.DB); found["cases"] != 0 {
		t.Errorf("the extended round is named as tampered with: %v", found)
	}
	history, err := r.RecordHistory(ctx, workflow.System(), workflow.KindRound, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	var ops []string
	for i, e := range history {
		ops = append(ops, e.Op)
		before := registry.RecordEntry{}
		if i > 0 {
			before = history[i-1]
		}
		if err := e.Verify(before); err != nil || e.ActorName != officer.Name {
			t.Errorf("entry %d by %q: %v", e.Seq, e.ActorName, err)
		}
	}
	if want := []string{"create", "change", "extend"}; !slices.Equal(ops, want) {
		t.Errorf("the log of the round says %q, want %q", ops, want)
	}
	auditor := workflow.Actor{ID: "a", Roles: []workflow.Grant{{Role: workflow.RoleAuditor, Region: "23"}}}
	if h, err := r.RecordHistory(ctx, auditor, workflow.KindRound, d.ID); err != nil || len(h) != 3 {
		t.Errorf("the province's auditor reads %d entries, %v", len(h), err)
	}
	if _, err := r.RecordHistory(ctx, auditor, workflow.KindUser, officer.ID); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("an auditor reads the log of an account: %v", err)
	}
	if _, err := r.RecordHistory(ctx, certifier, workflow.KindRound, d.ID); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("an organization's head reads the log: %v", err)
	}
	r.chains()
}

// A report opens with its grant's own contribution and reads the amount paid so far.
func TestAReportKnowsTheGrant(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref := f.NewGrant()
	said := f.Answers(dbtest.Requested)
	said["own_contribution_fen"] = 150_000
	f.Do("certifier", ref, "submit", map[string]any{"answers": said})
	f.Walk(ref, "funded")
	grant := f.Case(ref)
	f.Do("preparer", ref, "report", map[string]any{"kind": "progress"})
	if own := f.Case(ref + "-R1").Data["own_contribution_fen"]; fmt.Sprint(own) != "150000" {
		t.Errorf("the report knows the own contribution as %v, the application said %v", own, said["own_contribution_fen"])
	}
	spent := func(fen int64) error {
		_, err := f.Try("certifier", ref+"-R1", "submit", map[string]any{"answers": map[string]any{"done": "按计划开课四十次",
			"spent_fen": fen, "persons": 25}})
		return err
	}
	most := int64(grant.Paid) + 150_000
	var invalid *workflow.Invalid
	for _, fen := range []int64{most + 1, 10*most + 1} {
		if err := spent(fen); !errors.As(err, &invalid) {
			t.Errorf("%d spent on %d: %v", fen, most, err)
		}
	}
	if err := spent(most); err != nil {
		t.Errorf("%d spent on %d: %v", most, most, err)
	}
}
