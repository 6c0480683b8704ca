package accounts_test

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestAccountsByPages: one administrator opens an account, another gives it a role, and neither can do the other's
// part.
func TestAccountsByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	system, security, audit := s.Browse("sysadmin", "en"), s.Browse("secadmin", "en"), s.Browse("auditadmin", "en")
	form := system.Get("/people/new")
	account := url.Values{"login": {"!"}, "name": {"王芳<b>"}}
	system.Post(form, "/people/new", account).Says(t, 422, "please correct", "王芳&lt;b&gt;")
	account.Set("login", "wang.fang")
	opened := system.Post(form, "/people/new", account)
	opened.Says(t, 200, "王芳&lt;b&gt;", "The first half of the code")
	first := halfOn.FindString(opened.Text)
	again := system.Post(form, "/people/new", account)
	again.Says(t, 200, "A half is shown once")
	at := regexp.MustCompile(`href="(/people/[0-9a-f-]+)"`).FindStringSubmatch(opened.Text)[1]
	if first == "" || halfOn.MatchString(again.Text) || !strings.Contains(again.Text, at) {
		t.Errorf("one form sent twice: %q, then %s", first, again.Text)
	}
	made := system.Get(at)
	made.Says(t, 200, "No role yet", "waits for another person")
	if strings.Contains(made.Text, made.At+"/roles") {
		t.Error("the system administrator is offered to grant rights")
	}
	role := url.Values{"role": {"officer"}, "region": {"230302"}}
	system.Send(made.At+"/roles", url.Values{"_token": apptest.Firsts(regexp.MustCompile(`name="_token" value="([^"]+)"`),
		made.Text)[:1], "role": {"officer"}}).Says(t, 422, "security administrator")
	person := security.Get(made.At)
	security.Post(person, made.At+"/roles", url.Values{"role": {"officer"}, "region": {"99"}}).Says(t, 422, "region")
	security.Post(person, made.At+"/roles", role).Says(t, 200, "programme officer", "230302")

	system.Post(made, made.At+"/code", url.Values{"what": {"approve"}}).Says(t, 422,
		"another person than the one who started the code")
	half := security.Post(security.Get(made.At), made.At+"/code", url.Values{"what": {"approve"}})
	half.Says(t, 200, "The second half of the code")

	b := s.Browse("", "en")
	code := url.Values{"login": {"Wang.Fang"}, "first": {first}, "second": {halfOn.FindString(half.Text)},
		"password": {"P@ssw0rd2026"}, "again": {"P@ssw0rd2026"}}
	ask := b.Get("/code")
	b.Post(ask, "/code", code).Says(t, 422, "easily guessed")
	code.Set("password", "一句很长的密码 2026")
	b.Post(ask, "/code", code).Says(t, 422, "not typed alike")
	code.Set("again", "一句很长的密码 2026")
	code.Set("second", first)
	b.Post(ask, "/code", code).Says(t, 401, "Wrong login or code")
	code.Set("second", halfOn.FindString(half.Text))
	b.Post(ask, "/code", code).Says(t, 200, "sign in with the new one")
	b.Post(b.Get("/login"), "/login", url.Values{"login": {"Wang.Fang"}, "password": {"一句很长的密码 2026"}}).Says(t, 200,
		"Your password was chosen", "系统管理员", "安全管理员")
	b.Post(b.Get("/login"), "/login", url.Values{"login": {"Wang.Fang"}, "password": {"一句很长的密码 2026"}}).Says(t, 200,
		"To do", "Board")
	b.Get("/people").Says(t, 200, "Accounts") // an officer opens accounts of organizations
	b.Get("/trail").Says(t, 404)
	change := b.Get("/password")
	b.Post(change, "/password", url.Values{"present": {"wrong wrong wrong"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"另一句很长很长的密码 2027"}}).Says(t, 422, "the present password is wrong")
	b.Post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"x"}}).Says(t, 422, "not typed alike")
	b.Post(change, "/password", url.Values{"present": {"一句很长的密码 2026"}, "next": {"另一句很长很长的密码 2027"},
		"again": {"另一句很长很长的密码 2027"}}).Says(t, 200, "sign in with the new one")
	if p := b.Get("/cases"); !strings.HasPrefix(p.At, "/login") {
		t.Errorf("signed in at %s after the password was changed", p.At)
	}

	held := security.Get(made.At)
	security.Post(held, made.At+"/end", nil).Says(t, 200, "No role yet")
	system.Post(system.Get(made.At), made.At, url.Values{"what": {"disable"}}).Says(t, 200, "disabled")
	b.Post(b.Get("/login"), "/login", url.Values{"login": {"wang.fang"}, "password": {"另一句很长很长的密码 2027"}}).Says(t, 401)
	audit.Get("/trail").Says(t, 200, "Sign-in refused", "wang.fang")
	audit.Get("/trail?who=WANG.fang&act=login_refused&until=").Says(t, 200, "<td>wang.fang</td>")
	if p := audit.Get("/trail?who=wang.fang&act=password_refused&since=2000-01-01"); strings.Count(p.Text, "<tr>") != 2 {
		t.Errorf("one password was refused: %s", p.Text)
	}
	audit.Get("/trail?act=login&until=2000-01-01").Says(t, 200, "There is no such row.")
	audit.Get("/trail?since=yesterday").Says(t, 422, "write a day", `value="yesterday"`)
	audit.Get("/trail?act=password_chosen").Says(t, 200, "Password chosen with a code", "wang.fang")
	for _, who := range []string{"officer", "certifier", "auditor"} {
		s.Browse(who, "en").Get(made.At).Says(t, 404)
	}
}

var halfOn = regexp.MustCompile(`\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{5}\b`)

// TestAnOrganizationsPeopleByPages: its head opens an account with one half of the code, the officer holds the other.
func TestAnOrganizationsPeopleByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	head, officer := s.Browse("certifier", "zh"), s.Browse("officer", "zh")
	form := head.Get("/people/new")
	house := regexp.MustCompile(`<option value="([0-9a-f-]+)"[^>]*>“星期三学校”`).FindStringSubmatch(form.Text)
	if len(house) != 2 || strings.Count(form.Text, "<option") != 2 {
		t.Fatalf("the head may choose among: %s", form.Text)
	}
	opened := head.Post(form, "/people/new", url.Values{"login": {"chen.ayi"}, "name": {"陈阿姨"},
		"organization": {house[1]}})
	opened.Says(t, 200, "前一半代码")
	at := regexp.MustCompile(`href="(/people/[0-9a-f-]+)"`).FindStringSubmatch(opened.Text)[1]
	list := officer.Get("/people")
	list.Says(t, 200, "陈阿姨", "代码待批准")
	if strings.Contains(list.Text, "吴科长") {
		t.Error("an officer sees accounts of the bureau")
	}
	s.Browse("secadmin", "zh").Post(s.Browse("secadmin", "zh").Get(at), at+"/code",
		url.Values{"what": {"approve"}}).Says(t, 403)
	half := officer.Post(officer.Get(at), at+"/code", url.Values{"what": {"approve"}})
	half.Says(t, 200, "后一半代码")
	b := s.Browse("", "zh")
	b.Post(b.Get("/code"), "/code", url.Values{"login": {"chen.ayi"}, "first": {halfOn.FindString(opened.Text)},
		"second":   {halfOn.FindString(half.Text)},
		"password": {"茶壶 铁路 月亮 帆船 鼓楼"}, "again": {"茶壶 铁路 月亮 帆船 鼓楼"}}).Says(t, 200, "请用新密码登录")
	b.Post(b.Get("/login"), "/login", url.Values{"login": {"chen.ayi"}, "password": {"茶壶 铁路 月亮 帆船 鼓楼"}}).Says(t, 200,
		"密码重置提醒", "李会长", "周项目官员")
	for _, who := range []string{"officer-heihe", "certifier2", "applicant2", "decider"} {
		s.Browse(who, "zh").Get(at).Says(t, 404)
	}
}

// TestFirstSetupByPages: three administrators or none, each with a code.
func TestFirstSetupByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, func(context.Context, demo.Deps) error { return nil })
	token, err := s.In.DB.NewSetupToken(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := s.Browse("", "en")
	form := b.Get("/setup")
	said := url.Values{"token": {token}, "sysadmin.login": {"root.a"}, "sysadmin.name": {"甲"},
		"secadmin.login": {"root.b"}, "secadmin.name": {"乙"}, "auditadmin.login": {"root.a"}, "auditadmin.name": {"丙"}}
	b.Post(form, "/setup", said).Says(t, 422, "three persons", "root.b")
	said.Set("auditadmin.login", "system")
	b.Post(form, "/setup", said).Says(t, 422, "this login is taken")
	var left int
	if err := s.Owner.QueryRowContext(t.Context(), `select count(*) from role_grants`).Scan(&left); err != nil ||
		left != 0 {
		t.Errorf("a refused setup leaves %d administrators: %v", left, err)
	}
	said.Set("auditadmin.login", "root.c")
	made := b.Post(form, "/setup", said)
	made.Says(t, 200, "root.a", "root.b", "root.c")
	halves := halfOn.FindAllString(made.Text, -1)
	if len(halves) != 6 {
		t.Fatalf("%d halves on %s", len(halves), made.Text)
	}
	b.Post(form, "/setup", said).Says(t, 410)
	for i, login := range []string{"root.a", "root.b", "root.c"} {
		b.Post(b.Get("/code"), "/code", url.Values{"login": {login}, "first": {halves[2*i]}, "second": {halves[2*i+1]},
			"password": {"three grey boats under a bridge"}, "again": {"three grey boats under a bridge"}}).
			Says(t, 200, "sign in with the new one")
		b.Post(b.Get("/login"), "/login",
			url.Values{"login": {login}, "password": {"three grey boats under a bridge"}}).Says(t, 200,
			"tell the audit administrator")
		b = s.Browse("", "en")
	}
}
