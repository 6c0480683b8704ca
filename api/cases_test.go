package api_test

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"incubase/workflow"
)

func TestCaseDocument(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	opened := s.want(201, "POST /cases", "certifier", object{"workflow": "grant", "round": roundID, "organization": orgA,
		"project": project})
	doc := opened.doc
	if got := opened.Header().Get("Location"); got != "/api/v1/cases/"+doc["id"].(string) {
		t.Errorf("Location %q", got)
	}
	for _, name := range []string{"id", "ref", "workflow", "state", "stage", "outcome", "version", "labels",
		"organization", "project", "round", "region", "requested_fen", "awarded_fen",
		"paid_fen", "gates", "clocks", "actions", "children", "created_at", "updated_at", "organization_name", "round_name"} {
		if _, ok := doc[name]; !ok {
			t.Errorf("%s is missing", name)
		}
	}
	if doc["stage"] != nil || doc["outcome"] != nil || doc["state"] != "draft" || doc["version"] != 1.0 {
		t.Errorf("stage %v, outcome %v, state %v, version %v", doc["stage"], doc["outcome"], doc["state"], doc["version"])
	}
	label := doc["labels"].(object)["state"].(object)
	if label["zh"] != "草稿" || label["en"] != "Draft" {
		t.Errorf("%v", label)
	}
	byRef := s.want(200, "GET /cases/"+doc["ref"].(string), "certifier", nil)
	if byRef.doc["id"] != doc["id"] {
		t.Errorf("the reference is accepted for the id: %v", byRef.doc["id"])
	}
	submit := find(t, byRef.doc["actions"], "name", "submit")
	schema := submit["fields"].(object)
	if schema["$schema"] != "https://json-schema.org/draft/2020-12/schema" || schema["type"] != "object" ||
		schema["additionalProperties"] != false {
		t.Errorf("%v", schema)
	}
	for lang, chinese := range map[string]bool{"zh": true, "en": false} {
		d := s.want(200, "GET /cases/"+doc["ref"].(string), "certifier", nil, "Accept-Language: "+lang).doc
		title := find(t, d["actions"], "name",
			"submit")["fields"].(object)["properties"].(object)["answers"].(object)["title"].(string)
		if title == "" || han(title) != chinese {
			t.Errorf("title in %s: %q", lang, title)
		}
	}
}

// TestEveryActionListed: allowed actions accept a body of their examples, others answer the refusals listed.
func TestEveryActionListed(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.grant()["id"].(string)
	for _, step := range []struct{ who, action string }{{"certifier", "submit"}, {"officer", "return"},
		{"certifier", "resubmit"}, {"officer", "reject"}} {
		for who := range people {
			r := s.ask("GET /cases/"+id, who, nil)
			if r.Code != 200 {
				continue
			}
			for _, x := range r.doc["actions"].([]any) {
				a := x.(object)
				refusals := a["refusals"].([]any)
				if a["allowed"].(bool) != (len(refusals) == 0) {
					t.Errorf("%s as %s: allowed %v with refusals %v", a["name"], who, a["allowed"], refusals)
				}
				if len(refusals) == 0 || a["name"] == "save" {
					continue
				}
				body := object{"fields": examples(t, r.doc, a["name"].(string)), "note": "理由", "version": r.doc["version"]}
				got := s.ask("POST /cases/"+id+"/actions/"+a["name"].(string), who, body,
					"Idempotency-Key: k-"+who+a["name"].(string)+step.action)
				if got.Code != 403 && got.Code != 409 || len(got.doc["refusals"].([]any)) != len(refusals) {
					t.Errorf("%s as %s in %s: %d %s, listed %v", a["name"], who, r.doc["state"], got.Code, got.Body, refusals)
				}
			}
		}
		doc := s.want(200, "GET /cases/"+id, step.who, nil).doc
		if a := find(t, doc["actions"], "name", step.action); a["allowed"] != true {
			t.Fatalf("%s: %v", step.action, a["refusals"])
		}
		got := s.want(200, "POST /cases/"+id+"/actions/"+step.action, step.who,
			object{"fields": examples(t, doc, step.action), "note": "请一次补齐", "version": doc["version"]})
		if got.doc["event"].(object)["action"] != step.action ||
			got.doc["case"].(object)["version"].(float64) <= doc["version"].(float64) {
			t.Errorf("%s: %v", step.action, got.doc["event"])
		}
	}
	events := s.want(200, "GET /cases/"+id+"/events", "officer", nil).doc["items"].([]any)
	previous := strings.Repeat("0", 64)
	for i, x := range events {
		e := x.(object)
		if e["seq"] != float64(i+1) || e["previous_hash"] != previous || e["actor"].(object)["id"] == nil {
			t.Errorf("event %d: %v", i, e)
		}
		previous = e["hash"].(string)
	}
	if len(events) != 5 || events[2].(object)["note"] != "请一次补齐" {
		t.Errorf("%d events: %v", len(events), events[2])
	}
}

func TestVersions(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	doc := s.grant()
	act := "POST /cases/" + doc["id"].(string) + "/actions/submit"
	fields := examples(t, doc, "submit")
	body := func(version any) object {
		if version == nil {
			return object{"fields": fields}
		}
		return object{"fields": fields, "version": version}
	}
	s.want(400, act, "certifier", body(1), `If-Match: "2"`)
	s.want(400, act, "certifier", body(nil), `If-Match: yesterday`)
	stale := s.want(412, act, "certifier", body(9))
	if stale.doc["current_version"] != 1.0 || stale.doc["type"] != "/problems/stale" {
		t.Errorf("%v", stale.doc)
	}
	s.want(412, act, "certifier", body(nil), `If-Match: "9"`)
	tag := s.want(200, "GET /cases/"+doc["id"].(string), "certifier", nil).Header().Get("ETag")
	done := s.want(200, act, "certifier", body(1), "If-Match: "+tag)
	if done.Header().Get("ETag") != `"2"` {
		t.Errorf("ETag %s", done.Header().Get("ETag"))
	}
	gone := s.want(409, act, "certifier", body(nil))
	if gone.doc["type"] != "/problems/not-offered" || gone.doc["actions"] == nil {
		t.Errorf("what is not offered any more says what is: %v", gone.doc)
	}
}

func TestKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	opening := object{"workflow": "grant", "round": roundID, "organization": orgA, "project": project}
	first := s.want(201, "POST /cases", "certifier", opening, "Idempotency-Key: one")
	again := s.want(201, "POST /cases", "certifier", opening, "Idempotency-Key: one")
	if first.Body.String() != again.Body.String() || first.Header().Get("Location") != again.Header().Get("Location") ||
		len(s.cases) != 1 {
		t.Errorf("the same key opens %d cases: %s, %s", len(s.cases), first.Body, again.Body)
	}
	opening["title"] = "另一个"
	reused := s.want(422, "POST /cases", "certifier", opening, "Idempotency-Key: one")
	if reused.doc["type"] != "/problems/key-reused" {
		t.Errorf("%v", reused.doc)
	}
	act, fields := "POST /cases/"+first.doc["id"].(string)+"/actions/submit",
		object{"fields": examples(t, first.doc, "submit")}
	a, b := s.want(200, act, "certifier", fields, "Idempotency-Key: two"), s.want(200, act, "certifier", fields,
		"Idempotency-Key: two")
	if b.doc["replayed"] != true || len(s.events[first.doc["id"].(string)]) != 2 {
		t.Errorf("the same key acts twice: %s", b.Body)
	}
	// the same event and the same case
	if delete(b.doc, "replayed"); !reflect.DeepEqual(a.doc, b.doc) {
		t.Errorf("the same key answers %s, then %s", a.Body, b.Body)
	}
	s.want(409, act, "certifier", fields, "Idempotency-Key: three")
	s.want(409, act, "certifier", fields) // an empty or absent key counts as none
	for name, key := range map[string]string{"a space": "a b", "Chinese": "键", "201 characters": strings.Repeat("k",
		201)} {
		if r := s.want(400, act, "certifier", fields,
			"Idempotency-Key: "+key); fmt.Sprint(r.fields()) != "[Idempotency-Key]" {
			t.Errorf("%s: %s", name, r.Body)
		}
	}
	s.want(409, act, "certifier", fields, "Idempotency-Key: "+strings.Repeat("k", 200))
}

// TestOutOfScopeIsUnknown: a case out of scope is answered word for word like a missing one.
func TestOutOfScopeIsUnknown(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.grant()["id"].(string)
	const missing = "01900000-0000-7000-8000-00000000dead"
	// a draft belongs to its organization
	for _, who := range []string{"certifier2", "officer", "decider", "elsewhere", "nobody", "sysadmin"} {
		for _, what := range []string{"GET /cases/%s", "GET /cases/%s/events", "GET /cases/%s/attachments",
			"POST /cases/%s/actions/submit", "POST /cases/%s/actions/save", "GET /rounds/%s"} {
			var body any
			if strings.HasPrefix(what, "POST") {
				body = object{"fields": object{}}
			}
			theirs, none := s.want(404, fmt.Sprintf(what, id), who, body), s.want(404, fmt.Sprintf(what, missing), who, body)
			delete(theirs.doc, "instance")
			delete(none.doc, "instance")
			if fmt.Sprint(theirs.doc) != fmt.Sprint(none.doc) {
				t.Errorf("%s as %s: %v, %v", what, who, theirs.doc, none.doc)
			}
		}
		list := s.want(200, "GET /cases", who, nil)
		if items := list.doc["items"].([]any); len(items) != 0 {
			t.Errorf("listed for %s: %v", who, items)
		}
	}
	if items := s.want(200, "GET /cases", "certifier", nil).doc["items"].([]any); len(items) != 1 ||
		items[0].(object)["id"] != id {
		t.Errorf("its own: %v", items)
	}
}

func TestConditionalReads(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.grant()["id"].(string)
	for _, what := range []string{"GET /cases/" + id, "GET /cases", "GET /me", "GET /organizations/" + orgA,
		"GET /public/rounds"} {
		first := s.want(200, what, "certifier", nil)
		tag := first.Header().Get("ETag")
		same := s.want(304, what, "certifier", nil, "If-None-Match: W/\"x\", "+tag)
		if tag == "" || same.Body.Len() != 0 || same.Header().Get("ETag") != tag {
			t.Errorf("%s: %q %q %d bytes", what, tag, same.Header().Get("ETag"), same.Body.Len())
		}
		want := "no-store"
		if strings.Contains(what, "public") {
			want = "no-cache"
		}
		if got := first.Header().Get("Cache-Control"); got != want {
			t.Errorf("%s: Cache-Control %q", what, got)
		}
	}
	old := s.want(200, "GET /cases/"+id, "certifier", nil).Header().Get("ETag")
	s.want(200, "POST /cases/"+id+"/actions/save", "certifier", object{"fields": object{"answers": object{"title": "新"}}})
	s.want(200, "GET /cases/"+id, "certifier", nil, "If-None-Match: "+old)
	s.broken = workflow.ErrBusy
	if r := s.want(http.StatusServiceUnavailable, "GET /cases/"+id, "certifier", nil,
		"If-None-Match: "+old); r.Header().Get("Retry-After") == "" || r.Header().Get("ETag") != "" {
		t.Errorf("%v", r.Header())
	}
}

func TestBulk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ids := []string{s.grant()["id"].(string), s.grant()["id"].(string), s.grant()["id"].(string)}
	for _, id := range ids[:2] {
		doc := s.want(200, "GET /cases/"+id, "certifier", nil).doc
		s.want(200, "POST /cases/"+id+"/actions/submit", "certifier", object{"fields": examples(t, doc, "submit")})
	}
	all := append(ids, "GA-2026-9999")
	body := object{"ids": all, "note": "材料不全", "fields": object{}}
	r := s.want(200, "POST /cases/bulk/return", "officer", body, "Idempotency-Key: "+strings.Repeat("k", 200))
	var got []string
	for i, x := range r.doc["items"].([]any) {
		d := x.(object)
		if d["id"] != all[i] {
			t.Errorf("item %d is about %v", i, d["id"])
		}
		said := fmt.Sprint(d["state"])
		if p, ok := d["problem"].(object); ok {
			said = fmt.Sprint(p["status"])
		}
		got = append(got, said)
	}
	if want := "[returned returned 404 404]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s: a draft of others is not found, like one that is none", got, want)
	}
	again := s.want(200, "POST /cases/bulk/return", "officer", body, "Idempotency-Key: "+strings.Repeat("k", 200))
	if again.doc["items"].([]any)[0].(object)["done"] != true || len(s.events[ids[0]]) != 3 {
		t.Errorf("the same key again: %s", again.Body)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.grant()
	s.grant()
	r := s.want(200, "GET /cases?limit=1", "certifier", nil)
	if len(r.doc["items"].([]any)) != 1 || r.doc["next"] == nil {
		t.Errorf("%v", r.doc["next"])
	}
	r = s.want(200, "GET /cases?limit=2", "certifier", nil)
	if next, ok := r.doc["next"]; len(r.doc["items"].([]any)) != 2 || !ok || next != nil {
		t.Errorf("the last page says next: null, got %v", next)
	}
	r = s.want(200, "GET /agencies", "certifier", nil)
	if items, ok := r.doc["items"].([]any); !ok || len(items) != 0 {
		t.Errorf("an empty list is a list: %s", r.Body)
	}
}

const maxExpanded = 20

func TestListsAreRows(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for range maxExpanded + 1 {
		s.grant()
	}
	row := s.want(200, "GET /cases?limit=1", "certifier", nil, "Accept-Language: en").doc["items"].([]any)[0].(object)
	var names []string
	for name := range row {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{"awarded_fen", "can", "committed_fen", "currency", "held_fen", "id", "labels", "organization",
		"organization_name", "paid_fen", "ref", "region", "region_name", "requested_fen", "returned_fen", "round", "stage",
		"state", "title", "updated_at", "version", "waiting", "workflow"}
	if !slices.Equal(names, want) {
		t.Errorf("a row holds %v, want %v", names, want)
	}
	if state := row["labels"].(object)["state"]; state != "Draft" {
		t.Errorf("the state is called %v in English", state)
	}
	r := s.want(200, "GET /cases?expand=case&limit=200", "certifier", nil)
	items := r.doc["items"].([]any)
	if len(items) != maxExpanded || r.doc["next"] == nil || items[0].(object)["actions"] == nil {
		t.Errorf("%d whole cases of %d, next %v", len(items), maxExpanded+1, r.doc["next"])
	}
}
