package accounts_test

import (
	"net/http"
	"net/url"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestSessionsAreSeenAndEnded: one's own, and others' by the two administrators who keep accounts and rights.
func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	at := func(who, path string) []map[string]any {
		t.Helper()
		var out []map[string]any
		for _, x := range s.Want(http.StatusOK, "GET", path, who, nil).Body["items"].([]any) {
			out = append(out, x.(map[string]any))
		}
		return out
	}
	desk, phone := s.Browse("officer", "en"), s.Browse("officer", "en")
	s.Token("officer")
	if list := at("officer", "/me/sessions"); len(list) != 3 || list[0]["address"] != "127.0.0.1" {
		t.Fatalf("own sessions: %v", list)
	}
	home := desk.Get("/account")
	home.Says(t, 200, "Where you are signed in", "(this one)", "End all others")
	desk.Post(home, "/account/sessions", url.Values{"session": {""}}).Says(t, 200, "Done.")
	if p := phone.Get("/account"); p.At[:6] != "/login" {
		t.Errorf("the other browser is at %s", p.At)
	}
	s.Send("GET", "/me", "officer", nil, nil)
	if a := s.Send("GET", "/me", "officer", nil, nil); a.Status != http.StatusUnauthorized {
		t.Errorf("the program's session lives: %d", a.Status)
	}
	delete(s.Tokens, "officer")
	desk.Post(desk.Get("/login"), "/login", url.Values{"login": {"officer"}, "password": {demo.Password}})
	list := at("officer", "/me/sessions")
	if len(list) != 2 {
		t.Errorf("signing in again at the same browser leaves %d sessions, want it and the program's", len(list))
	}
	officer := s.Want(http.StatusOK, "GET", "/me", "officer", nil).Body["id"].(string)
	certifier := s.Want(http.StatusOK, "GET", "/me", "certifier", nil).Body["id"].(string)
	for _, x := range list {
		s.Want(http.StatusNotFound, "DELETE", "/me/sessions/"+x["id"].(string), "certifier", nil)
	}
	s.Want(http.StatusNotFound, "GET", "/users/"+officer+"/sessions", "certifier", nil)
	s.Want(http.StatusForbidden, "GET", "/users/"+officer+"/sessions", "auditadmin", nil)
	s.Want(http.StatusForbidden, "DELETE", "/users/"+officer+"/sessions", "auditadmin", nil)
	if got := at("sysadmin", "/users/"+officer+"/sessions"); len(got) != 2 {
		t.Errorf("the system administrator sees %d", len(got))
	}
	s.Want(http.StatusNotFound, "DELETE", "/users/"+certifier+"/sessions/"+list[0]["id"].(string), "sysadmin", nil)
	security := s.Browse("secadmin", "en")
	person := security.Get("/people/" + officer)
	person.Says(t, 200, "End all of them")
	security.Post(person, "/people/"+officer+"/sessions", url.Values{"session": {""}}).Says(t, 200, "Not signed in now.")
	if a := s.Send("GET", "/me", "officer", nil, nil); a.Status != http.StatusUnauthorized {
		t.Errorf("the session lives: %d", a.Status)
	}
	s.Browse("auditadmin", "en").Get("/trail?act=sessions_revoked").Says(t, 200, "Ended all sessions", "officer")
}
