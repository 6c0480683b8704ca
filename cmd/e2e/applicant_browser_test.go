package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestBrowserByKeyboardAlone: the head of an organization applies on a phone of 360 px by keyboard alone. The
// connection is lost once and nothing written is lost.
func TestBrowserByKeyboardAlone(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	s.Round()
	tab := s.at(b, "", 360, 740)
	tab.Visit("/")
	tab.Tabulate(`.cards h2 a[href^="/calls/"]`)
	tab.Enter()
	mayApply(t, tab)
	tab.Tabulate(`input[name=login]`)
	tab.Type("certifier")
	tab.Tabulate(`input[name=password]`)
	tab.Type(demo.Password)
	tab.Tabulate(`main form button`)
	tab.Enter()
	tab.Choose("project", "new")
	tab.Tabulate(`input[name=title]`)
	tab.Type("星期三学校")
	tab.Tabulate(`input[name=topics]`)
	tab.Type(" ")
	tab.Tabulate(`main form[action="/apply"] button`)
	tab.Enter()
	ref, _, _ := strings.Cut(strings.TrimPrefix(tab.Path(), "/cases/"), "/form")
	fillByKeyboard(t, s, tab, ref)
	if !strings.Contains(tab.Main(), "内容齐全") {
		t.Fatalf("something is missing still: %s", tab.Main())
	}
	tab.Tabulate(`a[role=button][href="/cases/` + ref + `/do/submit"]`)
	tab.Enter()
	for _, name := range strings.Fields(
		tab.Evaluate(`[...document.querySelectorAll('input[name^="declare."]')].map((e) => e.name).join(" ")`)) {
		tab.Tabulate(`input[name="` + name + `"]`)
		tab.Type(" ")
	}
	tab.Tabulate(`main form[action$="/do/submit"] button`)
	tab.Enter()
	if tab.Path() != "/cases/"+ref+"/receipt" || s.stateOf(ref) != "applied" {
		t.Fatalf("sent by keyboard: %s: %s", tab.Path(), tab.Main())
	}
	slip := tab.Main()
	for _, part := range []string{ref, "0000-1234567", tab.Text(`.receipt code`)} {
		if part == "" || !strings.Contains(slip, part) {
			t.Errorf("the receipt lacks %q: %s", part, slip)
		}
	}
}

// mayApply answers the questions of a call, the first with no, then all with yes, and goes on to apply.
func mayApply(t *testing.T, tab *pagetest.Tab) {
	t.Helper()
	if strings.Contains(tab.Text(".preferences"), "退出") {
		t.Fatal("somebody has signed in already")
	}
	tab.Choose("check1", "no")
	tab.Tabulate(`main form button`)
	tab.Enter()
	if !strings.Contains(tab.Text(".problem"), "请先登记") {
		t.Errorf("who may not apply yet is not told what to do: %s", tab.Main())
	}
	for i := range 4 {
		tab.Choose(fmt.Sprintf("check%d", i+1), "yes")
	}
	tab.Tabulate(`main form button`)
	tab.Enter()
	if !strings.Contains(tab.Text(`.said`), "可以申报") {
		t.Errorf("who may apply is told: %q", tab.Text(`.said`))
	}
	tab.Tabulate(`.onward a[role=button]`)
	tab.Enter()
}

func fillByKeyboard(t *testing.T, s *site, tab *pagetest.Tab, ref string) {
	t.Helper()
	wanted := map[string]string{}
	for name, list := range s.Answers(ref) {
		wanted[name] = list[0]
	}
	for step := 1; !strings.HasSuffix(tab.Path(), "step=review"); step++ {
		if step > 40 {
			t.Fatalf("the steps do not end: %s", tab.Path())
		}
		if step == 2 {
			loseConnection(t, s, tab, ref, wanted)
		}
		tab.Fill(wanted, `button[name=go][value=next]`)
		tab.Enter()
	}
}

// loseConnection cuts the connection while a step is written: the page says where the words are, and saves them later.
func loseConnection(t *testing.T, s *site, tab *pagetest.Tab, ref string, wanted map[string]string) {
	t.Helper()
	const words = "写到一半断了网"
	field := tab.Tabulate(`.ask input[type=text], .ask textarea`)
	tab.Type(words)
	tab.Says(`.saving`, "已保存")
	tab.Offline(true)
	tab.Type("，又写了几个字")
	tab.Says(`.saving`, "暂存在这台设备上")
	tab.Offline(false)
	tab.Says(`.saving`, "已保存")
	tab.Reload()
	if v := tab.Value(`[name="` + field.Name + `"]`); v != words+"，又写了几个字" {
		t.Errorf("after the connection was lost %s holds %q", field.Name, v)
	}
	if _, ok := wanted[field.Name]; !ok {
		t.Errorf("%s is not among the questions", field.Name)
	}
	draft := s.Want(http.StatusOK, "GET", "/cases/"+ref, "applicant", nil).Body["draft"]
	if !strings.Contains(fmt.Sprint(draft), words) {
		t.Errorf("the draft holds %v", draft)
	}
}
