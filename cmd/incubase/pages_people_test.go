package main

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestAccountsByPages: the system administrator opens an account, the security administrator gives it a role, neither
// can do the other's part, and nobody else sees any of it.
func TestAccountsByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	system, security, audit := s.browse("sysadmin", "en"), s.browse("secadmin", "en"), s.browse("auditadmin", "en")
	form := system.get("/people/new")
	account := url.Values{"login": {"!"}, "name": {"王芳<b>"}}
	system.post(form, "/people/new", account).says(t, 422, "please correct", "王芳&lt;b&gt;")
	account.Set("login", "wang.fang")
	opened := system.post(form, "/people/new", account)
	opened.says(t, 200, "王芳&lt;b&gt;", "The first half of the code")
	first := halfOn.FindString(opened.text)
	again := system.post(form, "/people/new", account)
	again.says(t, 200, "A half is shown once")
	at := regexp.MustCompile(`href="(/people/[0-9a-f-]+)"`).FindStringSubmatch(opened.text)[1]
	if first == "" || halfOn.MatchString(again.text) || !strings.Contains(again.text, at) {
		t.Errorf("one form sent twice: %q, then %s", first, again.text)
	}
	made := system.get(at)
	made.says(t, 200, "No role yet", "waits for another person")
	if strings.Contains(made.text, made.at+"/roles") {
		t.Error("the system administrator is offered to grant rights")
	}
	role := url.Values{"role": {"officer"}, "region": {"230302"}}
	system.send(made.at+"/roles", url.Values{"_token": firsts(regexp.MustCompile(`name="_token" value="([^"]+)"`),
		made.text)[:1], "role": {"officer"}}).says(t, 422, "security administrator")
	person := security.get(made.at)
	security.post(person, made.at+"/roles", url.Values{"role": {"officer"}, "region": {"99"}}).says(t, 422, "region")
	security.post(person, made.at+"/roles", role).says(t, 200, "programme officer", "230302")

	system.post(made, made.at+"/code", url.Values{"what": {"approve"}}).says(t, 422, "another person does")
	half := security.post(security.get(made.at), made.at+"/code", url.Values{"what": {"approve"}})
	half.says(t, 200, "The second half of the code")

	b := s.browse("", "en")
	code := url.Values{"login": {"Wang.Fang"}, "first": {first}, "second": {halfOn.FindString(half.text)},
		"password": {"P@ssw0rd2026"}, "again": {"P@ssw0rd2026"}}
	ask := b.get("/code")
	b.post(ask, "/code", code).says(t, 422, "easily guessed")
	code.Set("password", "一句很长的密码 2026")
	b.post(ask, "/code", code).says(t, 422, "not typed alike")
	code.Set("again", "一句很长的密码 2026")
	code.Set("second", first)
	b.post(ask, "/code", code).says(t, 401, "Wrong login or code")
	code.Set("second", halfOn.FindString(half.text))
	b.post(ask, "/code", code).says(t, 200, "sign in with the new one")
	b.post(b.get("/login"), "/login", url.Values{"login": {"Wang.Fang"}, "password": {"一句很长的密码 2026"}}).says(t, 200,
		"Your password was chosen", "系统管理员", "安全管理员")
	b.post(b.get("/login"), "/login", url.Values{"login": {"Wang.Fang"}, "password": {"一句很长的密码 2026"}}).says(t, 200,
		"To do", "Board")
	b.get("/people").says(t, 200, "Accounts") // an officer opens accounts of organizations
	b.get("/trail").says(t, 404)
	change := b.get("/password")
	b.post(change, "/password", url.Values{"present": {"wrong wrong wrong"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"另一句很长很长的密码 2027"}}).says(t, 422, "the present password is wrong")
	b.post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"x"}}).says(t, 422, "not typed alike")
	b.post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"另一句很长很长的密码 2027"}}).says(t, 200, "sign in with the new one")
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
	audit.get("/trail?act=password_chosen").says(t, 200, "Password chosen with a code", "wang.fang")
	for _, who := range []string{"officer", "certifier", "auditor"} {
		s.browse(who, "en").get(made.at).says(t, 404)
	}
}

var halfOn = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b`)

// TestAnOrganizationsPeopleByPages: its head opens an account and holds one half, the officer of the place the other;
// neither sees accounts of others.
func TestAnOrganizationsPeopleByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	head, officer := s.browse("certifier", "zh"), s.browse("officer", "zh")
	form := head.get("/people/new")
	house := regexp.MustCompile(`<option value="([0-9a-f-]+)"[^>]*>“星期三学校”`).FindStringSubmatch(form.text)
	if len(house) != 2 || strings.Count(form.text, "<option") != 2 {
		t.Fatalf("the head may choose among: %s", form.text)
	}
	opened := head.post(form, "/people/new", url.Values{"login": {"chen.ayi"}, "name": {"陈阿姨"},
		"organization": {house[1]}})
	opened.says(t, 200, "前一半代码")
	at := regexp.MustCompile(`href="(/people/[0-9a-f-]+)"`).FindStringSubmatch(opened.text)[1]
	list := officer.get("/people")
	list.says(t, 200, "陈阿姨", "代码待批准")
	if strings.Contains(list.text, "吴科长") {
		t.Error("an officer sees accounts of the bureau")
	}
	s.browse("secadmin", "zh").post(s.browse("secadmin", "zh").get(at), at+"/code",
		url.Values{"what": {"approve"}}).says(t, 403)
	half := officer.post(officer.get(at), at+"/code", url.Values{"what": {"approve"}})
	half.says(t, 200, "后一半代码")
	b := s.browse("", "zh")
	b.post(b.get("/code"), "/code", url.Values{"login": {"chen.ayi"}, "first": {halfOn.FindString(opened.text)},
		"second":   {halfOn.FindString(half.text)},
		"password": {"茶壶 铁路 月亮 帆船 鼓楼"}, "again": {"茶壶 铁路 月亮 帆船 鼓楼"}}).says(t, 200, "请用新密码登录")
	b.post(b.get("/login"), "/login", url.Values{"login": {"chen.ayi"}, "password": {"茶壶 铁路 月亮 帆船 鼓楼"}}).says(t, 200,
		"密码重置提醒", "李会长", "周项目官员")
	for _, who := range []string{"officer-heihe", "certifier2", "applicant2", "decider"} {
		s.browse(who, "zh").get(at).says(t, 404)
	}
}

// TestFirstSetupByPages: three administrators or none, each with a code of their own.
func TestFirstSetupByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, func(context.Context, demo.Deps) error { return nil })
	token, err := s.in.DB.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := s.browse("", "en")
	form := b.get("/setup")
	said := url.Values{"token": {token}, "sysadmin.login": {"root.a"}, "sysadmin.name": {"甲"},
		"secadmin.login": {"root.b"}, "secadmin.name": {"乙"}, "auditadmin.login": {"root.a"}, "auditadmin.name": {"丙"}}
	b.post(form, "/setup", said).says(t, 422, "three persons", "root.b")
	said.Set("auditadmin.login", "system")
	b.post(form, "/setup", said).says(t, 422, "this login is taken")
	var left int
	if err := s.owner.QueryRowContext(t.Context(), `select count(*) from role_grants`).Scan(&left); err != nil ||
		left != 0 {
		t.Errorf("a refused setup leaves %d administrators: %v", left, err)
	}
	said.Set("auditadmin.login", "root.c")
	made := b.post(form, "/setup", said)
	made.says(t, 200, "root.a", "root.b", "root.c")
	halves := halfOn.FindAllString(made.text, -1)
	if len(halves) != 6 {
		t.Fatalf("%d halves on %s", len(halves), made.text)
	}
	b.post(form, "/setup", said).says(t, 410)
	for i, login := range []string{"root.a", "root.b", "root.c"} {
		b.post(b.get("/code"), "/code", url.Values{"login": {login}, "first": {halves[2*i]}, "second": {halves[2*i+1]},
			"password": {"three grey boats under a bridge"}, "again": {"three grey boats under a bridge"}}).
			says(t, 200, "sign in with the new one")
		b.post(b.get("/login"), "/login",
			url.Values{"login": {login}, "password": {"three grey boats under a bridge"}}).says(t, 200,
			"tell the audit administrator")
		b = s.browse("", "en")
	}
}
