package main

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestAccountsByPages: the system administrator opens an account, the security administrator gives it a role, neither can do
// the other's part, and nobody else sees any of it.
func TestAccountsByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	system, security, audit := s.browse("sysadmin", "en"), s.browse("secadmin", "en"), s.browse("auditadmin", "en")
	form := system.get("/people/new")
	account := url.Values{"login": {"wang.fang"}, "name": {"王芳<b>"}, "password": {"short"}}
	system.post(form, "/people/new", account).says(t, 422, "please correct", "wang.fang", "王芳&lt;b&gt;")
	account.Set("password", "一句很长的密码 2026")
	made := system.post(form, "/people/new", account)
	made.says(t, 200, "王芳&lt;b&gt;", "No role yet")
	if again := system.post(form, "/people/new", account); again.at != made.at {
		t.Errorf("one form sent twice opened two accounts: %s, %s", made.at, again.at)
	}
	if strings.Contains(made.text, made.at+"/roles") {
		t.Error("the system administrator is offered to grant rights")
	}
	role := url.Values{"role": {"officer"}, "region": {"230302"}}
	system.send(made.at+"/roles", url.Values{"_token": firsts(regexp.MustCompile(`name="_token" value="([^"]+)"`), made.text)[:1], "role": {"officer"}}).says(t, 422, "security administrator")
	person := security.get(made.at)
	security.post(person, made.at+"/roles", url.Values{"role": {"officer"}, "region": {"99"}}).says(t, 422, "region")
	security.post(person, made.at+"/roles", role).says(t, 200, "programme officer", "230302")

	b := s.browse("", "en")
	b.post(b.get("/login"), "/login", url.Values{"login": {"Wang.Fang"}, "password": {"一句很长的密码 2026"}}).says(t, 200, "To do", "Board")
	b.get("/people").says(t, 404)
	b.get("/trail").says(t, 404)
	change := b.get("/password")
	b.post(change, "/password", url.Values{"present": {"wrong wrong wrong"}, "next": {"另一句很长很长的密码 2027"}, "again": {"另一句很长很长的密码 2027"}}).says(t, 422, "the present password is wrong")
	b.post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"}, "again": {"x"}}).says(t, 422, "not typed alike")
	b.post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"}, "again": {"另一句很长很长的密码 2027"}}).says(t, 200, "sign in with the new one")
	if p := b.get("/cases"); !strings.HasPrefix(p.at, "/login") {
		t.Errorf("signed in at %s after the password was changed", p.at)
	}

	held := security.get(made.at)
	security.post(held, made.at+"/end", nil).says(t, 200, "No role yet")
	system.post(system.get(made.at), made.at, url.Values{"what": {"disable"}}).says(t, 200, "disabled")
	b.post(b.get("/login"), "/login", url.Values{"login": {"wang.fang"}, "password": {"另一句很长很长的密码 2027"}}).says(t, 401)
	audit.get("/trail").says(t, 200, "Sign-in refused", "wang.fang")
	audit.get("/trail?who=WANG.fang&act=login_refused&until=").says(t, 200, "<td>wang.fang</td>")
	if p := audit.get("/trail?who=wang.fang&act=password_refused&since=2000-01-01"); strings.Count(p.text, "<tr>") != 2 {
		t.Errorf("one password was refused: %s", p.text)
	}
	audit.get("/trail?act=login&until=2000-01-01").says(t, 200, "There is no such row.")
	audit.get("/trail?since=yesterday").says(t, 422, "write a day", `value="yesterday"`)
	for _, who := range []string{"officer", "certifier", "auditor"} {
		s.browse(who, "en").get(made.at).says(t, 404)
	}
}
