package db_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"incubase/workflow"
)

// TestIdentityIsFolded: a name that a person reads as one that is registered is asked about, goes in with a reason that the
// log keeps, and a filing number written otherwise is refused in its county.
func TestIdentityIsFolded(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	team := func(name string, a workflow.Apart) (*workflow.OrganizationRecord, error) {
		return r.CreateOrganization(t.Context(), officer, workflow.NewOrganization{Name: name, Kind: "unregistered_team", Region: "230302004", Apart: a}, workflow.RecordCommand{})
	}
	first, err := team("样例小工坊（东风）", workflow.Apart{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"样例小工坊(东风)", "样例⼩⼯坊（东风）", "样例小工坊 （东风）", "样例小工坊「东风」", "样例小工坊－东风", "样例小工坊\u200b（东风）"} {
		_, err := team(name, workflow.Apart{})
		var similar *workflow.Similar
		if !errors.As(err, &similar) || len(similar.Candidates) != 1 || similar.Candidates[0].ID != first.ID || similar.Candidates[0].Name != first.Name {
			t.Errorf("%s: %v", name, err)
		}
	}
	var invalid *workflow.Invalid
	if _, err := team("样例小工坊(东风)", workflow.Apart{Another: true, Reason: " \u200d"}); !errors.As(err, &invalid) || invalid.Fields[0].Field != "reason" {
		t.Errorf("another one without a reason: %v", err)
	}
	second, err := team("样例小工坊(东风)", workflow.Apart{Another: true, Reason: "东风街另一队"})
	if err != nil {
		t.Fatal(err)
	}
	var note string
	if err := r.Owner(t).QueryRow(`select b.body from record_log l join record_bodies b using (kind, record_id, seq) where l.record_id = $1`, second.ID).Scan(&note); err != nil || !strings.Contains(note, "东风街另一队") {
		t.Errorf("the log says %q, %v", note, err)
	}
	if o, err := r.CreateOrganization(t.Context(), officer, workflow.NewOrganization{Name: first.Name, Kind: "unregistered_team", Region: "230303"}, workflow.RecordCommand{}); err == nil {
		t.Errorf("an officer of one county registers %v in another", o)
	}
	other, err := team("样例戊队", workflow.Apart{})
	if err != nil {
		t.Fatal(err)
	}
	var similar *workflow.Similar
	if _, err := r.ChangeOrganization(t.Context(), officer, other.ID, workflow.OrganizationChange{Name: ptr("样例小工坊东风")}, workflow.RecordCommand{}); !errors.As(err, &similar) || len(similar.Candidates) != 2 {
		t.Errorf("renamed like two others: %v", err)
	}
	if _, err := r.ChangeOrganization(t.Context(), officer, other.ID, workflow.OrganizationChange{Name: ptr("样例戊队（新）")}, workflow.RecordCommand{}); err != nil {
		t.Error(err)
	}
	for i, number := range []string{"C-15", "c-15", "Ｃ-15", "C－15", "C 15", "c15"} {
		_, err := r.CreateOrganization(t.Context(), officer, workflow.NewOrganization{Name: fmt.Sprintf("样例备案%d", i), Kind: "filed_community_org", FilingNumber: number,
			Region: "230302004", Apart: workflow.Apart{Another: true, Reason: "另一个"}}, workflow.RecordCommand{})
		var refused *workflow.Refused
		if i == 0 && err != nil || i > 0 && (!errors.As(err, &refused) || refused.Refusals[0].Rule != "filing_number_once") {
			t.Errorf("filing number %s: %v", number, err)
		}
	}
	if _, err := r.CreateProject(t.Context(), officer, first.ID, workflow.NewProject{Title: "星期三课堂"}, workflow.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	var refused *workflow.Refused
	if _, err := r.CreateProject(t.Context(), officer, first.ID, workflow.NewProject{Title: "「星期三」课堂"}, workflow.RecordCommand{}); !errors.As(err, &refused) || refused.Refusals[0].Rule != "project_once" {
		t.Errorf("the same project, quoted: %v", err)
	}
}
