package e2e

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/demo"
	"incubase/workflow"
)

// TestGrantJourney carries one application over HTTP from the round to the last report, with a return, an objection, a
// stale version, a repeated key, a conflict of interest and everybody who may not.
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
	s.stage("every record verifies", s.Verified)
}

type journey struct {
	*site
	round, roundRef string
	ref, id         string
	organization    string
	answers         map[string]any
}

func (j *journey) open() {
	j.round, j.roundRef = j.site.Round()
	me := j.Want(200, "GET", "/me", "certifier", nil).Body
	org := me["organization"].(string)
	j.organization = org
	project := j.Want(201, "POST", "/organizations/"+org+"/projects", "applicant",
		map[string]any{"title": "星期三学校<script>alert(1)</script>", "topics": []string{"left_behind_children",
			"disabled"}}).Body
	if other := j.Want(200, "GET", "/me", "certifier2", nil).Body["organization"]; other == org {
		j.T.Fatal("the two heads belong to one organization")
	}

	j.discarded(j.round, org, project["id"].(string))
	opening := map[string]any{"workflow": "grant", "round": j.round, "organization": org, "project": project["id"]}
	if a := j.Send("POST", "/cases", "certifier2", nil, opening); a.Status != 404 && a.Status != 403 {
		j.T.Fatalf("another organization opens a case: %d", a.Status)
	}
	a := j.Send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	again := j.Send("POST", "/cases", "applicant", map[string]string{"Idempotency-Key": "opening"}, opening)
	if a.Status != 201 || again.Status != 201 || a.Body["id"] != again.Body["id"] || a.Header.Get("Location") == "" {
		j.T.Fatalf("open twice with one key: %d %d %v %v", a.Status, again.Status, a.Body["id"], again.Body["id"])
	}
	j.ref, j.id = a.Body["ref"].(string), a.Body["id"].(string)
}

func (j *journey) draft() {
	for _, who := range []string{"certifier2", "reviewer1", "decider", "women", "finance1", "analyst", "officer"} {
		j.Want(404, "GET", "/cases/"+j.ref, who, nil)
		j.Want(404, "GET", "/cases/"+j.ref+"/events", who, nil)
		j.Want(404, "GET", "/cases/"+j.ref+"/attachments", who, nil)
		j.Refused(404, "", who, j.ref, "submit", nil)
	}
}

// submit is the head's; a draft that changed since it was shown is refused.
func (j *journey) submit() {
	j.answers = j.Example("certifier", j.ref, "submit")["answers"].(map[string]any)
	j.answers["requested_fen"] = 3_000_001
	j.answers["budget"].([]any)[0].(map[string]any)["amount_fen"] = 3_000_001
	j.Act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	j.Refused(403, "role", "applicant", j.ref, "submit", nil)
	j.Want(428, "POST", "/cases/"+j.ref+"/actions/submit", "certifier", map[string]any{"fields": map[string]any{}})
	j.papers(j.ref)
	shown := j.Example("certifier", j.ref, "submit")
	j.answers["requested_fen"] = 9_990_000
	j.Act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	if a := j.Want(412, "POST", "/cases/"+j.ref+"/actions/submit", "certifier",
		map[string]any{"fields": shown}); a.Body["shown"] != shown["draft"] ||
		a.Body["now"] == shown["draft"] || a.Body["by"] == nil {
		j.T.Errorf("a draft that changed: %v", a.Body)
	}
	j.answers["requested_fen"] = 3_000_001
	j.Act("applicant", j.ref, "save", map[string]any{"answers": j.answers})
	if c := j.Act("certifier", j.ref, "submit", j.Example("certifier", j.ref, "submit")); c["stage"] != "applied" ||
		c["requested_fen"] != 3_000_001.0 {
		j.T.Fatalf("submitted: %v %v", c["stage"], c["requested_fen"])
	}
}

func (j *journey) comeBack() {
	j.Want(422, "POST", "/cases/"+j.ref+"/actions/return", "officer", map[string]any{"fields": map[string]any{}})
	c := j.Act("officer", j.ref, "return", nil)
	version := c["version"].(float64)
	j.answers["requested_fen"] = 3_000_000
	if a := j.Want(412, "POST", "/cases/"+j.ref+"/actions/resubmit", "certifier", map[string]any{"version": version - 1,
		"fields": map[string]any{"answers": j.answers}}); a.Body["current_version"] != version {
		j.T.Errorf("stale: current_version %v, want %v", a.Body["current_version"], version)
	}
	j.Want(200, "POST", "/cases/"+j.ref+"/actions/resubmit", "certifier", map[string]any{"version": version,
		"fields": map[string]any{"answers": j.answers}})
	j.Refused(409, "", "certifier", j.ref, "resubmit", map[string]any{"answers": j.answers})
}

// review has two reviewers score; one with a conflict loses access.
func (j *journey) review() {
	j.Act("officer", j.ref, "admit", nil)
	j.Want(404, "GET", "/cases/"+j.ref, "reviewer4", nil)
	j.Refused(409, "declared", "reviewer1", j.ref, "score", map[string]any{"points": 9000})
	j.notes(j.ref)
	key3 := map[string]string{"Idempotency-Key": "conflict"}
	declared := map[string]any{"fields": map[string]any{"conflict": true, "reason": "曾在该组织任职"}}
	for range 2 { // the answer itself, and its repetition, say no more than what is open now
		a := j.Send("POST", "/cases/"+j.ref+"/actions/declare", "reviewer3", key3, declared)
		if c := a.Body["case"].(map[string]any); a.Status != 200 || c["ref"] != j.ref || c["form"] != nil ||
			c["title"] != "" || c["organization"] != nil {
			j.T.Errorf("a reviewer with a conflict is answered %d %v", a.Status, c)
		}
	}
	j.Want(404, "GET", "/cases/"+j.ref, "reviewer3", nil) // access has ended with the next request
	for _, who := range []string{"reviewer1", "reviewer2"} {
		j.Act(who, j.ref, "declare", map[string]any{"conflict": false})
		j.Refused(409, "scores", "officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
		j.Want(422, "POST", "/cases/"+j.ref+"/actions/score", who, map[string]any{"fields": map[string]any{"points": 10001}})
		j.Act(who, j.ref, "score", map[string]any{"points": 8600, "comment": "贴近需要"})
	}
	j.Refused(409, "not_scored", "reviewer1", j.ref, "score", map[string]any{"points": 100})
	if v := j.Want(200, "GET", "/cases/"+j.ref, "certifier", nil).Body; v["reviews"] != nil || v["scores"] != nil {
		j.T.Errorf("the applicant learns of reviews: %v %v", v["reviews"], v["scores"])
	}
}

func (j *journey) propose() {
	j.Refused(409, "cosigned", "officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
	j.Act("women", j.ref, "cosign", map[string]any{"answer": "agree", "opinion": "支持"})
	j.Advance("P10D") // agencies without an answer lapse by the round's rule
	j.Settled("officer", j.ref, "propose")
	j.Want(422, "POST", "/cases/"+j.ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": 3_000_001}})
	j.Want(422, "POST", "/cases/"+j.ref+"/actions/propose", "officer",
		map[string]any{"fields": map[string]any{"amount_fen": "3000000"}})
	j.Act("officer", j.ref, "propose", map[string]any{"amount_fen": 3_000_000})
}

// object: nobody confirms before the notice is over and the objection answered.
func (j *journey) object() {
	j.Refused(409, "notice_elapsed", "decider", j.ref, "confirm", nil)
	a := j.Send("POST", "/public/notices/"+j.id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"})
	if a.Status != 201 || a.Body["n"] != 1.0 || a.Body["due_on"] == nil {
		j.T.Fatalf("objection: %d %v", a.Status, a.Body)
	}
	code := a.Body["code"].(string)
	if again := j.Send("POST", "/public/notices/"+j.id+"/objections", "", map[string]string{"Idempotency-Key": "same"},
		map[string]any{"text": "公示地点与实际不符", "name": "李四", "contact": "138"}); again.Body["code"] != code ||
		again.Body["n"] != 1.0 {
		j.T.Errorf("a repetition: %v", again.Body)
	}
	if o := j.Want(200, "GET", "/cases/"+j.ref, "officer",
		nil).Body["objections"].([]any)[0].(map[string]any); o["n"] != 1.0 || o["contact"] != "138" || o["code"] != nil {
		j.T.Errorf("the officer reads %v", o)
	}
	if o := j.Want(200, "GET", "/cases/"+j.ref, "certifier",
		nil).Body["objections"].([]any)[0].(map[string]any); o["name"] != nil || o["contact"] != nil {
		j.T.Errorf("the applicant learns who objected: %v", o)
	}
	j.evidence(j.id, j.ref)
	j.Advance("P12D")
	j.Refused(409, "no_open_objection", "decider", j.ref, "confirm", nil)
	j.Refused(403, "role", "officer", j.ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	j.Act("decider", j.ref, "resolve", map[string]any{"upheld": false, "reason": "经核实已更正"})
	follow := j.Want(200, "GET", "/public/objections/"+strings.ToLower(code), "", nil).Body
	if follow["n"] != 1.0 || follow["answer"] != "经核实已更正" || follow["upheld"] != false || follow["resolved_at"] == nil ||
		follow["text"] != nil || follow["name"] != nil {
		j.T.Errorf("what became of it: %v", follow)
	}
	j.Want(404, "GET", "/public/objections/00000-00000-00000-00000", "", nil)
	if list := j.Want(200, "GET", "/cases/"+j.ref+"/objections", "decider", nil).Body["items"].([]any); len(list) != 2 ||
		list[0].(map[string]any)["reason"] != "经核实已更正" {
		j.T.Errorf("the list: %v", list)
	}
	j.Refused(403, "role", "officer", j.ref, "confirm", nil)
}

func (j *journey) confirm() {
	confirm := map[string]any{"fields": map[string]any{}}
	if a := j.Send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", nil, confirm); a.Status != 400 {
		j.T.Fatalf("confirm without a key: %d", a.Status)
	}
	key := map[string]string{"Idempotency-Key": "confirm-once"}
	first := j.Send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key, confirm)
	second := j.Send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key, confirm)
	if first.Status != 200 || second.Status != 200 ||
		first.Body["event"].(map[string]any)["hash"] != second.Body["event"].(map[string]any)["hash"] {
		j.T.Fatalf("confirm twice with one key: %d %d", first.Status, second.Status)
	}
	if a := j.Send("POST", "/cases/"+j.ref+"/actions/confirm", "decider", key,
		map[string]any{"note": "另一个请求"}); a.Status != 422 {
		j.T.Fatalf("the same key with another body: %d", a.Status)
	}
}

func (j *journey) payAndReport() {
	j.Refused(409, "desk_met", "finance1", j.ref, "pay", nil)
	j.signs(j.ref)
	j.payTranche(j.ref, 1)
	j.until("officer", j.ref, "funded")
	award := j.Want(200, "GET", "/cases/"+j.ref, "certifier", nil).Body["parts"].(map[string]any)["award"]
	tranches := award.(map[string]any)["tranches"].([]any)
	paid, next := tranches[0].(map[string]any), tranches[1].(map[string]any)
	if paid["paid_at"] == nil || paid["payment"] == nil || next["paid_at"] != nil || next["reports_needed"] != 1.0 {
		j.T.Errorf("the tranches: %v", tranches)
	}
	j.Refused(409, "next_tranche", "finance1", j.ref, "pay", nil) // the second waits for a report
	j.makeReport(j.ref, "R1", "progress")
	j.Settled("finance1", j.ref, "pay")
	j.payTranche(j.ref, 2)
	j.makeReport(j.ref, "R2", "final")
}

func (j *journey) close() {
	j.Settled("evaluator", j.ref, "evaluate")
	j.Refused(409, "evaluated", "officer", j.ref, "close", nil)
	j.Act("evaluator", j.ref, "evaluate", map[string]any{"grade": "good"})
	results := "/organizations/" + j.organization + "/results"
	for _, who := range []string{"officer", "applicant"} {
		list := j.Want(200, "GET", results, who, nil).Body["items"].([]any)
		if len(list) != 1 || list[0].(map[string]any)["value"] != "good" || list[0].(map[string]any)["ref"] != j.ref {
			j.T.Errorf("%s reads the results %v", who, list)
		}
	}
	j.Want(404, "GET", results, "certifier2", nil)
	if p := j.Visit("officer", "zh").Get("/organizations/" + j.organization); !strings.Contains(p.Main(),
		"项目评估结论：良好") {
		j.T.Errorf("the organization's page does not show the grade: %s", p.Main())
	}
	j.Settled("finance2", j.ref, "settle")
	j.Act("finance2", j.ref, "settle", map[string]any{"returned_fen": 100_000})
	if c := j.Act("officer", j.ref, "close", nil); c["stage"] != "reported" || c["paid_fen"] != 3_000_000.0 ||
		c["returned_fen"] != 100_000.0 {
		j.T.Fatalf("closed: %v paid %v returned %v", c["stage"], c["paid_fen"], c["returned_fen"])
	}

	// Its timer has closed the round.
	j.until("officer", j.roundRef, "closed")
	j.Act("officer", j.roundRef, "decide", nil)
	j.Act("officer", j.roundRef, "finish", nil)
}

// payTranche: one prepares, a failed transfer is retried, another releases.
func (s *site) payTranche(ref string, n int) {
	s.T.Helper()
	s.Act("finance1", ref, "pay", nil)
	s.Refused(409, "next_tranche", "finance1", ref, "pay", nil)
	p := ref + "-P" + string(rune('0'+n))
	s.Refused(403, "role", "finance1", p, "release", nil)
	s.Act("finance2", p, "fail", nil)
	s.Act("finance1", p, "retry", nil)
	if c := s.Act("finance2", p, "release", map[string]any{"voucher": "记-12"}); c["outcome"] != "paid" {
		s.T.Fatalf("released: %v", c["outcome"])
	}
	s.Refused(409, "", "finance2", p, "release", nil)
}

// makeReport: written, sent back once, accepted.
func (s *site) makeReport(ref, suffix, kind string) {
	s.T.Helper()
	s.Act("applicant", ref, "report", map[string]any{"kind": kind})
	r := ref + "-" + suffix
	s.Want(404, "GET", "/cases/"+r, "certifier2", nil)
	fields := s.Example("certifier", r, "submit")
	s.Refused(403, "role", "applicant", r, "submit", fields)
	s.Act("certifier", r, "submit", fields)
	s.Act("officer", r, "return", nil)
	s.Act("certifier", r, "resubmit", fields)
	if c := s.Act("officer", r, "accept", nil); c["outcome"] != "accepted" {
		s.T.Fatalf("accepted: %v", c["outcome"])
	}
}

// TestIncubationJourney goes from entry to graduation, with a return and an extension.
func TestIncubationJourney(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	var ref string
	s.stage("its head submits", func() {
		org := s.Want(200, "GET", "/me", "certifier2", nil).Body["organization"]
		ref = s.Want(201, "POST", "/cases", "applicant2", map[string]any{"workflow": "incubation",
			"organization": org}).Body["ref"].(string)
		s.Act("certifier2", ref, "submit", s.Example("certifier2", ref, "submit"))
		s.Want(404, "GET", "/cases/"+ref, "certifier", nil)
	})
	s.stage("a return", func() {
		s.Act("officer", ref, "return", nil)
		s.Act("certifier2", ref, "resubmit", s.Example("certifier2", ref, "resubmit"))
		s.Act("officer", ref, "admit", nil)
	})
	s.stage("diagnosis and consent", func() {
		s.Want(422, "POST", "/cases/"+ref+"/actions/diagnose", "officer",
			map[string]any{"fields": map[string]any{"people": 101, "money": -1}})
		s.Act("officer", ref, "diagnose", map[string]any{"people": 40, "money": 20, "place": 10})
		s.Refused(403, "role", "officer", ref, "agree", nil)
		if c := s.Act("decider", ref, "agree", nil); c["stage"] != "reviewed" {
			s.T.Fatal(c["stage"])
		}
	})
	s.stage("both sign, and it enters", func() {
		s.Refused(409, "desk_met", "officer", ref, "enter", map[string]any{"mode": "virtual"})
		s.Act("officer", ref, "sign", s.Signature("officer", ref))
		s.Act("certifier2", ref, "sign", s.Signature("certifier2", ref))
		if c := s.Act("officer", ref, "enter", map[string]any{"mode": "virtual"}); c["state"] != "virtual" ||
			c["stage"] != "funded" {
			s.T.Fatal(c["state"], c["stage"])
		}
	})
	s.stage("coaching and an extension", func() {
		s.Act("officer", ref, "coach", map[string]any{"topic": "财务记账"})
		s.Refused(409, "", "decider", ref, "graduate", nil)
		s.Act("officer", ref, "assess", map[string]any{"result": "extend", "capacity": 55})
		s.Act("decider", ref, "extend", nil)
	})
	s.stage("graduation", func() {
		s.Act("officer", ref, "assess", map[string]any{"result": "continue", "capacity": 85})
		s.Refused(409, "once", "decider", ref, "extend", nil)
		if c := s.Act("decider", ref, "graduate", nil); c["stage"] != "reported" || c["outcome"] != "graduated" {
			s.T.Fatal(c["stage"], c["outcome"])
		}
	})
	s.stage("every record verifies", s.Verified)
}

// TestListsAndSingleCasesAgree: for every login, the lists show exactly what can be opened.
func TestListsAndSingleCasesAgree(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	all := map[string]bool{}
	lists := map[string]map[string]bool{}
	for _, login := range demo.Logins() {
		lists[login] = map[string]bool{}
		for cursor := ""; ; {
			page := s.Want(200, "GET", "/cases?limit=40&sort=ref"+cursor, login, nil).Body
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
			if a := s.Send("GET", "/cases/"+ref, login, nil, nil); a.Status != status {
				t.Errorf("%s for %s: listed %v, opened with %d", ref, login, listed[ref], a.Status)
			}
		}
	}
	s.Verified()
}

// evidence is an objection with a file, for those only who may know who objected.
func (s *site) evidence(id, ref string) {
	s.T.Helper()
	pdf := "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	said := process.Form{Fields: map[string]string{"text": "现场照片与公示不符", "name": "王五", "contact": "139"}, Field: "files",
		Name: "现场.pdf", Upload: pdf}
	path := "/public/notices/" + id + "/objections/with-files"
	key := map[string]string{"Idempotency-Key": "with-a-photo"}
	first, again := s.Send("POST", path, "", key, said), s.Send("POST", path, "", key, said)
	if first.Status != http.StatusCreated || again.Status != http.StatusCreated || first.Body["n"] != again.Body["n"] {
		s.T.Fatalf("%v\n%v", first.Body, again.Body)
	}
	s.Want(http.StatusUnprocessableEntity, "POST", path, "",
		process.Form{Fields: map[string]string{"text": "不可见的\x00字符", "name": "王五"}, Field: "files", Name: "a.pdf",
			Upload: pdf})
	if n := s.loose(); n != 0 {
		s.T.Errorf("%d files of refused or repeated objections wait", n)
	}
	if a := s.Want(http.StatusUnprocessableEntity, "POST", path, "", process.Form{Field: "files", Name: "a.pdf",
		Upload: pdf}); a.Body["errors"] == nil {
		s.T.Errorf("an objection without words: %v", a.Body)
	}
	s.Want(http.StatusUnsupportedMediaType, "POST", path, "", process.Form{Fields: said.Fields, Field: "files",
		Name:   "a.html",
		Upload: "<script>alert(1)</script>"})
	s.Want(http.StatusNotFound, "POST", "/public/notices/"+s.In.Registry.Desk.Clock.Now().Format("2006")+
		"/objections/with-files", "", said)
	files := func(login string) (out []string) {
		for _, x := range s.Want(http.StatusOK, "GET", "/cases/"+ref+"/attachments", login, nil).Body["items"].([]any) {
			if f := x.(map[string]any); f["name"] == "现场.pdf" {
				out = append(out, f["id"].(string))
			}
		}
		return out
	}
	seen := files("officer")
	if len(seen) != 1 || len(files("decider")) != 1 {
		s.T.Fatalf("the officer reads the evidence %v", seen)
	}
	for _, login := range []string{"certifier", "reviewer1", "finance1"} {
		if list := files(login); len(list) > 0 {
			s.T.Errorf("%s learns of the evidence", login)
		}
		s.Want(http.StatusNotFound, "GET", "/attachments/"+seen[0], login, nil)
	}
}

// loose counts files of the public that no case names.
func (s *site) loose() (n int) {
	s.T.Helper()
	if err := s.Owner.QueryRow(`select count(*) from attachments where case_id is null and uploader_id = $1`,
		workflow.ObjectorID).Scan(&n); err != nil {
		s.T.Fatal(err)
	}
	return n
}

// papers can be removed from a draft by its organization.
func (s *site) papers(ref string) {
	s.T.Helper()
	at := "/cases/" + ref + "/attachments"
	wrong := s.Want(http.StatusCreated, "POST", at, "applicant", process.Form{Field: "file", Name: "拿错了.txt",
		Upload: "别的项目"}).Body["id"].(string)
	before := s.Example("certifier", ref, "submit")["draft"]
	s.Want(http.StatusNotFound, "DELETE", "/attachments/"+wrong, "certifier2", nil)
	s.Want(http.StatusNoContent, "DELETE", "/attachments/"+wrong, "certifier", nil)
	s.Want(http.StatusNotFound, "GET", "/attachments/"+wrong, "applicant", nil)
	s.Want(http.StatusCreated, "POST", at, "applicant", process.Form{Field: "file", Name: "证书.txt", Upload: "登记证书"})
	if after := s.Example("certifier", ref, "submit")["draft"]; after == before {
		s.T.Error("another file, and the digest of the draft is the same")
	}
}

// discarded: an organization deletes its draft with its files.
func (s *site) discarded(round, org, project string) {
	s.T.Helper()
	a := s.Want(http.StatusCreated, "POST", "/cases", "applicant", map[string]any{"workflow": "grant", "round": round,
		"organization": org, "project": project})
	ref, id := a.Body["ref"].(string), a.Body["id"].(string)
	s.Act("applicant", ref, "save", map[string]any{"answers": map[string]any{"title": "写错了的"}})
	file := s.Want(http.StatusCreated, "POST", "/cases/"+ref+"/attachments", "applicant",
		process.Form{Field: "file", Name: "证书.txt", Upload: "证书"}).Body["id"].(string)
	s.Want(http.StatusNotFound, "POST", "/cases/"+ref+"/actions/discard", "certifier2", map[string]any{})
	s.Want(http.StatusOK, "POST", "/cases/"+ref+"/actions/discard", "applicant", map[string]any{})
	for _, login := range []string{"applicant", "certifier", "officer", "auditor"} {
		s.Want(http.StatusNotFound, "GET", "/cases/"+ref, login, nil)
		s.Want(http.StatusNotFound, "GET", "/attachments/"+file, login, nil)
		for _, x := range s.Want(http.StatusOK, "GET", "/cases?limit=200", login, nil).Body["items"].([]any) {
			if x.(map[string]any)["ref"] == ref {
				s.T.Errorf("%s finds a deleted draft on the list", login)
			}
		}
	}
	var left int
	if err := s.Owner.QueryRow(
		`select (select count(*) from drafts where case_id = $1) + (select count(*) from attachments where case_id = $1)
		+ (select count(*) from cases where id = $1 and title <> '')`, id).Scan(&left); err != nil || left != 0 {
		s.T.Errorf("%d rows of a deleted draft are left, %v", left, err)
	}
}

// notes: files of a submitted case grow by acts alone and stay.
func (s *site) notes(ref string) {
	s.T.Helper()
	// each of whom may act now, the first withdraw
	for _, login := range []string{"certifier", "applicant", "officer", "reviewer1", "women"} {
		s.Want(http.StatusForbidden, "POST", "/cases/"+ref+"/attachments", login, process.Form{Field: "file", Name: "后补.txt",
			Upload: "意见"})
	}
	for _, login := range []string{"certifier", "reviewer1", "officer", "auditor", "women"} {
		list := s.Want(http.StatusOK, "GET", "/cases/"+ref+"/attachments", login, nil).Body["items"].([]any)
		if declared := login != "reviewer1"; (len(list) == 1) != declared {
			s.T.Errorf("%s reads %d files of what was submitted", login, len(list))
		}
		for _, x := range list {
			f := x.(map[string]any)
			s.Want(http.StatusConflict, "DELETE", "/attachments/"+f["id"].(string), "certifier", nil)
			if login == "women" && f["uploader_name"] != nil {
				s.T.Errorf("an agency learns that %v uploaded %v", f["uploader_name"], f["name"])
			}
		}
	}
}

// signs: both sides sign the agreement, after an attempt to sign another text.
func (s *site) signs(ref string) {
	s.T.Helper()
	answer := s.Signature("certifier", ref)
	s.Want(422, "POST", "/cases/"+ref+"/actions/sign", "certifier",
		map[string]any{"fields": map[string]any{"answer": "sign"}})
	other := map[string]any{"answer": "sign", "sha256": strings.Repeat("0", 64)}
	p := s.Want(412, "POST", "/cases/"+ref+"/actions/sign", "certifier", map[string]any{"fields": other}).Body
	if p["type"] != "/problems/changed" || p["now"] != answer["sha256"] || p["shown"] != other["sha256"] ||
		!strings.Contains(p["detail"].(string), "Funding agreement") {
		s.T.Errorf("another text: %v", p)
	}
	s.Act("certifier", ref, "sign", answer)
	s.Refused(409, "desk_answered", "certifier", ref, "sign", answer)
	s.Act("officer", ref, "sign", s.Signature("officer", ref))
}
