package api_test

import (
	"fmt"
	"strings"
	"testing"

	"incubase/api"
	"incubase/workflow/desk"
)

// TestABulkActAsAJob: a job from twenty cases on, which only its actor sees, with the verdicts of single acts.
func TestABulkActAsAJob(t *testing.T) {
	t.Parallel()
	var bulk *desk.Bulk
	s := newSite(t, func(o *api.Options) { bulk = o.Bulk })
	var ids []string
	for range 3 {
		id := s.grant()["id"].(string)
		doc := s.want(200, "GET /cases/"+id, "certifier", nil).doc
		s.want(200, "POST /cases/"+id+"/actions/submit", "certifier", object{"fields": examples(t, doc, "submit")})
		ids = append(ids, id)
	}
	for i := len(ids); i < desk.JobFrom; i++ {
		ids = append(ids, fmt.Sprintf("GA-2026-9%03d", i))
	}
	body, key := object{"ids": ids, "note": "材料不全", "fields": object{}}, "Idempotency-Key: "+strings.Repeat("k", 200)
	r := s.want(202, "POST /cases/bulk/return", "officer", body, key)
	at := r.Header().Get("Location")
	job := r.doc["job"].(object)
	if at != api.Base+"/jobs/"+job["id"].(string) || job["state"] != "waiting" || len(r.doc["items"].([]any)) != 0 {
		t.Fatalf("%s %s", at, r.Body)
	}
	at = strings.TrimPrefix(at, api.Base)
	s.want(404, "GET "+at, "decider", nil)
	s.want(404, "GET /jobs/x", "officer", nil)
	for more := true; more; {
		var err error
		if more, err = bulk.Work(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	done := s.want(200, "GET "+at, "officer", nil, "Accept-Language: en").doc
	items := done["items"].([]any)
	if done["state"] != "done" || done["total"] != float64(20) || done["decided"] != float64(20) ||
		done["succeeded"] != float64(3) || len(items) != 20 {
		t.Errorf("%v", done)
	}
	for i, x := range items {
		d := x.(object)
		p, _ := d["problem"].(object)
		if d["id"] != ids[i] || d["done"] != (i < 3) || i >= 3 && (p["status"] != float64(404) || p["title"] != "Not found") {
			t.Errorf("item %d: %v", i, d)
		}
	}
	again := s.want(202, "POST /cases/bulk/return", "officer", body, key)
	if again.doc["job"].(object)["id"] != job["id"] || len(again.doc["items"].([]any)) != 20 ||
		len(s.events[ids[0]]) != 3 {
		t.Errorf("the same key again: %s", again.Body)
	}
	s.want(422, "POST /cases/bulk/return", "officer", object{"ids": ids, "note": "另一个理由"}, key)
	s.want(204, "DELETE "+at, "officer", nil)
	if doc := s.want(200, "GET "+at, "officer", nil).doc; doc["state"] != "done" || doc["reason"] != nil {
		t.Errorf("one that is done, stopped: %v", doc)
	}
	if list := s.want(200, "GET /jobs", "officer", nil).doc["items"].([]any); len(list) != 1 {
		t.Errorf("%v", list)
	}
	if list := s.want(200, "GET /jobs", "decider", nil).doc["items"].([]any); len(list) != 0 {
		t.Errorf("another's jobs: %v", list)
	}
}

// TestAJobIsStopped by its owner, and by nobody else: a repetition finds it stopped, the key that started it answers it
// and continues nothing, and it says why in both languages.
func TestAJobIsStopped(t *testing.T) {
	t.Parallel()
	var bulk *desk.Bulk
	s := newSite(t, func(o *api.Options) { bulk = o.Bulk })
	ids := make([]string, desk.JobFrom)
	for i := range ids {
		ids[i] = fmt.Sprintf("GA-2026-9%03d", i)
	}
	body := object{"ids": ids, "note": "材料不全", "fields": object{}}
	at := s.want(202, "POST /cases/bulk/return", "officer", body, "Idempotency-Key: stopped").Header().Get("Location")
	at = strings.TrimPrefix(at, api.Base)
	s.want(404, "DELETE "+at, "decider", nil)
	s.want(404, "DELETE /jobs/x", "officer", nil)
	for range 2 {
		s.want(204, "DELETE "+at, "officer", nil, "Idempotency-Key: stop")
	}
	if more, err := bulk.Work(t.Context()); more || err != nil {
		t.Errorf("a stopped job is worked on: %v, %v", more, err)
	}
	for _, doc := range []object{s.want(200, "GET "+at, "officer", nil).doc,
		s.want(200, "GET /jobs", "officer", nil).doc["items"].([]any)[0].(object),
		s.want(202, "POST /cases/bulk/return", "officer", body, "Idempotency-Key: stopped").doc["job"].(object)} {
		if why, _ := doc["message"].(object); doc["state"] != "cancelled" || doc["reason"] != "owner" ||
			doc["decided"] != float64(0) || doc["total"] != float64(20) || why["zh"] != "发起人停止了办理" ||
			why["en"] != "its owner stopped it" {
			t.Errorf("%v", doc)
		}
	}
}
