package db_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// A name that reads like a registered one needs a reason, which the log keeps; a filing number in another spelling is
// refused in its county.
func TestIdentityIsFolded(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	team := func(name string, a registry.Apart) (*registry.OrganizationRecord, error) {
		return r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: name, Kind: "unregistered_team",
			Region: "230302004", Apart: a}, registry.RecordCommand{})
	}
	first, err := team("样例小工坊（东风）", registry.Apart{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"样例小工坊(东风)", "样例⼩⼯坊（东风）", "样例小工坊 （东风）", "样例小工坊「东风」", "样例小工坊－东风", "样例小工坊\u200b（东风）"} {
		_, err := team(name, registry.Apart{})
		var similar *registry.Similar
		if !errors.As(err, &similar) || len(similar.Candidates) != 1 || similar.Candidates[0].ID != first.ID ||
			similar.Candidates[0].Name != first.Name {
			t.Errorf("%s: %v", name, err)
		}
	}
	var invalid *workflow.Invalid
	if _, err := team("样例小工坊(东风)", registry.Apart{Another: true, Reason: " \u200d"}); !errors.As(err, &invalid) ||
		invalid.Fields[0].Field != "reason" {
		t.Errorf("another one without a reason: %v", err)
	}
	second, err := team("样例小工坊(东风)", registry.Apart{Another: true, Reason: "东风街另一队"})
	if err != nil {
		t.Fatal(err)
	}
	var note string
	if err := r.Owner(t).QueryRow(
		`select b.body from record_log l join record_bodies b using (kind, record_id, seq) where l.record_id = $1`,
		second.ID).Scan(&note); err != nil || !strings.Contains(note, "东风街另一队") {
		t.Errorf("the log says %q, %v", note, err)
	}
	if o, err := r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: first.Name,
		Kind: "unregistered_team", Region: "230303"}, registry.RecordCommand{}); err == nil {
		t.Errorf("an officer of one county registers %v in another", o)
	}
	other, err := team("样例戊队", registry.Apart{})
	if err != nil {
		t.Fatal(err)
	}
	var similar *registry.Similar
	if _, err := r.ChangeOrganization(t.Context(), officer, other.ID, registry.OrganizationChange{Name: ptr("样例小工坊东风")},
		registry.RecordCommand{}); !errors.As(err, &similar) || len(similar.Candidates) != 2 {
		t.Errorf("renamed like two others: %v", err)
	}
	if _, err := r.ChangeOrganization(t.Context(), officer, other.ID, registry.OrganizationChange{Name: ptr("样例戊队（新）")},
		registry.RecordCommand{}); err != nil {
		t.Error(err)
	}
	for i, number := range []string{"C-15", "c-15", "Ｃ-15", "C－15", "C 15", "c15"} {
		_, err := r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: fmt.Sprintf("样例备案%d", i),
			Kind: "filed_community_org", FilingNumber: number,
			Region: "230302004", Apart: registry.Apart{Another: true, Reason: "另一个"}}, registry.RecordCommand{})
		var refused *workflow.Refused
		if i == 0 && err != nil || i > 0 && (!errors.As(err, &refused) || refused.Refusals[0].Rule != "filing_number_once") {
			t.Errorf("filing number %s: %v", number, err)
		}
	}
	if _, err := r.CreateProject(t.Context(), officer, first.ID, registry.NewProject{Title: "星期三课堂"},
		registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	var refused *workflow.Refused
	if _, err := r.CreateProject(t.Context(), officer, first.ID, registry.NewProject{Title: "「星期三」课堂"},
		registry.RecordCommand{}); !errors.As(err, &refused) || refused.Refusals[0].Rule != "project_once" {
		t.Errorf("the same project, quoted: %v", err)
	}
}

// Later ones get the question as if the first had existed, also where the first said that it differs.
func TestOneNameAtOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	create := func(name string, a registry.Apart) (*registry.OrganizationRecord, error) {
		return r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: name, Kind: "unregistered_team",
			Region: "230302004", Apart: a}, registry.RecordCommand{})
	}
	for round := range 4 {
		var renamed []workflow.ID
		for i := range 4 {
			o, err := create(fmt.Sprintf("样例旧名%d之%d队", round, i), registry.Apart{})
			if err != nil {
				t.Fatal(err)
			}
			renamed = append(renamed, o.ID)
		}
		spellings := []string{"样例同名%d（队）", "样例同名%d(队)", "样例 同名%d「队」", "样例同名%d－队"}
		var done atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			name := fmt.Sprintf(spellings[i%4], round)
			all.Go(func() {
				var err error
				if i < 4 {
					_, err = create(name, registry.Apart{})
				} else {
					_, err = r.ChangeOrganization(t.Context(), officer, renamed[i-4], registry.OrganizationChange{Name: &name},
						registry.RecordCommand{})
				}
				var similar *registry.Similar
				switch {
				case err == nil:
					done.Add(1)
				case !errors.As(err, &similar) || len(similar.Candidates) != 1:
					t.Errorf("%s: %v", name, err)
				}
			})
		}
		all.Wait()
		if n := done.Load(); n != 1 {
			t.Errorf("%d organizations have one name", n)
		}
	}
}

// A registration of a name waits for an uncommitted one that was declared different.
func TestWhoSaysAnotherIsSeen(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	tx, err := r.Owner(t).Begin()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	id := workflow.NewID(time.Now())
	if _, err := tx.Exec(`insert into organizations (version, id, name, kind, region, province, city, county, street)
		select 1, n.id, n.name, 'unregistered_team', n.region, '23', '2303', '230302', '230302004'
		from jsonb_populate_record(null::organizations, $1::jsonb) n where name_stands(n, false)`,
		`{"id": "`+string(id)+`", "name": "样例慢队", "region": "230302004", "county": "230302"}`); err != nil {
		t.Fatal(err)
	}
	said := make(chan error, 1)
	go func() {
		_, err := r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: "样例「慢队」",
			Kind: "unregistered_team", Region: "230302004"}, registry.RecordCommand{})
		said <- err
	}()
	blocked(t, r.Database, 1)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	var similar *registry.Similar
	if err := <-said; !errors.As(err, &similar) || similar.Candidates[0].ID != id {
		t.Errorf("%v", err)
	}
}

func TestOneKeyTwiceAtOnce(t *testing.T) {
	t.Parallel()
	r := newRegistry(t)
	officer := r.person(workflow.RoleOfficer, "")
	for round := range 5 {
		var ids sync.Map
		var all sync.WaitGroup
		for range 6 {
			all.Go(func() {
				cmd := registry.RecordCommand{Key: fmt.Sprintf("k%d", round), Digest: workflow.Hash{byte(round)}}
				o, err := r.CreateOrganization(t.Context(), officer, registry.NewOrganization{Name: fmt.Sprintf("样例重发%d队", round),
					Kind:         "filed_community_org",
					FilingNumber: fmt.Sprintf("备-%d", round), Region: "230302004"}, cmd)
				if err != nil {
					t.Error(err)
					return
				}
				ids.Store(o.ID, true)
			})
		}
		all.Wait()
		n := 0
		ids.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d organizations", n)
		}
	}
}
