package main

import (
	"net/http"
	"net/url"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestSessionsAreSeenAndEnded: one's own on page and API, others' by the two administrators who keep accounts and
// rights.
func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	at := func(who, path string) []map[string]any {
		t.Helper()
		var out []map[string]any
		for _, x := range s.want(http.StatusOK, "GET", path, who, nil).body["items"].([]any) {
			out = append(out, x.(map[string]any))
		}
		return out
	}
	desk, phone := s.browse("officer", "en"), s.browse("officer", "en")
	s.token("officer")
	if list := at("officer", "/me/sessions"); len(list) != 3 || list[0]["address"] != "127.0.0.1" {
		t.Fatalf("own sessions: %v", list)
	}
	home := desk.get("/account")
	home.says(t, 200, "Where you are signed in", "(this one)", "End all others")
	desk.post(home, "/account/sessions", url.Values{"session": {""}}).says(t, 200, "Done.")
	if p := phone.get("/account"); p.at[:6] != "/login" {
		t.Errorf("the other browser is at %s", p.at)
	}
	s.send("GET", "/me", "officer", nil, nil)
	if a := s.send("GET", "/me", "officer", nil, nil); a.status != http.StatusUnauthorized {
		t.Errorf("the program's session lives: %d", a.status)
	}
	delete(s.tokens, "officer")
	desk.post(desk.get("/login"), "/login", url.Values{"login": {"officer"}, "password": {demo.Password}})
	list := at("officer", "/me/sessions")
	if len(list) != 2 {
		t.Errorf("signing in again at the same browser leaves %d sessions, want it and the program's", len(list))
	}
	officer := s.want(http.StatusOK, "GET", "/me", "officer", nil).body["id"].(string)
	certifier := s.want(http.StatusOK, "GET", "/me", "certifier", nil).body["id"].(string)
	for _, x := range list {
		s.want(http.StatusNotFound, "DELETE", "/me/sessions/"+x["id"].(string), "certifier", nil)
	}
	s.want(http.StatusNotFound, "GET", "/users/"+officer+"/sessions", "certifier", nil)
	s.want(http.StatusForbidden, "GET", "/users/"+officer+"/sessions", "auditadmin", nil)
	s.want(http.StatusForbidden, "DELETE", "/users/"+officer+"/sessions", "auditadmin", nil)
	if got := at("sysadmin", "/users/"+officer+"/sessions"); len(got) != 2 {
		t.Errorf("the system administrator sees %d", len(got))
	}
	s.want(http.StatusNotFound, "DELETE", "/users/"+certifier+"/sessions/"+list[0]["id"].(string), "sysadmin", nil)
	security := s.browse("secadmin", "en")
	person := security.get("/people/" + officer)
	person.says(t, 200, "End all of them")
	security.post(person, "/people/"+officer+"/sessions", url.Values{"session": {""}}).says(t, 200, "Not signed in now.")
	if a := s.send("GET", "/me", "officer", nil, nil); a.status != http.StatusUnauthorized {
		t.Errorf("the session lives: %d", a.status)
	}
	s.browse("auditadmin", "en").get("/trail?act=sessions_revoked").says(t, 200, "Ended all sessions", "officer")
}
