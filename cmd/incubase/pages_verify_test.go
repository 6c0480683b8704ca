package main

import (
	"crypto/ed25519"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/demo"
	"incubase/db/cases"
	"incubase/workflow"
	"incubase/workflow/erase"
)

// TestTheRecordIsCheckedOnItsPage: a sound history says so; a changed word, a changed act and an event that is gone are
// found; only the staff looks.
func TestTheRecordIsCheckedOnItsPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	const ref = "GA-2026-0001"
	v := s.visit("auditor", "zh")
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
			if _, err := s.owner.ExecContext(t.Context(), sql, ref); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if got := said(); strings.Count(got, "不符") != 1-i || strings.Contains(got, "被改动过，或者") != (i == 0) {
				t.Errorf("%s, %d: %s", name, i, got)
			}
		}
	}
	files, err := s.in.DB.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	x := erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: 2, Reason: "依申请删除", NoVoucher: true,
		Key: "verify"}
	if _, err := s.in.Eraser(files).Erase(t.Context(), workflow.System(), x); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "没有被改动过") || !strings.Contains(got, "依法删除") {
		t.Errorf("erased on record: %s", got)
	}
	// An owner of the database can drop the constraint that keeps an erased payload away.
	if _, err := s.owner.ExecContext(t.Context(),
		`alter table event_payloads drop constraint payload_or_erasure`); err != nil {
		t.Fatal(err)
	}
	const put = `update event_payloads set body = $2 where seq = 2 and case_id = (select id from cases where ref = $1)`
	for _, row := range []struct {
		body  any
		sound bool
	}{{`{"note": "put back"}`, false}, {nil, true}} {
		if _, err := s.owner.ExecContext(t.Context(), put, ref, row.body); err != nil {
			t.Fatal(err)
		}
		if got := said(); strings.Contains(got, "没有被改动过") != row.sound {
			t.Errorf("payload %v after its erasure: %s", row.body, got)
		}
	}
	if _, err := s.owner.ExecContext(t.Context(),
		`delete from event_payloads where seq = 4 and case_id = (select id from cases where ref = $1)`, ref); err != nil {
		t.Fatal(err)
	}
	if got := said(); !strings.Contains(got, "被改动过，或者") || strings.Count(got, "不符") != 1 {
		t.Errorf("what was said is gone, and nobody erased it: %s", got)
	}
	for login, status := range map[string]int{"officer": 200, "certifier": 404, "officer-heihe": 404, "women": 404,
		"sysadmin": 404} {
		if p := s.visit(login, "zh").Get("/cases/" + ref + "/verify"); p.Status != status {
			t.Errorf("%s: %d", login, p.Status)
		}
	}
}

// TestAllRecordsAreCheckedOnAPage: in the background, with its result kept; a row that was changed is named; only
// auditors look.
func TestAllRecordsAreCheckedOnAPage(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.round()
	ref := s.submitted(round, "星期三学校")
	v := s.visit("auditor", "zh")
	if p := v.Get("/verify"); !slices.Contains(v.Get("/").Links(), "/verify") || !strings.Contains(p.Main(), "还没有签过名") {
		t.Errorf("before the first check: %s", p.Main())
	}
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.db.Believe(t, pub)
	if _, err := s.in.DB.SignRoot(t.Context(), time.Now(), key); err != nil {
		t.Fatal(err)
	}
	check := func() string {
		p := v.Get("/verify").Form("/verify").Send()
		for end := time.Now().Add(time.Minute); strings.Contains(p.Main(), "正在进行") &&
			time.Now().Before(end); p = v.Get("/verify") {
			time.Sleep(20 * time.Millisecond)
		}
		return p.Main()
	}
	if got := check(); !strings.Contains(got, "全部相符") || !strings.Contains(got, "签名 1 个") ||
		!strings.Contains(got, "杨审计员") {
		t.Errorf("a sound installation: %s", got)
	}
	if _, err := s.owner.ExecContext(t.Context(),
		`update events set at = at + interval '1 hour' where seq = 2 and case_id = (select id from cases where ref = $1)`,
		ref); err != nil {
		t.Fatal(err)
	}
	id := s.want(http.StatusOK, "GET", "/cases/"+ref, "officer", nil).body["id"].(string)
	if got := check(); !strings.Contains(got, "1 处不符") || !strings.Contains(got, id) || strings.Contains(got, "全部相符") {
		t.Errorf("a changed event: %s", got)
	}
	for login, status := range map[string]int{"auditadmin": 200, "officer": 404, "analyst": 404, "sysadmin": 404} {
		if p := s.visit(login, "zh").Get("/verify"); p.Status != status {
			t.Errorf("%s: %d", login, p.Status)
		}
	}
}
