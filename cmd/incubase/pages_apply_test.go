package main

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// browser is a person at the pages, without scripts: it follows links, fills the forms that it sees and sends them.
type browser struct {
	s      *site
	client *http.Client
	lang   string
}

// page is what came back.
type page struct {
	status int
	at     string
	header http.Header
	text   string
}

func (s *site) browse(login, lang string) *browser {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	b := &browser{s: s, client: &http.Client{Jar: jar}, lang: lang}
	if login == "" {
		return b
	}
	if p := b.post(b.get("/login"), "/login",
		url.Values{"login": {login}, "password": {demo.Password}}); p.status != http.StatusOK {
		s.t.Fatalf("sign in as %s: %d", login, p.status)
	}
	return b
}

func (b *browser) do(r *http.Request) page {
	b.s.t.Helper()
	r.Header.Set("Accept-Language", b.lang)
	r.Header.Set("Accept", "text/html")
	resp, err := b.client.Do(r)
	if err != nil {
		b.s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return page{resp.StatusCode, resp.Request.URL.RequestURI(), resp.Header, string(body)}
}

func (b *browser) get(path string) page {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodGet, b.s.url+path, nil)
	if err != nil {
		b.s.t.Fatal(err)
	}
	return b.do(r)
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)

// declaredBox matches a declaration checkbox on the submit page.
var declaredBox = regexp.MustCompile(`type="checkbox" name="(declare\.[^"]*)"`)

// post sends the page's form for an address, its hidden fields with what is written.
func (b *browser) post(on page, action string, written url.Values) page {
	b.s.t.Helper()
	form := url.Values{}
	at := strings.Index(on.text, `action="`+strings.ReplaceAll(action, "&", "&amp;")+`"`)
	if at < 0 {
		b.s.t.Fatalf("%s has no form for %s", on.at, action)
	}
	inner, _, _ := strings.Cut(on.text[at:], "</form>")
	for _, m := range hiddenField.FindAllStringSubmatch(inner, -1) {
		form.Add(m[1], html.UnescapeString(m[2]))
	}
	for _, m := range declaredBox.FindAllStringSubmatch(inner, -1) {
		form.Set(m[1], "true")
	}
	for k, v := range written {
		form[k] = v
	}
	return b.send(action, form)
}

func (b *browser) send(action string, form url.Values) page {
	b.s.t.Helper()
	r, err := http.NewRequestWithContext(b.s.t.Context(), http.MethodPost, b.s.url+action,
		strings.NewReader(form.Encode()))
	if err != nil {
		b.s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// act carries an action out by its page.
func (b *browser) act(ref, action string, written url.Values) page {
	b.s.t.Helper()
	to := "/cases/" + ref + "/do/" + action
	p := b.get(to)
	if p.status != http.StatusOK {
		b.s.t.Fatalf("%s: %d", to, p.status)
	}
	return b.post(p, to, written)
}

func (p page) says(t *testing.T, status int, words ...string) {
	t.Helper()
	if p.status != status {
		t.Fatalf("%s: %d, want %d\n%s", p.at, p.status, status, p.text)
	}
	for _, w := range words {
		if !strings.Contains(p.text, w) {
			t.Fatalf("%s does not say %q:\n%s", p.at, w, p.text)
		}
	}
}

func firsts(r *regexp.Regexp, s string) []string {
	var out []string
	for _, m := range r.FindAllStringSubmatch(s, -1) {
		out = append(out, m[1])
	}
	return out
}

// TestAGrantByPages goes from the open call to the award by forms alone, with a wrong value, a stale page, a form sent
// twice and the back button on the way.
func TestAGrantByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.round()
	applicant, certifier, officer := s.browse("applicant", "zh"), s.browse("certifier", "zh"), s.browse("officer", "en")
	nobody := s.browse("", "zh")
	nobody.get("/").says(t, 200, "试验批次")
	nobody.get("/calls/"+round+"?check1=yes&check2=yes&check3=yes&check4=no").says(t, 200, "收费的项目不在资助范围内", "现在还不能申报")
	if p := nobody.get("/apply?round=" + round); !strings.HasPrefix(p.at, "/login?next=%2Fapply") {
		t.Errorf("applying without signing in leads to %s", p.at)
	}

	apply := applicant.get("/apply?round=" + round)
	applicant.post(apply, "/apply", url.Values{"project": {"new"}, "title": {""}}).says(t, 422, "请更正以下内容")
	first := applicant.post(apply, "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂<script>"},
		"topics": {"left_behind_children"}})
	again := applicant.post(apply, "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂<script>"},
		"topics": {"left_behind_children"}})
	first.says(t, 200, "第 1 步", "银龄课堂&lt;script&gt;")
	if again.at != first.at {
		t.Errorf("one form sent twice opened two cases: %s, %s", first.at, again.at)
	}
	ref := strings.Split(first.at, "/")[2]
	s.fillIn(applicant, ref)
	applicant.get("/cases/"+ref+"/form?step=review").says(t, 200, "内容齐全", "由组织负责人登录后检查并提交")
	s.browse("certifier2", "zh").get("/cases/"+ref+"/form").says(t, 404, "没有找到")

	submit := certifier.get("/cases/" + ref + "/do/submit")
	receipt := certifier.post(submit, "/cases/"+ref+"/do/submit", nil)
	receipt.says(t, 200, "已经收到", ref)
	certifier.post(submit, "/cases/"+ref+"/do/submit", nil).says(t, 200, ref) // the back button, and sent again
	certifier.act(ref, "withdraw", nil).says(t, 422, "请写明理由")

	stale := officer.get("/cases/" + ref + "/do/return")
	officer.act(ref, "admit", nil).says(t, 200, "Done.")
	officer.post(stale, "/cases/"+ref+"/do/return", url.Values{"note": {"预算缺少说明"}}).says(t, 412, "预算缺少说明")
	for _, who := range []string{"reviewer1", "reviewer2"} {
		b := s.browse(who, "zh")
		b.act(ref, "declare", url.Values{"f.conflict": {"false"}}).says(t, 200, "已办理")
		b.act(ref, "score", url.Values{"f.points": {"101"}}).says(t, 422, "101")
		b.act(ref, "score", url.Values{"f.points": {"86.5"}, "f.comment": {"贴近需要"}}).says(t, 200, "86.50 分")
	}
	s.browse("women", "en").act(ref, "cosign", url.Values{"f.answer": {"agree"}}).says(t, 200, "agrees")
	s.advance("P10D")
	s.settled("officer", ref, "propose")
	officer.act(ref, "propose", url.Values{"f.amount_fen": {"999,999,999"}}).says(t, 422, "999,999,999")
	officer.act(ref, "propose", url.Values{"f.amount_fen": {"20,000"}}).says(t, 200, "¥20,000.00")

	notice := firsts(regexp.MustCompile(`href="/notices/([^"]+)"`), nobody.get("/notices").text)
	if len(notice) != 1 {
		t.Fatalf("notices: %v", notice)
	}
	on := nobody.get("/notices/" + notice[0])
	on.says(t, 200, "贰万元整")
	nobody.post(on, "/notices/"+notice[0]+"/object", url.Values{"text": {"短"}, "name": {"李四"}}).says(t, 422, "李四", "至少")
	nobody.post(on, "/notices/"+notice[0]+"/object", url.Values{"text": {"公示地点与实际不符"}, "name": {"李四"}}).says(t, 200, ref)
	if p := certifier.get("/cases/" + ref); strings.Contains(p.text, "李四") {
		t.Error("the applicant reads who objected")
	}
	officer.get("/cases/"+ref).says(t, 200, "李四")
	s.advance("P12D")
	decider := s.browse("decider", "zh")
	decider.get("/cases/"+ref+"/do/confirm").says(t, 200, "还有 1 条异议未处理")
	decider.act(ref, "resolve", url.Values{"f.upheld": {"false"}, "f.reason": {"经核实已更正"}}).says(t, 200, "已办理")
	decider.act(ref, "confirm", nil).says(t, 200, "已立项")
	nobody.get("/awards").says(t, 200, ref, "20,000.00")
	s.browse("analyst", "zh").get("/board?region=230302&by=round").says(t, 200, "试验批次")
	s.verified()
}

// fillIn answers every step of the form with its examples.
func (s *site) fillIn(b *browser, ref string) {
	s.t.Helper()
	answers := s.want(200, "GET", "/rounds/"+s.want(200, "GET", "/cases/"+ref, "applicant", nil).body["round"].(string)+
		"/form", "applicant", nil).body
	p := b.get("/cases/" + ref + "/form?step=1")
	for range 30 {
		if strings.Contains(p.at, "review") {
			return
		}
		form := url.Values{"go": {"next"}}
		for _, name := range firsts(regexp.MustCompile(`name="asked" value="([^"]+)"`), p.text) {
			fillQuestion(form, "q."+name, name, answers["properties"].(map[string]any)[name].(map[string]any))
		}
		form["asked"] = firsts(regexp.MustCompile(`name="asked" value="([^"]+)"`), p.text)
		p = b.post(p, "/cases/"+ref+"/form", form)
		p.says(s.t, 200)
	}
	s.t.Fatal("the form does not end:", p.at)
}

// fillQuestion writes a question's example as a person would.
func fillQuestion(form url.Values, at, name string, q map[string]any) {
	if items, ok := q["items"].(map[string]any); ok {
		for column, c := range items["properties"].(map[string]any) {
			fillQuestion(form, at+".0."+column, column, c.(map[string]any))
		}
		return
	}
	list, ok := q["examples"].([]any)
	if !ok {
		return
	}
	switch v := list[0].(type) {
	case bool:
		form.Set(at, "true")
	case float64:
		if strings.HasSuffix(name, "_fen") {
			v /= 100
		}
		form.Set(at, fmt.Sprintf("%.0f", v))
	default:
		form.Set(at, fmt.Sprint(v))
	}
}
