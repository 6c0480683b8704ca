package api_test

import "testing"

func TestErasures(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	opening := object{"workflow": "grant", "round": roundID, "organization": orgA, "project": project}
	id := s.want(201, "POST /cases", "certifier", opening).doc["id"].(string)
	x := object{"kind": "payload", "case": id, "event": 1, "reason": "本人要求删除"}
	s.want(403, "POST /erasures", "officer", x, "Idempotency-Key: e0")
	s.want(403, "POST /erasures/preview", "officer", x)
	s.want(403, "GET /erasures", "officer", nil)
	if p := s.want(200, "POST /erasures/preview", "secadmin", x); p.doc["events"] == nil {
		t.Errorf("preview: %v", p.doc)
	}
	s.want(400, "POST /erasures", "secadmin", x) // without a key
	blank := object{"kind": "payload", "case": id, "event": 1, "reason": " "}
	if no := s.want(422, "POST /erasures", "secadmin", blank, "Idempotency-Key: e1"); no.doc["errors"] == nil {
		t.Errorf("without a reason: %v", no.doc)
	}
	a := s.want(201, "POST /erasures", "secadmin", x, "Idempotency-Key: e2")
	b := s.want(201, "POST /erasures", "secadmin", x, "Idempotency-Key: e2")
	if a.Body.String() != b.Body.String() || a.doc["reason"] != x["reason"] || len(s.events[id]) != 2 {
		t.Errorf("erased %s, then %s", a.Body, b.Body)
	}
	s.want(404, "POST /erasures", "secadmin", object{"kind": "payload", "case": "GA-2026-9999", "event": 1, "reason": "无"},
		"Idempotency-Key: e3")
	if list := s.want(200, "GET /erasures", "secadmin", nil); len(list.doc["items"].([]any)) != 1 {
		t.Errorf("listed: %v", list.doc)
	}
	if list := s.want(200, "GET /erasures/retention", "secadmin", nil); len(list.doc["items"].([]any)) == 0 {
		t.Errorf("periods: %v", list.doc)
	}
}
