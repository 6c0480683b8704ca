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
	j := &journey{site: s}
	s.stage("the organization opens a case once", j.open)
	s.stage("a draft is its own", j.draft)
	s.stage("its head submits what was shown", j.submit)
	s.stage("a return and a stale version", j.comeBack)
	s.stage("reviews with a conflict of interest", j.review)
	s.stage("agencies and the proposal", j.propose)
	s.stage("the public objects", j.object)
	s.stage("the bureau confirms once", j.confirm)
	s.stage("two payments and two reports", j.payAndReport)
	s.stage("closing and the round's end", j.close)
	s.stage("every record verifies", s.verified)
}

// journey is an application under way.
type journey struct {
	*site
	round, roundRef string
	ref, id         string
	answers         map[string]any
}

// open is the applicant's: one key, one case; another organization opens none of theirs.
func (j *journey) open() {
	j.round, j.roundRef = j.site.round()
	me := j.want(200, "GET", "/me", "certifier", nil).body
	org := me["organization"].(string)
	project := j.want(201, "POST", "/organizations/"+org+"/projects", "applicant",
		map[string]any{"title": "星期三学校<script>alert(1)</script>", "topics": []string{"left_behind_children",
			"disabled"}}).body
	if other := j.want(200, "GET", "/me", "certifier2", nil).body["organization"]; other == org {
		j.t.Fatal("the two heads belong to one organization")
	}

	j.discarded(j.round, org, project["id"].(string))
	opening := map[string]any{"workflow": "grant", "round": j.round, "organization": org, "project": project["id"]}
	if a := j.send("POST", "/cases", "certifier2", nil, opening); a.status != 404 && a.status != 403 {
		j.t.Fatalf("another organization opens a case: %d", a.status)
	}
	a := j.send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	again := j.send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	if a.status != 201 || again.status != 201 || a.body["id"] != again.body["id"] || a.header.Get("Location") == "" {
		j.t.Fatalf("open twice with one key: %d %d %v %v", a.status, again.status, a.body["id"], again.body["id"])
	}
	j.ref, j.id = a.body["ref"].(string), a.body["id"].(string)
}

// draft is seen by nobody outside the organization.
func (j *journey) draft() {
	for _, who := range []string{"certifier2", "reviewer1", "decider", "women", "finance1", "analyst", "officer"} {
		j.want(404, "GET", "/cases/"+j.ref, who, nil)
		j.want(404, "GET", "/cases/"+j.ref+"/events", who, nil)
		j.want(404, "GET", "/cases/"+j.ref+"/attachments", who, nil)
		j.refused(404, "", who, j.ref, "submit", nil)
	}
}

// submit is the head's, of a draft that others save; one that has changed since it was shown is refused.
func (j *journey) submit() {
	j.answers = j.example("certifier", j.ref, "submit")["answers"].(map[string]any)
	j.answers["requested_fen"] = 3_000_001
	j.answers["budget"].([]any)[0].(map[string]any)["amount_fen"] = 3_000_001
	j.act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	j.refused(403, "role", "applicant", j.ref, "submit", nil)
	j.want(428, "POST", "/cases/"+j.ref+"/actions/submit", "certifier", map[string]any{"fields": map[string]any{}})
	j.papers(j.ref)
	shown := j.example("certifier", j.ref, "submit")
	j.answers["requested_fen"] = 9_990_000
	j.act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	if a := j.want(412, "POST", "/cases/"+j.ref+"/actions/submit", "certifier",
		map[string]any{"fields": shown}); a.body["shown"] != shown["draft"] ||
		a.body["now"] == shown["draft"] || a.body["by"] == nil {
		j.t.Errorf("a draft that changed: %v", a.body)
	}
	j.answers["requested_fen"] = 3_000_001
	j.act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	if c := j.act("certifier", j.ref, "submit", j.example("certifier", j.ref, "submit")); c["stage"] != "applied" ||
		c["requested_fen"] != 3_000_001.0 {
		j.t.Fatalf("submitted: %v %v", c["stage"], c["requested_fen"])
	}
}

// comeBack is submitting again after a return, against a stale version first.
func (j *journey) comeBack() {
	j.want(422, "POST", "/cases/"+j.ref+"/actions/return", "officer", map[string]any{"fields": map[string]any{}})
	c := j.act("officer", j.ref, "return", nil)
	version := c["version"].(float64)
	j.answers["requested_fen"] = 3_000_000
	if a := j.want(412, "POST", "/cases/"+j.ref+"/actions/resubmit", "certifier", map[string]any{"version": version - 1,
		"fields": map[string]any{"answers": j.answers}}); a.body["current_version"] != version {
		j.t.Errorf("stale: current_version %v, want %v", a.body["current_version"], version)
	}
	j.want(200, "POST", "/cases/"+j.ref+"/actions/resubmit", "certifier", map[string]any{"version": version,
		"fields": map[string]any{"answers": j.answers}})
	j.refused(409, "", "certifier", j.ref, "resubmit", map[string]any{"answers": j.answers})
}

// review admits, and has two reviewers score; one with a conflict loses sight of the case.
func (j *journey) review() {
	j.act("officer", j.ref, "admit", nil)
	j.want(404, "GET", "/cases/"+j.ref, "reviewer4", nil)
	j.refused(409, "declared", "reviewer1", j.ref, "score", map[string]any{"points": 9000})
	j.notes(j.ref)
	key3 := map[string]string{"Idempotency-Key": "conflict"}
	declared := map[string]any{"fields": map[string]any{"conflict": true, "reason": "曾在该组织任职"}}
	for range 2 { // the answer itself, and its repetition, say no more than what is open now
		a := j.send("POST", "/cases/"+j.ref+"/actions/declare", "reviewer3", key3, declared)
		if c := a.body["case"].(map[string]any); a.status != 200 || c["ref"] != j.ref || c["form"] != nil ||
			c["title"] != "" || c["organization"] != nil {
			j.t.Errorf("a reviewer with a conflict is answered %d %v", a.status, c)
		}
	}
	j.want(404, "GET", "/cases/"+j.ref, "reviewer3", nil) // access has ended with the next request
	for _, who := range []string{"reviewer1", "reviewer2"} {
		j.act(who, j.ref, "declare", map[string]any{"conflict": false})
		j.refused(409, "scores", "officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
		j.want(422, "POST", "/cases/"+j.ref+"/actions/score", who, map[string]any{"fields": map[string]any{"points": 10001}})
		j.act(who, j.ref, "score", map[string]any{"points": 8600, "comment": "贴近需要"})
	}
	j.refused(409, "not_scored", "reviewer1", j.ref, "score", map[string]any{"points": 100})
	if v := j.want(200, "GET", "/cases/"+j.ref, "certifier", nil).body; v["reviews"] != nil || v["scores"] != nil {
		j.t.Errorf("the applicant learns of reviews: %v %v", v["reviews"], v["scores"])
	}
}

// propose waits for scores and opinions, and takes no amount above the request.
func (j *journey) propose() {
	j.refused(409, "cosigned", "officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
	j.act("women", j.ref, "cosign", map[string]any{"answer": "agree", "opinion": "支持"})
	j.advance("P10D") // agencies without an answer lapse by the round's rule
	j.settled("officer", j.ref, "propose")
	j.want(422, "POST", "/cases/"+j.ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": 3_000_001}})
	j.want(422, "POST", "/cases/"+j.ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": "3000000"}})
	j.act("officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
}

// object is the public's, while the notice runs; nobody confirms before it is over and the objection answered.
func (j *journey) object() {
	j.refused(409, "notice_elapsed", "decider", j.ref, "confirm", nil)
	a := j.send("POST", "/public/notices/"+j.id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"})
	if a.status != 201 || a.body["n"] != 1.0 || a.body["due_on"] == nil {
		j.t.Fatalf("objection: %d %v", a.status, a.body)
	}
	code := a.body["code"].(string)
	if again := j.send("POST", "/public/notices/"+j.id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"}); again.body["code"] != code ||
		again.body["n"] != 1.0 {
		j.t.Errorf("a repetition: %v", again.body)
	}
	if o := j.want(200, "GET", "/cases/"+j.ref, "officer",
		nil).body["objections"].([]any)[0].(map[string]any); o["n"] != 1.0 || o["contact"] != "138" || o["code"] != nil {
		j.t.Errorf("the officer reads %v", o)
	}
	if o := j.want(200, "GET", "/cases/"+j.ref, "certifier",
		nil).body["objections"].([]any)[0].(map[string]any); o["name"] != nil || o["contact"] != nil {
		j.t.Errorf("the applicant learns who objected: %v", o)
	}
	j.evidence(j.id, j.ref)
	j.advance("P12D")
	j.refused(409, "no_open_objection", "decider", j.ref, "confirm", nil)
	j.refused(403, "role", "officer", j.ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	j.act("decider", j.ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	follow := j.want(200, "GET", "/public/objections/"+strings.ToLower(code), "", nil).body
	if follow["n"] != 1.0 || follow["answer"] != "经核实已更正" || follow["upheld"] != false || follow["resolved_at"] == nil ||
		follow["text"] != nil || follow["name"] != nil {
		j.t.Errorf("what became of it: %v", follow)
	}
	j.want(404, "GET", "/public/objections/00000-00000-00000-00000", "", nil)
	if list := j.want(200, "GET", "/cases/"+j.ref+"/objections", "decider", nil).body["items"].([]any); len(list) != 2 ||
		list[0].(map[string]any)["reason"] != "经核实已更正" {
		j.t.Errorf("the list: %v", list)
	}
	j.refused(403, "role", "officer", j.ref, "confirm", nil)
}

// confirm is one act however often it is sent.
func (j *journey) confirm() {
	confirm := map[string]any{"fields": map[string]any{}}
	if a := j.send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", nil, confirm); a.status != 400 {
		j.t.Fatalf("confirm without a key: %d", a.status)
	}
	key := map[string]string{"Idempotency-Key": "confirm-once"}
	first := j.send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key, confirm)
	second := j.send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key, confirm)
	if first.status != 200 || second.status != 200 ||
		first.body["event"].(map[string]any)["hash"] != second.body["event"].(map[string]any)["hash"] {
		j.t.Fatalf("confirm twice with one key: %d %d", first.status, second.status)
	}
	if a := j.send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key,
		map[string]any{"note": "另一个请求"}); a.status != 422 {
		j.t.Fatalf("the same key with another body: %d", a.status)
	}
}

// payAndReport goes through signatures, tranches and reports.
func (j *journey) payAndReport() {
	j.refused(409, "desk_met", "finance1", j.ref, "pay", nil)
	j.signs(j.ref)
	j.payTranche(j.ref, 1)
	j.until("officer", j.ref, "funded")
	j.refused(409, "next_tranche", "finance1", j.ref, "pay", nil) // the second waits for a report
	j.makeReport(j.ref, "R1", "progress")
	j.settled("finance1", j.ref, "pay")
	j.payTranche(j.ref, 2)
	j.makeReport(j.ref, "R2", "final")
}

// close evaluates, settles and closes; the round ends too.
func (j *journey) close() {
	j.settled("evaluator", j.ref, "evaluate")
	j.refused(409, "evaluated", "officer", j.ref, "close", nil)
	j.act("evaluator", j.ref, "evaluate", map[string]any{"grade": "good"})
	j.settled("finance2", j.ref, "settle")
	j.act("finance2", j.ref, "settle", map[string]any{"returned_fen": 100_000})
	if c := j.act("officer", j.ref, "close", nil); c["stage"] != "reported" || c["paid_fen"] != 3_000_000.0 ||
		c["returned_fen"] != 100_000.0 {
		j.t.Fatalf("closed: %v paid %v returned %v", c["stage"], c["paid_fen"], c["returned_fen"])
	}

	// Its timer has closed the round.
	j.until("officer", j.roundRef, "closed")
	j.act("officer", j.roundRef, "decide", nil)
	j.act("officer", j.roundRef, "finish", nil)
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
	s.want(http.StatusNotFound, "POST", "/public/notices/"+s.in.Registry.Desk.Clock.Now().Format("2006")+
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
