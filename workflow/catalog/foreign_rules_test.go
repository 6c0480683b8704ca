package catalog_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// What the other systems require of an engine beyond a table of moves.

// relay plays acts, "ACTOR ACTION [field=value ...]", each on the result of the one before.
func relay(t *testing.T, m *machine.Machine, state string, holds []string, steps ...string) workflow.Decision {
	t.Helper()
	cases := situated(t, m, state, holds)
	var d workflow.Decision
	for i, step := range steps {
		words := strings.Fields(step)
		f := cases[words[0]]
		if i > 0 {
			f.Case = d.Case
		}
		v, says := listedMove{from: string(f.Case.State), action: words[1]}, []string{}
		for _, w := range words[2:] {
			says = append(says, "field."+w)
		}
		var err error
		if d, err = attempt(m, f, v, says); err != nil {
			t.Fatalf("%s: %v", step, err)
		}
	}
	return d
}

// refusedBy plays a last act that a rule must refuse.
func refusedBy(t *testing.T, m *machine.Machine, c workflow.Case, actor, action, rule string) {
	t.Helper()
	f := situated(t, m, string(c.State), nil)[actor]
	f.Case = c
	_, err := attempt(m, f, listedMove{from: string(c.State), action: action}, nil)
	var refused *workflow.Refused
	if !errors.As(err, &refused) || !slices.ContainsFunc(refused.Refusals,
		func(r workflow.Refusal) bool { return r.Rule == rule }) {
		t.Errorf("%s %s in %s: %v, want a refusal by %s", actor, action, c.State, err, rule)
	}
}

func live(c workflow.Case) (n int) {
	for _, a := range c.Approvals {
		if !a.Void {
			n++
		}
	}
	return n
}

func TestForeignApprovalsAreVoided(t *testing.T) {
	t.Parallel()
	review := foreignMachine(t, "simpler_award_review")
	const through = `preparer start
checker pqc_approved
officer start_gms_review
officer gms_approved
finance_maker fmo_approved
finance_checker gmo_approved
expect pending_agency_approval
`
	const end = `decider agency_approved
decider departmental_approved
decider interagency_approved
decider executive_approved
expect end`
	play(t, review, through+end)
	play(t, review,
		through+"decider agency_requires_modification\nexpect pending_revision_start\npreparer start_revision\npreparer "+
			"complete_revisions\nexpect pending_pqc_review\n"+strings.TrimPrefix(through, "preparer start\n")+end)
	if c := play(t, review, through+"decider agency_requires_modification").Facts("officer").Case; len(c.Approvals) != 4 ||
		live(c) != 0 {
		t.Errorf("a modification leaves %d of %d approvals in force", live(c), len(c.Approvals))
	}

	two := foreignMachine(t, "simpler_two_desks")
	const twice = "preparer start\nofficer approved\nexpect pending_program_officer\nofficer approved\nexpect refused " +
		"desk_answered\nchecker approved\nexpect pending_budget_officer\n"
	play(t, two, twice+"finance_maker approved\nfinance_checker approved\nexpect end")
	play(t, two, twice+"finance_maker approved\nfinance_checker requires_modification\nexpect start\n"+twice+
		"finance_maker approved\nexpect pending_budget_officer\nfinance_checker approved\nexpect end")
	play(t, two, twice+"finance_maker declined\nexpect declined")

	project := foreignMachine(t, "hypha_project")
	const inTurn = "officer set_up\nofficer send_for_approval\nevaluator approve_head\nexpect refused any_of\n" +
		"finance_checker approve_finance\nevaluator approve_head\nexpect refused any_of\nchecker approve_legal\nexpect " +
		"internal_approval\n"
	play(t, project, inTurn+"evaluator approve_head\nexpect contracting")
	again := play(t, project,
		inTurn+"evaluator request_changes\nexpect draft\nofficer send_for_approval\nchecker approve_legal\nexpect refused "+
			"any_of")
	if c := again.Facts("officer").Case; live(c) != 0 {
		t.Error("approvals outlive a request for changes")
	}
	play(t, project,
		"officer set_up parallel=true\nofficer send_for_approval\nevaluator approve_head\nchecker approve_legal\nexpect "+
			"internal_approval\nfinance_checker approve_finance\nexpect contracting")
	play(t, project,
		"officer set_up approvers=false\nofficer send_for_approval\nexpect refused data\nofficer skip_approval\nexpect "+
			"contracting\nofficer approve_contract\nexpect refused done\ncertifier send_documents\nofficer approve_contract\n"+
			"expect refused done\nofficer countersign\nofficer approve_contract\nexpect invoicing_and_reporting")
}

// TestForeignAndJoins: a project goes live with the last of its parts in any order.
func TestForeignAndJoins(t *testing.T) {
	t.Parallel()
	m := foreignMachine(t, "ifs_project")
	parts := []string{"certifier give_details", "finance_maker check_bank", "system letter_approved",
		"system profile_approved"}
	for i := range parts {
		order := append(slices.Clone(parts[i+1:]), parts[:i]...)
		if d := relay(t, m, "setting_up", nil, order...); d.Case.State != "setting_up" {
			t.Errorf("live without %s", parts[i])
		}
		if d := relay(t, m, "setting_up", nil, append(order, parts[i])...); d.Case.State != "live" || len(d.Events) != 2 ||
			d.Events[1].Action != "go_live" {
			t.Errorf("%s is the last part and the project is %s", parts[i], d.Case.State)
		}
	}
	back := append(slices.Clone(parts[:2]), "system profile_approved", "system profile_deleted", "system letter_approved")
	if d := relay(t, m, "setting_up", nil, back...); d.Case.State != "setting_up" {
		t.Error("live with a spend profile that was deleted")
	}
	d := relay(t, m, "setting_up", nil, "officer open_parts")
	if len(d.Children) != 2 || d.Children[0].Case.Workflow != "ifs_offer_letter" ||
		d.Children[1].Case.Workflow != "ifs_spend_profile" || d.Children[0].Case.Ref == d.Children[1].Case.Ref {
		t.Errorf("the parts: %+v", d.Children)
	}
	told := relay(t, foreignMachine(t, "ifs_offer_letter"), "ready_to_approve", nil, "officer approve_signed")
	if len(told.Signals) != 1 || told.Signals[0].To != told.Case.Parent || told.Signals[0].Action != "letter_approved" {
		t.Errorf("the project is told %+v", told.Signals)
	}
}

func TestForeignNextStage(t *testing.T) {
	t.Parallel()
	m := foreignMachine(t, "hypha_concept")
	d := relay(t, m, "in_discussion", nil, "officer to_invited_to_proposal", "officer to_draft_proposal")
	if len(d.Children) != 1 || d.Case.State != "invited_to_proposal" {
		t.Fatalf("%d records in %s", len(d.Children), d.Case.State)
	}
	born := d.Children[0].Case
	if born.Workflow != "hypha_proposal" || born.Parent != d.Case.ID || born.Organization != d.Case.Organization ||
		born.Title != d.Case.Title || born.Requested != d.Case.Requested {
		t.Errorf("the proposal: %+v", born)
	}
	refusedBy(t, m, d.Case, "officer", "to_draft_proposal", "once")
}

func TestForeignCounts(t *testing.T) {
	t.Parallel()
	external := foreignMachine(t, "hypha_external")
	first := relay(t, external, "ext_external_review", nil, "officer staff_review", "reviewer1 review")
	if first.Case.State != "ext_external_review" {
		t.Error("a review by the staff counts at the external step")
	}
	refusedBy(t, external, first.Case, "reviewer1", "review", "separate_from")
	if d := relay(t, external, "ext_external_review", nil, "officer staff_review", "reviewer1 review",
		"reviewer3 review"); d.Case.State != "ext_post_external_review_discussion" {
		t.Errorf("two reviews lead to %s", d.Case.State)
	}
	again := []string{"reviewer1 review", "reviewer2 review", "officer to_ext_external_review", "reviewer2 review"}
	if d := relay(t, external, "ext_external_review", nil, again...); d.Case.State != "ext_external_review" ||
		d.Case.Counts["reviews"] != 1 {
		t.Errorf("after a return one review leads to %s, count %d", d.Case.State, d.Case.Counts["reviews"])
	}
	community := foreignMachine(t, "hypha_community")
	if d := relay(t, community, "com_community_review", nil, "peer review",
		"reviewer1 review"); d.Case.State != "com_post_review_discussion" {
		t.Errorf("a peer's and a reviewer's review lead to %s", d.Case.State)
	}
	refusedBy(t, community, relay(t, community, "com_community_review", nil, "reviewer1 review").Case, "certifier",
		"review", "insider")
}

func TestForeignHoldAndSilence(t *testing.T) {
	t.Parallel()
	award := foreignMachine(t, "harbor_award")
	const active = "officer submit\ndecider approve\ndecider execute\nofficer activate\nexpect active\n"
	due := func(script string) string {
		c := play(t, award, active+script).Facts("officer").Case
		k := c.Clock("term")
		if k == nil {
			return "no clock"
		}
		return k.Due.String()
	}
	if straight, held := due("wait 30d"),
		due("decider hold\nexpect on_hold\nwait 30d\ndecider resume\nexpect active"); straight >= held {
		t.Errorf("the term ends on %s; held for 30 days, on %s", straight, held)
	}
	refusedBy(t, award, play(t, award, active+"decider hold").Facts("officer").Case, "officer", "resume", "role")

	dossier := foreignMachine(t, "demarche_dossier")
	const lodged = "certifier lodge\nofficer set_procedure silent=accepted\nofficer take_up\nexpect under_examination\n"
	play(t, dossier,
		lodged+"system silence\nexpect refused elapsed\nwait 70d\nsystem silence\nexpect accepted\nofficer reopen\nexpect "+
			"under_examination")
	play(t, dossier, strings.Replace(lodged, "accepted", "refused", 1)+"wait 70d\nsystem silence\nexpect refused")
	play(t, dossier, strings.Replace(lodged, "accepted", "nothing", 1)+"wait 70d\nsystem silence\nexpect refused data")
	play(t, dossier,
		lodged+"wait 30d\nofficer hand_back_for_correction\nexpect lodged\nwait 90d\nsystem silence\nexpect refused "+
			"elapsed\ncertifier correct\nsystem silence\nexpect refused elapsed\nwait 40d\nsystem silence\nexpect accepted")
	// without a request the clock runs on
	play(t, dossier, lodged+"wait 30d\nofficer hand_back\nwait 40d\nsystem silence\nexpect accepted")
	play(t, dossier,
		"certifier lodge\nofficer set_procedure automatic=true\nexpect under_examination\nofficer hand_back\nexpect lodged")
	if d := relay(t, dossier, "lodged", nil, "officer ask_opinion",
		"officer ask_opinion"); d.Children[0].Case.Ref != "DD-0-N2" || d.Case.State != "lodged" {
		t.Errorf("a second opinion: %+v", d.Children)
	}

	sent := foreignMachine(t, "mhclg_submission")
	play(t, sent,
		"preparer answer\nsystem round_closes\nexpect refused elapsed\nwait 3mo\nsystem round_closes\nexpect not_submitted")
	play(t, sent,
		"officer set_rules\npreparer answer\npreparer complete_all_sections\npreparer submit\nexpect refused data\n"+
			"preparer send_for_certification\ncertifier decline\nexpect in_progress\npreparer complete_all_sections\n"+
			"preparer send_for_certification\ncertifier certify_and_submit\nexpect submitted\nofficer request_changes\n"+
			"certifier resubmit\nexpect submitted_with_changes\nofficer assess assessment=rejected\nexpect "+
			"submitted_with_changes")
}

func TestForeignPermissions(t *testing.T) {
	t.Parallel()
	payments := foreignMachine(t, "unity_payment")
	play(t, payments,
		"finance_maker l1_approve\nexpect l2_pending\nfinance_maker l2_approve\nexpect refused role\nfinance_checker "+
			"l2_approve\nexpect submitted\nsystem reconcile_validated\nsystem reconcile_paid\nexpect paid")
	both := play(t, payments, "finance_maker l1_approve").Facts("finance_checker")
	both.Case.Doers["l1_approve"] = []workflow.ID{both.Actor.ID}
	var refused *workflow.Refused
	if _, err := payments.Decide(context.Background(), both, workflow.Command{Action: "l2_approve"}); !errors.As(err,
		&refused) || !refused.Forbidden() {
		t.Errorf("who approved at level 1 approves at level 2: %v", err)
	}
	stopped := situated(t, foreignMachine(t, "unity_application"), "submitted", nil)["officer"]
	org := *stopped.Organization
	org.Standing = "dishonest"
	stopped.Organization = &org
	if _, err := foreignMachine(t, "unity_application").Decide(context.Background(), stopped,
		workflow.Command{Action: "defer"}); !errors.As(err, &refused) || refused.Refusals[0].Rule != "organization_standing" {
		t.Errorf("a red-stopped organization's file moves: %v", err)
	}
	machine := relay(t, foreignMachine(t, "unity_assessment"), "in_progress", nil, "officer made_by_machine")
	refusedBy(t, foreignMachine(t, "unity_assessment"), machine.Case, "officer", "complete", "count")
}
