package e2e

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	"incubase/workflow/catalog"
)

type shown struct{ login, path string }

// TestBrowserMeasuresEveryPage measures the main pages on phone and desktop, in both sizes of print and both languages:
// axe-core, overflow, sizes of letters and targets, text at 200 %.
func TestBrowserMeasuresEveryPage(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.Load)
	pages := s.mainPages()
	sessions := map[string]string{}
	for _, p := range pages {
		if p.login != "" {
			sessions[p.login] = s.Token(p.login)
		}
	}
	work := make(chan shown)
	var workers sync.WaitGroup
	for range 2 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			tab := b.Tab(t, s.URL)
			for p := range work {
				for _, mode := range []string{"plain", "elder"} {
					for _, lang := range []string{"zh", "en"} {
						look(t, tab, p, sessions[p.login], mode, lang)
					}
				}
			}
		}()
	}
	for _, p := range pages {
		work <- p
	}
	close(work)
	workers.Wait()
}

func look(t *testing.T, tab *pagetest.Tab, p shown, session, mode, lang string) {
	dress(tab, session, mode, lang)
	tab.Size(360, 740)
	if status := tab.Visit(p.path); (status != http.StatusOK) != (p.path == "/no/such/page") {
		t.Errorf("%s for %q: %d", p.path, p.login, status)
	}
	measured(t, tab, p, mode, lang)
}

// dress gives a tab a session, a size of print and a language.
func dress(tab *pagetest.Tab, session, mode, lang string) {
	tab.Cookie("incubase", session)
	tab.Cookie("incubase-mode", mode)
	tab.Cookie("incubase-lang", lang)
}

func measured(t *testing.T, tab *pagetest.Tab, p shown, mode, lang string) {
	font, target := 16.0, 44.0
	if mode == "elder" {
		font, target = 18, 60
	}
	for _, window := range []struct {
		name          string
		width, height int64
	}{{"phone", 360, 740}, {"desktop", 1280, 800}} {
		tab.Size(window.width, window.height)
		at := fmt.Sprintf("%s for %q on a %s, %s, %s", p.path, p.login, window.name, mode, lang)
		m := tab.Measure()
		if high := tab.Evaluate(`String(document.querySelector("header.top").offsetHeight)`); window.name == "phone" &&
			lines(t, high, target) != 1 {
			t.Errorf("%s: the header is %s px high, which is more than a line", at, high)
		}
		if !strings.HasPrefix(m.Lang, lang) {
			t.Errorf("%s: the page is in %s", at, m.Lang)
		}
		if m.Font < font {
			t.Errorf("%s: letters of %g px", at, m.Font)
		}
		var low []string
		for _, x := range m.Targets {
			if x.Height+0.5 < target {
				low = append(low, fmt.Sprintf("%s (%g px)", x.Name, x.Height))
			}
		}
		for what, list := range map[string][]string{"targets are too low": low, "reaches over the edge": m.Wide,
			"the policy stopped": m.Policy, "axe-core": tab.Axe()} {
			if len(list) > 0 {
				t.Errorf("%s: %s: %s", at, what, strings.Join(slices.Compact(list), "; "))
			}
		}
		tab.Zoom(200)
		if wide := tab.Measure().Wide; len(wide) > 0 {
			t.Errorf("%s: at 200 %% reaches over the edge: %s", at, strings.Join(wide, "; "))
		}
		tab.Zoom(0)
	}
}

// lines returns how many lines of targets a height holds.
func lines(t *testing.T, high string, target float64) int {
	t.Helper()
	px, err := strconv.ParseFloat(high, 64)
	if err != nil {
		t.Fatal(err)
	}
	return int(px / target)
}

// TestBrowserMenuOnAPhone opens the menu of a phone by keyboard, without the site's script. A desktop has its links in
// the header.
func TestBrowserMenuOnAPhone(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	const shown = `String([...document.querySelectorAll("#menu a, #menu button:not([hidden])")].filter((e) => e.getClientRects().length > 0).length)`
	for login, target := range map[string]string{"": "/notices", "officer": "/rounds", "auditor": "/acts"} {
		for _, mode := range []string{"plain", "elder"} {
			tab := s.at(b, login, 360, 740)
			tab.Cookie("incubase-mode", mode)
			tab.Visit("/calls")
			all := tab.Evaluate(`String(document.querySelectorAll("#menu a, #menu button:not([hidden])").length)`)
			if n := tab.Evaluate(shown); n != "0" || all == "0" {
				t.Fatalf("%q: %s of %s links of the menu stand open", login, n, all)
			}
			tab.Tabulate(`.menu-button`)
			tab.Type("\r")
			if n := tab.Evaluate(shown); n != all {
				t.Errorf("%q: the menu shows %s of %s", login, n, all)
			}
			if wide := tab.Measure().Wide; len(wide) > 0 {
				t.Errorf("%q: the menu reaches over the edge: %v", login, wide)
			}
			if found := tab.Axe(); len(found) > 0 {
				t.Errorf("%q: axe-core: %v", login, found)
			}
			tab.Tabulate(`#menu a[href="` + target + `"]`)
			tab.Enter()
			if tab.Path() != target {
				t.Errorf("%q: the menu leads to %s, not to %s", login, tab.Path(), target)
			}
			tab.Size(1280, 800)
			if n := tab.Evaluate(shown); n != all ||
				tab.Evaluate(`String(document.querySelector(".menu-button").getClientRects().length)`) != "0" {
				t.Errorf("%q: a desktop shows %s of %s links, or a button for them", login, n, all)
			}
		}
	}
}

// TestBrowserMeasuresPagesOfSigningIn measures pages without an address: the password again, the secret of a second
// factor, the recovery codes, the second step of signing in.
func TestBrowserMeasuresPagesOfSigningIn(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	at := "/workflows/" + s.waitingDefinition() + "/approval"
	tab := b.Tab(t, s.URL)
	s.enrol("decider")
	for _, mode := range []string{"plain", "elder"} {
		for _, lang := range []string{"zh", "en"} {
			security := s.Token("secadmin")
			s.stale()
			dress(tab, security, mode, lang)
			tab.Visit(at)
			tab.Tap("form[action='" + at + "'] button")
			tab.Says("main", map[string]string{"zh": "请再次输入密码", "en": "Please confirm"}[lang])
			measured(t, tab, shown{"secadmin", "the question for the password"}, mode, lang)

			dress(tab, "", mode, lang)
			tab.Visit("/login")
			tab.Evaluate(
				`document.querySelector("[name=login]").value = "decider", document.querySelector("[name=password]").value = "` +
					demo.Password + `", ""`)
			tab.Tap("form[action='/login'] button")
			tab.Says("main", map[string]string{"zh": "密码正确", "en": "The password is right"}[lang])
			measured(t, tab, shown{"decider", "the second step"}, mode, lang)

			s.unthrottled()
			delete(s.Tokens, "officer")
			dress(tab, s.Token("officer"), mode, lang)
			tab.Visit("/account/factor")
			tab.Tap("form[action='/account/factor'] button")
			tab.Await(`document.querySelector("img.qr").naturalWidth === 264`)
			measured(t, tab, shown{"officer", "the secret"}, mode, lang)
			steady()
			a := newApp(t, secretOn.FindString(tab.Text("main")))
			tab.Evaluate(`document.querySelector("[name=code]").value = "` + a.code(0) + `", ""`)
			tab.Tap("form[action='/account/factor/code'] button")
			tab.Says("main", map[string]string{"zh": "恢复码", "en": "Recovery codes"}[lang])
			measured(t, tab, shown{"officer", "the recovery codes"}, mode, lang)
			for _, table := range []string{"second_factors", "recovery_codes"} {
				if _, err := s.Owner.ExecContext(t.Context(),
					"delete from "+table+" where user_id = (select id from users where login = 'officer')"); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// waitingDefinition loads a definition that waits for approval, and returns its address.
func (s *site) waitingDefinition() string {
	s.T.Helper()
	source, err := catalog.Source("payment")
	if err != nil {
		s.T.Fatal(err)
	}
	next := strings.Replace(strings.Replace(string(source), "version: 1\n", "version: 7\n", 1),
		"      - separate_from: {actions: [create, retry]}\n", "", 1)
	s.Want(http.StatusCreated, "POST", "/workflows", "sysadmin", map[string]any{"source": next})
	return "payment/versions/7"
}

// mainPages returns the pages that people use most, with cases that show all their parts.
func (s *site) mainPages() []shown {
	s.T.Helper()
	officer, applicant := s.Visit("officer", "zh"), s.Visit("certifier", "zh")
	anybody, rights := pagetest.NewVisitor(s.T, s.URL, "zh"), s.Visit("secadmin", "zh")
	out := []shown{{"", "/"}, {"", "/login"}, {"", "/code"}, {"", "/setup"}, {"officer", "/account"},
		{"officer", "/account/factor"}, {"secadmin", "/workflows"},
		{"secadmin", "/workflows/grant/versions/1/approval"},
		{"secadmin", "/workflows/" + s.waitingDefinition() + "/approval"}, {"", "/calls"}, {"", "/notices"}, {"", "/awards"},
		{"", "/statistics"}, {"", "/no/such/page"},
		{"officer", "/"}, {"officer", "/cases"}, {"officer", "/board"}, {"certifier", "/"}, {"reviewer1", "/"},
		{"reviewer1", "/reviews"}, {"women", "/"}, {"women", "/opinions"}, {"officer", "/next/grant/admit"},
		{"officer", "/cases?stage=applied&overdue=1"},
		{"officer", "/search?q=%E7%A4%BE%E5%8C%BA"}, {"certifier", "/search?q=2026&kind=rounds"},
		{"sysadmin", "/search?q=officer"},
		{"sysadmin", "/"}, {"secadmin", "/"}, {"auditadmin", "/"}, {"officer", "/password"}, {"sysadmin", "/people"},
		{"sysadmin", "/people/new"}, {"auditadmin", "/trail"}, {"officer", "/rounds"}, {"officer", "/rounds/new"},
		{"officer", "/records"}, {"officer", "/organizations"}, {"officer", "/organizations/new"}, {"officer", "/agencies"},
		{"sysadmin", "/calendars"}, {"sysadmin", "/calendars/new"},
		{"sysadmin", "/workflows"}, {"sysadmin", "/workflows/check"}, {"officer", "/workflows/grant"},
		{"auditor", "/cases/GA-2026-0001/verify"}, {"auditor", "/verify"}, {"auditor", "/acts"},
		{"officer", "/cases/GA-2026-0001/as/applicant"}}
	for _, from := range []struct {
		v     *pagetest.Visitor
		login string
		list  string
		to    string
	}{{anybody, "", "/calls", "/calls/"}, {anybody, "", "/notices", "/notices/"},
		{applicant, "certifier", "/cases?stage=funded", "/cases/GA-"},
		{rights, "secadmin", "/people", "/people/0"}, {officer, "officer", "/rounds", "/rounds/RD-"},
		{officer, "officer", "/rounds", "/rounds/new?from="},
		{officer, "officer", "/organizations", "/organizations/0"}, {officer, "officer", "/agencies", "/agencies/0"}} {
		if to := from.v.Get(from.list).Following(from.to); to != "" {
			out = append(out, shown{from.login, to})
		} else {
			s.T.Errorf("%s leads to no %s", from.list, from.to)
		}
	}
	if to := applicant.Get(anybody.Get("/calls").Following("/calls/")).Following("/apply"); to != "" {
		out = append(out, shown{"certifier", to})
	}
	list := s.editedList(officer)
	out = append(out, shown{"officer", list}, shown{"officer", list + "?open=7"}) // the seventh is a list with columns
	out = append(out, s.acts(officer, "officer")...)
	out = append(out, together(officer)...)
	for _, ref := range s.Cases("certifier") {
		if to := applicant.Get("/cases/" + ref).Following("/papers/"); to != "" {
			out = append(out, shown{"certifier", to})
			break
		}
	}
	for _, l := range officer.Get(officer.Get("/rounds").Following("/rounds/RD-")).Links() {
		if strings.Contains(l, "/papers/") {
			out = append(out, shown{"officer", l})
		}
	}
	for _, ref := range s.Cases("certifier") {
		if p := applicant.Get("/cases/" + ref + "/form?step=1"); p.Status == http.StatusOK {
			out = append(out, shown{"certifier", "/cases/" + ref + "/form?step=1"},
				shown{"certifier", "/cases/" + ref + "/form?step=review"})
			break
		}
	}
	for _, ref := range s.Cases("certifier") {
		if p := applicant.Get("/cases/" + ref + "/receipt"); p.Status == http.StatusOK {
			return append(out, shown{"certifier", "/cases/" + ref + "/receipt"})
		}
	}
	s.T.Error("no receipt was found")
	return out
}

// editedList returns where the questions of a round are edited.
func (s *site) editedList(officer *pagetest.Visitor) string {
	s.T.Helper()
	f := officer.Get(officer.Get("/rounds").Following("/rounds/new?from=")).Form("/rounds/new")
	to := f.Fill(map[string]string{"opens_at": "2036-01-01T09:00",
		"closes_at": "2036-12-31T17:00"}).Send().Following("/rounds/RD-")
	return strings.TrimSuffix(to, "/edit") + "/form"
}

// together returns the pages on which an officer acts on several cases.
func together(officer *pagetest.Visitor) []shown {
	out := []shown{{"officer", "/cases?waiting=1&choose=1"}}
	for _, name := range []string{"checkbox", "radio"} {
		p := officer.Get(out[len(out)-1].path)
		f := p.Form("/batch")
		for _, box := range p.Find("input[type=" + name + "]").EachIter() {
			field, value := box.AttrOr("name", ""), box.AttrOr("value", "")
			if strings.HasPrefix(field, "ref.") || field == "action" && !f.Values.Has("action") {
				f.Set(field, value)
			}
		}
		out = append(out, shown{"officer", f.Send().At.RequestURI()})
	}
	return out
}

// acts returns a case with many parts, an action with fields, and a refused one.
func (s *site) acts(v *pagetest.Visitor, login string) (out []shown) {
	s.T.Helper()
	var rich, asks, refused string
	most := 0
	for _, ref := range s.Cases(login) {
		p := v.Get("/cases/" + ref)
		if n := len(p.Body); n > most {
			rich, most = "/cases/"+ref, n
		}
		for _, o := range buttonsOf(p, ref) {
			if o.Name != "" && asks == "" && v.Get("/cases/"+ref+"/do/"+o.Name).Find("fieldset").Length() > 0 {
				asks = "/cases/" + ref + "/do/" + o.Name
			}
		}
		for _, a := range s.Want(http.StatusOK, "GET", "/cases/"+ref, login, nil).Body["actions"].([]any) {
			if x := a.(map[string]any); x["allowed"] == false && refused == "" {
				refused = "/cases/" + ref + "/do/" + x["name"].(string)
			}
		}
	}
	for _, path := range []string{rich, asks, refused} {
		if path == "" {
			s.T.Error("the demonstration has no case, action or refusal to show")
			continue
		}
		out = append(out, shown{login, path})
	}
	return out
}
