package admin_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestHomesOfAdministrators: each of the three administrators finds their own tasks, and nothing of the others' or of
// cases.
func TestHomesOfAdministrators(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	home := func(login string) *pagetest.Page { return s.Visit(login, "zh").Get("/") }
	has := func(login string, p *pagetest.Page, wanted ...string) {
		t.Helper()
		for _, w := range wanted {
			if !strings.Contains(p.Main(), w) {
				t.Errorf("%s reads no %q: %s", login, w, p.Main())
			}
		}
		if strings.Contains(p.Main(), "没有等您办理") {
			t.Errorf("%s is told of cases", login)
		}
	}
	security, audit := home("secadmin"), home("auditadmin")
	has("secadmin", security, "一个月内到期的权限没有。", "停用的账号共 0 个")
	has("auditadmin", audit, "最近七天有 0 次登录被拒绝", "还没有核对过", "还没有签过名")
	system := home("sysadmin")
	has("sysadmin", system, "停用 0 个", "已录入到 2026年12月31日", "项目资助：第 1 版")
	for _, to := range []string{"/people/new", "/calendars/new", "/workflows/check"} {
		if system.Following(to) != to {
			t.Errorf("the system administrator is not led to %s", to)
		}
	}
	for _, other := range []string{"/trail", "/verify"} {
		if system.Following(other) != "" || security.Following(other) != "" {
			t.Errorf("others are led to %s", other)
		}
	}

	id := func(login string) string {
		for _, x := range s.Want(http.StatusOK, "GET", "/users?q="+login, "secadmin", nil).Body["items"].([]any) {
			if u := x.(map[string]any); u["login"] == login {
				return u["id"].(string)
			}
		}
		t.Fatalf("no account %s", login)
		return ""
	}
	until := time.Now().Add(10 * 24 * time.Hour)
	s.Want(http.StatusCreated, "POST", "/users/"+id("women")+"/roles", "secadmin", map[string]any{"role": "analyst",
		"region": "230302", "until": until.UTC().Format(time.RFC3339)})
	s.Want(http.StatusCreated, "POST", "/users/"+id("officer")+"/roles", "secadmin", map[string]any{"role": "analyst",
		"region": "230302", "until": until.AddDate(1, 0, 0).UTC().Format(time.RFC3339)})
	p := s.Visit("sysadmin", "zh").Get("/people/" + id("finance1"))
	f := p.Form("/people/" + id("finance1"))
	f.Values.Set("what", "disable")
	f.Send()
	s.Send("POST", "/sessions", "", nil, map[string]any{"login": "finance2", "password": "wrong wrong wrong"})

	security = home("secadmin")
	has("secadmin", security, "停用的账号共 1 个", "权限还没有收回")
	for _, to := range []string{"/people/" + id("women"), "/people/" + id("finance1")} {
		if security.Following(to) != to {
			t.Errorf("the security administrator is not led to %s: %s", to, security.Main())
		}
	}
	if security.Following("/people/"+id("officer")) != "" {
		t.Error("a right that ends in a year is shown")
	}
	has("sysadmin", home("sysadmin"), "停用 1 个")
	v := s.Visit("auditadmin", "zh")
	to := v.Get("/").Following("/trail?act=login_refused")
	has("auditadmin", v.Get("/"), "最近七天有 1 次登录被拒绝")
	if p := v.Get(to); !strings.Contains(p.Main(), "finance2") {
		t.Errorf("%q shows %s", to, p.Main())
	}
	v.Get("/verify").Form("/verify").Send()
	for end := time.Now().Add(30 * time.Second); strings.Contains(v.Get("/").Main(), "正在核对") && time.Now().Before(end); {
		time.Sleep(50 * time.Millisecond)
	}
	has("auditadmin", v.Get("/"), "全部对得上")
	s.Advance("P300D")
	has("sysadmin", home("sysadmin"), "下一年的通知一般在十一月前后公布")
}
