package public_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/db/cases"
	"incubase/workflow"
	"incubase/workflow/erase"
)

// TestTheRecordIsCheckedOnItsPage: a sound history says so; a changed word, a changed act and a missing event are
// found; only the staff looks.
func TestTheRecordIsCheckedOnItsPage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	const ref = "GA-2026-0001"
	v := s.Visit("auditor", "zh")
	said := func() string {
		p := v.Get("/cases/" + ref + "/verify")
		if p.Status != http.StatusOK {
			t.Fatalf("the record: %d %s", p.Status, p.Main())
		}
		return p.Main()
	}
	if got := said(); !strings.Contains(got, "没有被改动过") || strings.Contains(got, "不符") {
		t.Errorf("a sound record: %s", got)
	}
	for name, change := range map[string][2]string{
		"a word": {`update event_payloads set body = replace(body, '}', ' }') where seq = 2 and case_id = (select id
			from cases where ref = $1)`,
			`update event_payloads set body = replace(body, ' }', '}') where seq = 2 and case_id = (select id from cases
				where ref = $1)`},
		"a time": {`update events set at = at + interval '1 hour' where seq = 3 and case_id = (select id from cases
			where ref = $1)`,
			`update events set at = at - interval '1 hour' where seq = 3 and case_id = (select id from cases where ref = $1)`},
	} {
		for i, sql := range change {
			if _, err := s.Owner.ExecContext(t.Context(), sql, ref); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := said(); strings.Count(got, "不符") != 1-i || strings.Contains(got, "被改动过，或者") != (i == 0) {
				t.Errorf("%s, %d: %s", name, i, got)
			}
		}
	}
	files, err := s.In.DB.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	x := erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: 2, Reason: "依申请删除", NoVoucher: true,
		Key: "verify"}
	if _, err := s.In.Eraser(files).Erase(t.Context(), workflow.System(), x); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "没有被改动过") || !strings.Contains(got, "依法删除") {
		t.Errorf("erased on record: %s", got)
	}
	// An owner of the database can drop the constraint that keeps an erased payload away.
	if _, err := s.Owner.ExecContext(t.Context(),
		`alter table event_payloads drop constraint payload_or_erasure`); err != nil {
		t.Fatal(err)
	}
	const put = `update event_payloads set body = $2 where seq = 2 and case_id = (select id from cases where ref = $1)`
	for _, row := range []struct {
		body  any
		sound bool
	}{{`{"note": "put back"}`, false}, {nil, true}} {
		if _, err := s.Owner.ExecContext(t.Context(), put, ref, row.body); err != nil {
			t.Fatal(err)
		}
		if got := said(); strings.Contains(got, "没有被改动过") != row.sound {
			t.Errorf("payload %v after its erasure: %s", row.body, got)
		}
	}
	if _, err := s.Owner.ExecContext(t.Context(),
		`delete from event_payloads where seq = 4 and case_id = (select id from cases where ref = $1)`, ref); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "被改动过，或者") || strings.Count(got, "不符") != 1 {
		t.Errorf("what was said is gone, and nobody erased it: %s", got)
	}
	for login, status := range map[string]int{"officer": 200, "certifier": 404, "officer-heihe": 404, "women": 404,
		"sysadmin": 404} {
		if p := s.Visit(login, "zh").Get("/cases/" + ref + "/verify"); p.Status != status {
			t.Errorf("%s: %d", login, p.Status)
		}
	}
}
