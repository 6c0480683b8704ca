package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/workflow"
	"incubase/workflow/catalog"
)

// form is a shipped application form.
func (s *site) form(name string) map[string]any {
	s.t.Helper()
	b, err := catalog.Form(name)
	if err != nil {
		s.t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// TestGrantJourney carries one application over HTTP from nothing to reported, with its round, two payments and two
// reports, and on the way a return, an objection, a stale version, a repeated key, a conflict of interest, and
// everybody who may not.
func TestGrantJourney(t *testing.T) {
	t.Parallel()
	underOtherNames(t, grantJourney)
}

func grantJourney(s *site) {
	t := s.t
	round, roundRef := s.round()
	me := s.want(200, "GET", "/me", "certifier", nil).body
	org := me["organization"].(string)
	project := s.want(201, "POST", "/organizations/"+org+"/projects", "applicant",
		map[string]any{"title": "星期三学校<script>alert(1)</script>", "topics": []string{"left_behind_children",
			"disabled"}}).body
	if other := s.want(200, "GET", "/me", "certifier2", nil).body["organization"]; other == org {
		t.Fatal("the two heads belong to one organization")
	}

	s.discarded(round, org, project["id"].(string))
	opening := map[string]any{"workflow": "grant", "round": round, "organization": org, "project": project["id"]}
	if a := s.send("POST", "/cases", "certifier2", nil, opening); a.status != 404 && a.status != 403 {
		t.Fatalf("another organization opens a case: %d", a.status)
	}
	a := s.send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	again := s.send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	if a.status != 201 || again.status != 201 || a.body["id"] != again.body["id"] || a.header.Get("Location") == "" {
		t.Fatalf("open twice with one key: %d %d %v %v", a.status, again.status, a.body["id"], again.body["id"])
	}
	ref := a.body["ref"].(string)

	// A draft is the organization's own.
	for _, who := range []string{"certifier2", "reviewer1", "decider", "women", "finance1", "analyst", "officer"} {
		s.want(404, "GET", "/cases/"+ref, who, nil)
		s.want(404, "GET", "/cases/"+ref+"/events", who, nil)
		s.want(404, "GET", "/cases/"+ref+"/attachments", who, nil)
		s.refused(404, "", who, ref, "submit", nil)
	}
	// Saved by one, submitted by the other; only the head may submit.
	answers := s.example("certifier", ref, "submit")["answers"].(map[string]any)
	answers["requested_fen"] = 3_000_001
	answers["budget"].([]any)[0].(map[string]any)["amount_fen"] = 3_000_001
	s.act("applicant", ref, "save", map[string]any{"answers": answers})
	s.refused(403, "role", "applicant", ref, "submit", nil)
	s.want(428, "POST", "/cases/"+ref+"/actions/submit", "certifier", map[string]any{"fields": map[string]any{}})
	s.papers(ref)
	shown := s.example("certifier", ref, "submit")
	answers["requested_fen"] = 9_990_000
	s.act("applicant", ref, "save", map[string]any{"answers": answers})
	if a := s.want(412, "POST", "/cases/"+ref+"/actions/submit", "certifier",
		map[string]any{"fields": shown}); a.body["shown"] != shown["draft"] ||
		a.body["now"] == shown["draft"] || a.body["by"] == nil {
		t.Errorf("a draft that changed: %v", a.body)
	}
	answers["requested_fen"] = 3_000_001
	s.act("applicant", ref, "save", map[string]any{"answers": answers})
	if c := s.act("certifier", ref, "submit", s.example("certifier", ref, "submit")); c["stage"] != "applied" ||
		c["requested_fen"] != 3_000_001.0 {
		t.Fatalf("submitted: %v %v", c["stage"], c["requested_fen"])
	}

	// Returned once, and submitted again against a stale version first.
	s.want(422, "POST", "/cases/"+ref+"/actions/return", "officer", map[string]any{"fields": map[string]any{}})
	c := s.act("officer", ref, "return", nil)
	version := c["version"].(float64)
	answers["requested_fen"] = 3_000_000
	if a := s.want(412, "POST", "/cases/"+ref+"/actions/resubmit", "certifier", map[string]any{"version": version - 1,
		"fields": map[string]any{"answers": answers}}); a.body["current_version"] != version {
		t.Errorf("stale: current_version %v, want %v", a.body["current_version"], version)
	}
	s.want(200, "POST", "/cases/"+ref+"/actions/resubmit", "certifier", map[string]any{"version": version,
		"fields": map[string]any{"answers": answers}})
	s.refused(409, "", "certifier", ref, "resubmit", map[string]any{"answers": answers})

	s.act("officer", ref, "admit", nil)
	s.want(404, "GET", "/cases/"+ref, "reviewer4", nil)
	s.refused(409, "declared", "reviewer1", ref, "score", map[string]any{"points": 9000})
	s.notes(ref)
	key3 := map[string]string{"Idempotency-Key": "conflict"}
	declared := map[string]any{"fields": map[string]any{"conflict": true, "reason": "曾在该组织任职"}}
	for range 2 { // the answer itself, and its repetition, say no more than what is open now
		a := s.send("POST", "/cases/"+ref+"/actions/declare", "reviewer3", key3, declared)
		if c := a.body["case"].(map[string]any); a.status != 200 || c["ref"] != ref || c["form"] != nil || c["title"] != "" ||
			c["organization"] != nil {
			t.Errorf("a reviewer with a conflict is answered %d %v", a.status, c)
		}
	}
	s.want(404, "GET", "/cases/"+ref, "reviewer3", nil) // access has ended with the next request
	for _, who := range []string{"reviewer1", "reviewer2"} {
		s.act(who, ref, "declare", map[string]any{"conflict": false})
		s.refused(409, "scores", "officer", ref, "propose", map[string]any{"amount_fen": 3_000_000})
		s.want(422, "POST", "/cases/"+ref+"/actions/score", who, map[string]any{"fields": map[string]any{"points": 10001}})
		s.act(who, ref, "score", map[string]any{"points": 8600, "comment": "贴近需要"})
	}
	s.refused(409, "not_scored", "reviewer1", ref, "score", map[string]any{"points": 100})
	if v := s.want(200, "GET", "/cases/"+ref, "certifier", nil).body; v["reviews"] != nil || v["scores"] != nil {
		t.Errorf("the applicant learns of reviews: %v %v", v["reviews"], v["scores"])
	}
	s.refused(409, "cosigned", "officer", ref, "propose", map[string]any{"amount_fen": 3_000_000})
	for _, x := range s.want(200, "GET", "/cases/"+ref, "officer", nil).body["cosigns"].([]any) {
		t.Log("asked to co-sign:", x.(map[string]any)["name"])
	}
	s.act("women", ref, "cosign", map[string]any{"answer": "agree", "opinion": "支持"})
	s.advance("P10D") // agencies without an answer lapse by the round's rule
	s.settled("officer", ref, "propose")
	s.want(422, "POST", "/cases/"+ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": 3_000_001}})
	s.want(422, "POST", "/cases/"+ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": "3000000"}})
	proposed := s.act("officer", ref, "propose", map[string]any{"amount_fen": 3_000_000})

	// The notice runs; the public objects; nobody confirms before both are over.
	s.refused(409, "notice_elapsed", "decider", ref, "confirm", nil)
	id := proposed["id"].(string)
	a = s.send("POST", "/public/notices/"+id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"})
	if a.status != 201 || a.body["n"] != 1.0 || a.body["due_on"] == nil {
		t.Fatalf("objection: %d %v", a.status, a.body)
	}
	code := a.body["code"].(string)
	if again := s.send("POST", "/public/notices/"+id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"}); again.body["code"] != code ||
		again.body["n"] != 1.0 {
		t.Errorf("a repetition: %v", again.body)
	}
	if o := s.want(200, "GET", "/cases/"+ref, "officer",
		nil).body["objections"].([]any)[0].(map[string]any); o["n"] != 1.0 || o["contact"] != "138" || o["code"] != nil {
		t.Errorf("the officer reads %v", o)
	}
	if o := s.want(200, "GET", "/cases/"+ref, "certifier",
		nil).body["objections"].([]any)[0].(map[string]any); o["name"] != nil || o["contact"] != nil {
		t.Errorf("the applicant learns who objected: %v", o)
	}
	s.evidence(id, ref)
	s.advance("P12D")
	s.refused(409, "no_open_objection", "decider", ref, "confirm", nil)
	s.refused(403, "role", "officer", ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	s.act("decider", ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	follow := s.want(200, "GET", "/public/objections/"+strings.ToLower(code), "", nil).body
	if follow["n"] != 1.0 || follow["answer"] != "经核实已更正" || follow["upheld"] != false || follow["resolved_at"] == nil ||
		follow["text"] != nil || follow["name"] != nil {
		t.Errorf("what became of it: %v", follow)
	}
	s.want(404, "GET", "/public/objections/00000-00000-00000-00000", "", nil)
	if list := s.want(200, "GET", "/cases/"+ref+"/objections", "decider", nil).body["items"].([]any); len(list) != 2 ||
		list[0].(map[string]any)["reason"] != "经核实已更正" {
		t.Errorf("the list: %v", list)
	}
	s.refused(403, "role", "officer", ref, "confirm", nil)

	confirm := map[string]any{"fields": map[string]any{}}
	if a := s.send("POST", "/cases/"+ref+"/actions/confirm", "decider", nil, confirm); a.status != 400 {
		t.Fatalf("confirm without a key: %d", a.status)
	}
	key := map[string]string{"Idempotency-Key": "confirm-once"}
	first := s.send("POST", "/cases/"+ref+"/actions/confirm", "decider", key, confirm)
	second := s.send("POST", "/cases/"+ref+"/actions/confirm", "decider", key, confirm)
	if first.status != 200 || second.status != 200 ||
		first.body["event"].(map[string]any)["hash"] != second.body["event"].(map[string]any)["hash"] {
		t.Fatalf("confirm twice with one key: %d %d", first.status, second.status)
	}
	if a := s.send("POST", "/cases/"+ref+"/actions/confirm", "decider", key,
		map[string]any{"note": "另一个请求"}); a.status != 422 {
		t.Fatalf("the same key with another body: %d", a.status)
	}

	s.refused(409, "desk_met", "finance1", ref, "pay", nil)
	s.signs(ref)
	s.payTranche(ref, 1)
	s.until("officer", ref, "funded")
	s.refused(409, "next_tranche", "finance1", ref, "pay", nil) // the second waits for a report
	s.makeReport(ref, "R1", "progress")
	s.settled("finance1", ref, "pay")
	s.payTranche(ref, 2)
	s.makeReport(ref, "R2", "final")
	s.settled("evaluator", ref, "evaluate")
	s.refused(409, "evaluated", "officer", ref, "close", nil)
	s.act("evaluator", ref, "evaluate", map[string]any{"grade": "good"})
	s.settled("finance2", ref, "settle")
	s.act("finance2", ref, "settle", map[string]any{"returned_fen": 100_000})
	if c := s.act("officer", ref, "close", nil); c["stage"] != "reported" || c["paid_fen"] != 3_000_000.0 ||
		c["returned_fen"] != 100_000.0 {
		t.Fatalf("closed: %v paid %v returned %v", c["stage"], c["paid_fen"], c["returned_fen"])
	}

	// The round ends too: its timer has closed it.
	s.until("officer", roundRef, "closed")
	s.act("officer", roundRef, "decide", nil)
	s.act("officer", roundRef, "finish", nil)
	s.verified()
}

// payTranche is finance's part: one prepares, a failed transfer is tried again, another releases.
func (s *site) payTranche(ref string, n int) {
	s.t.Helper()
	s.act("finance1", ref, "pay", nil)
	s.refused(409, "next_tranche", "finance1", ref, "pay", nil)
	p := ref + "-P" + string(rune('0'+n))
	s.refused(403, "role", "finance1", p, "release", nil)
	s.act("finance2", p, "fail", nil)
	s.act("finance1", p, "retry", nil)
	if c := s.act("finance2", p, "release", map[string]any{"voucher": "记-12"}); c["outcome"] != "paid" {
		s.t.Fatalf("released: %v", c["outcome"])
	}
	s.refused(409, "", "finance2", p, "release", nil)
}

// makeReport is the organization's part: written, sent back once, accepted.
func (s *site) makeReport(ref, suffix, kind string) {
	s.t.Helper()
	s.act("applicant", ref, "report", map[string]any{"kind": kind})
	r := ref + "-" + suffix
	s.want(404, "GET", "/cases/"+r, "certifier2", nil)
	fields := s.example("certifier", r, "submit")
	s.refused(403, "role", "applicant", r, "submit", fields)
	s.act("certifier", r, "submit", fields)
	s.act("officer", r, "return", nil)
	s.act("certifier", r, "resubmit", fields)
	if c := s.act("officer", r, "accept", nil); c["outcome"] != "accepted" {
		s.t.Fatalf("accepted: %v", c["outcome"])
	}
}

// TestIncubationJourney goes from entry to graduation, with a return and an extension.
func TestIncubationJourney(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	org := s.want(200, "GET", "/me", "certifier2", nil).body["organization"]
	ref := s.want(201, "POST", "/cases", "applicant2", map[string]any{"workflow": "incubation",
		"organization": org}).body["ref"].(string)
	s.act("certifier2", ref, "submit", s.example("certifier2", ref, "submit"))
	s.want(404, "GET", "/cases/"+ref, "certifier", nil)
	s.act("officer", ref, "return", nil)
	s.act("certifier2", ref, "resubmit", s.example("certifier2", ref, "resubmit"))
	s.act("officer", ref, "admit", nil)
	s.want(422, "POST", "/cases/"+ref+"/actions/diagnose", "officer",
		map[string]any{"fields": map[string]any{"people": 101, "money": -1}})
	s.act("officer", ref, "diagnose", map[string]any{"people": 40, "money": 20, "place": 10})
	s.refused(403, "role", "officer", ref, "agree", nil)
	if c := s.act("decider", ref, "agree", nil); c["stage"] != "reviewed" {
		t.Fatal(c["stage"])
	}
	s.refused(409, "desk_met", "officer", ref, "enter", map[string]any{"mode": "virtual"})
	s.act("officer", ref, "sign", s.signature("officer", ref))
	s.act("certifier2", ref, "sign", s.signature("certifier2", ref))
	if c := s.act("officer", ref, "enter", map[string]any{"mode": "virtual"}); c["state"] != "virtual" ||
		c["stage"] != "funded" {
		t.Fatal(c["state"], c["stage"])
	}
	s.act("officer", ref, "coach", map[string]any{"topic": "财务记账"})
	s.refused(409, "", "decider", ref, "graduate", nil)
	s.act("officer", ref, "assess", map[string]any{"result": "extend", "capacity": 55})
	s.act("decider", ref, "extend", nil)
	s.act("officer", ref, "assess", map[string]any{"result": "continue", "capacity": 85})
	s.refused(409, "once", "decider", ref, "extend", nil)
	if c := s.act("decider", ref, "graduate", nil); c["stage"] != "reported" || c["outcome"] != "graduated" {
		t.Fatal(c["stage"], c["outcome"])
	}
	s.verified()
}

// TestListsAndSingleCasesAgree: for every login of the whole demonstration, what the lists show is what can be opened.
func TestListsAndSingleCasesAgree(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	all := map[string]bool{}
	lists := map[string]map[string]bool{}
	for _, login := range demo.Logins() {
		lists[login] = map[string]bool{}
		for cursor := ""; ; {
			page := s.want(200, "GET", "/cases?limit=40&sort=ref"+cursor, login, nil).body
			for _, x := range page["items"].([]any) {
				ref := x.(map[string]any)["ref"].(string)
				if lists[login][ref] {
					t.Fatalf("%s is listed twice for %s", ref, login)
				}
				lists[login][ref], all[ref] = true, true
			}
			next, more := page["next"].(string)
			if !more {
				break
			}
			cursor = "&cursor=" + next
		}
	}
	if len(all) < 100 {
		t.Fatal("only", len(all), "cases")
	}
	for login, listed := range lists {
		for ref := range all {
			status := http.StatusNotFound
			if listed[ref] {
				status = http.StatusOK
			}
			if a := s.send("GET", "/cases/"+ref, login, nil, nil); a.status != status {
				t.Errorf("%s for %s: listed %v, opened with %d", ref, login, listed[ref], a.status)
			}
		}
	}
	s.verified()
}

// evidence: an objection with a file, which only those may read who may know who objected.
func (s *site) evidence(id, ref string) {
	s.t.Helper()
	pdf := "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	said := form{fields: map[string]string{"text": "现场照片与公示不符", "name": "王五", "contact": "139"}, field: "files",
		name: "现场.pdf", upload: pdf}
	path := "/public/notices/" + id + "/objections/with-files"
	key := map[string]string{"Idempotency-Key": "with-a-photo"}
	first, again := s.send("POST", path, "", key, said), s.send("POST", path, "", key, said)
	if first.status != http.StatusCreated || again.status != http.StatusCreated || first.body["n"] != again.body["n"] {
		s.t.Fatalf("%v\n%v", first.body, again.body)
	}
	s.want(http.StatusUnprocessableEntity, "POST", path, "",
		form{fields: map[string]string{"text": "不可见的\x00字符", "name": "王五"}, field: "files", name: "a.pdf", upload: pdf})
	if n := s.loose(); n != 0 {
		s.t.Errorf("%d files of refused or repeated objections wait", n)
	}
	if a := s.want(http.StatusUnprocessableEntity, "POST", path, "", form{field: "files", name: "a.pdf",
		upload: pdf}); a.body["errors"] == nil {
		s.t.Errorf("an objection without words: %v", a.body)
	}
	s.want(http.StatusUnsupportedMediaType, "POST", path, "", form{fields: said.fields, field: "files", name: "a.html",
		upload: "<script>alert(1)</script>"})
	s.want(http.StatusNotFound, "POST", "/public/notices/"+s.in.registry.Desk.Clock.Now().Format("2006")+
		"/objections/with-files", "", said)
	files := func(login string) (out []string) {
		for _, x := range s.want(http.StatusOK, "GET", "/cases/"+ref+"/attachments", login, nil).body["items"].([]any) {
			if f := x.(map[string]any); f["name"] == "现场.pdf" {
				out = append(out, f["id"].(string))
			}
		}
		return out
	}
	seen := files("officer")
	if len(seen) != 1 || len(files("decider")) != 1 {
		s.t.Fatalf("the officer reads the evidence %v", seen)
	}
	for _, login := range []string{"certifier", "reviewer1", "finance1"} {
		if list := files(login); len(list) > 0 {
			s.t.Errorf("%s learns of the evidence", login)
		}
		s.want(http.StatusNotFound, "GET", "/attachments/"+seen[0], login, nil)
	}
}

// loose counts the public's files that no case has named.
func (s *site) loose() (n int) {
	s.t.Helper()
	if err := s.owner.QueryRow(`select count(*) from attachments where case_id is null and uploader_id = $1`,
		workflow.ObjectorID).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// papers come into a draft and go out of it while it is the organization's alone.
func (s *site) papers(ref string) {
	s.t.Helper()
	at := "/cases/" + ref + "/attachments"
	wrong := s.want(http.StatusCreated, "POST", at, "applicant", form{field: "file", name: "拿错了.txt",
		upload: "别的项目"}).body["id"].(string)
	before := s.example("certifier", ref, "submit")["draft"]
	s.want(http.StatusNotFound, "DELETE", "/attachments/"+wrong, "certifier2", nil)
	s.want(http.StatusNoContent, "DELETE", "/attachments/"+wrong, "certifier", nil)
	s.want(http.StatusNotFound, "GET", "/attachments/"+wrong, "applicant", nil)
	s.want(http.StatusCreated, "POST", at, "applicant", form{field: "file", name: "证书.txt", upload: "登记证书"})
	if after := s.example("certifier", ref, "submit")["draft"]; after == before {
		s.t.Error("another file, and the digest of the draft is the same")
	}
}

// discarded: a draft is deleted by its organization, with its files, and stands on no list any more.
func (s *site) discarded(round, org, project string) {
	s.t.Helper()
	a := s.want(http.StatusCreated, "POST", "/cases", "applicant", map[string]any{"workflow": "grant", "round": round,
		"organization": org, "project": project})
	ref, id := a.body["ref"].(string), a.body["id"].(string)
	s.act("applicant", ref, "save", map[string]any{"answers": map[string]any{"title": "写错了的"}})
	file := s.want(http.StatusCreated, "POST", "/cases/"+ref+"/attachments", "applicant",
		form{field: "file", name: "证书.txt", upload: "证书"}).body["id"].(string)
	s.want(http.StatusNotFound, "POST", "/cases/"+ref+"/actions/discard", "certifier2", map[string]any{})
	s.want(http.StatusOK, "POST", "/cases/"+ref+"/actions/discard", "applicant", map[string]any{})
	for _, login := range []string{"applicant", "certifier", "officer", "auditor"} {
		s.want(http.StatusNotFound, "GET", "/cases/"+ref, login, nil)
		s.want(http.StatusNotFound, "GET", "/attachments/"+file, login, nil)
		for _, x := range s.want(http.StatusOK, "GET", "/cases?limit=200", login, nil).body["items"].([]any) {
			if x.(map[string]any)["ref"] == ref {
				s.t.Errorf("%s finds a deleted draft on the list", login)
			}
		}
	}
	var left int
	if err := s.owner.QueryRow(
		`select (select count(*) from drafts where case_id = $1) + (select count(*) from attachments where case_id = $1)
		+ (select count(*) from cases where id = $1 and title <> '')`, id).Scan(&left); err != nil || left != 0 {
		s.t.Errorf("%d rows of a deleted draft are left, %v", left, err)
	}
}

// notes: what was submitted grows by acts that take files alone, and none of it is taken out.
func (s *site) notes(ref string) {
	s.t.Helper()
	// each of whom may act now, the first withdraw
	for _, login := range []string{"certifier", "applicant", "officer", "reviewer1", "women"} {
		s.want(http.StatusForbidden, "POST", "/cases/"+ref+"/attachments", login, form{field: "file", name: "后补.txt",
			upload: "意见"})
	}
	for _, login := range []string{"certifier", "reviewer1", "officer", "auditor", "women"} {
		list := s.want(http.StatusOK, "GET", "/cases/"+ref+"/attachments", login, nil).body["items"].([]any)
		if declared := login != "reviewer1"; (len(list) == 1) != declared {
			s.t.Errorf("%s reads %d files of what was submitted", login, len(list))
		}
		for _, x := range list {
			f := x.(map[string]any)
			s.want(http.StatusConflict, "DELETE", "/attachments/"+f["id"].(string), "certifier", nil)
			if login == "women" && f["uploader_name"] != nil {
				s.t.Errorf("an agency learns that %v uploaded %v", f["uploader_name"], f["name"])
			}
		}
	}
}

// signs lets both sides read the agreement and sign it, after tries to sign something else.
func (s *site) signs(ref string) {
	s.t.Helper()
	answer := s.signature("certifier", ref)
	s.want(422, "POST", "/cases/"+ref+"/actions/sign", "certifier",
		map[string]any{"fields": map[string]any{"answer": "sign"}})
	other := map[string]any{"answer": "sign", "sha256": strings.Repeat("0", 64)}
	p := s.want(412, "POST", "/cases/"+ref+"/actions/sign", "certifier", map[string]any{"fields": other}).body
	if p["type"] != "/problems/changed" || p["now"] != answer["sha256"] || p["shown"] != other["sha256"] ||
		!strings.Contains(p["detail"].(string), "Funding agreement") {
		s.t.Errorf("another text: %v", p)
	}
	s.act("certifier", ref, "sign", answer)
	s.refused(409, "desk_answered", "certifier", ref, "sign", answer)
	s.act("officer", ref, "sign", s.signature("officer", ref))
}
