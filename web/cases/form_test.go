package cases_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestTwoTabsOfOneForm: an older tab sends what it changed and undoes nothing that the other saved; what cannot be kept
// comes back with the reason.
func TestTwoTabsOfOneForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.Says(t, 200, "第 1 步")
	to := "/cases/" + strings.Split(opened.At, "/")[2] + "/form"
	step := b.StepAsking(to, "own_contribution_fen")
	other := step
	b.Post(other, to, url.Values{"asked": {"requested_fen", "own_contribution_fen", "start"},
		"q.own_contribution_fen": {"500"}}).Says(t, 200)
	b.Post(step, to, url.Values{"asked": {"requested_fen", "own_contribution_fen", "start"},
		"q.requested_fen": {"20000"}}).Says(t, 200)
	now := b.Get(step.At)
	now.Says(t, 200, `value="20,000.00"`, `value="500.00"`)
	b.Post(now, to, url.Values{"asked": {"requested_fen", "own_contribution_fen", "start"},
		"q.requested_fen": {"20,000.00"}}).Says(t, 200)
	if p := b.Get(step.At); strings.Contains(p.Text, `value="500.00"`) {
		t.Error("an answer that was taken away is still there")
	}

	first := b.StepAsking(to, "title")
	b.Post(first, to, url.Values{"asked": {"title"}, "q.title": {"课堂\x00与门球"}}).Says(t, http.StatusUnprocessableEntity,
		"还没有保存，写的都还在", "与门球", "控制字符")
	if p := b.Get(first.At); strings.Contains(p.Text, "门球") {
		t.Error("what was refused has been kept")
	}
}

func TestARefusedApplicationKeepsItsForm(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	apply := func(project, title string) apptest.Page {
		return b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {project}, "title": {title},
			"topics": {"left_behind_children"}})
	}
	apply("new", "银龄课堂").Says(t, 200, "第 1 步")
	apply("new", "银龄课堂").Says(t, http.StatusConflict, "请更正以下内容", "同名", `href="#title"`, `value="银龄课堂"`,
		`value="left_behind_children" checked`)
	apply("new", "").Says(t, http.StatusUnprocessableEntity, "请更正以下内容", `href="#title"`)
	apply("", "").Says(t, http.StatusUnprocessableEntity, "请更正以下内容", `href="#project"`)
}

// TestAnEndedSignInLosesNothing: a form sent after its session ended, or from before another sign-in, comes back with
// what was written, and is sent when its writer confirms; another site's form never is.
func TestAnEndedSignInLosesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.Says(t, 200, "第 1 步")
	to := "/cases/" + strings.Split(opened.At, "/")[2] + "/form"

	v := s.Visit("applicant", "zh")
	v.Header.Set("Sec-Fetch-Site", "same-origin") // as browsers say
	f := v.Get(to + "?step=1").Form(to).Fill(map[string]string{"q.activities": "银龄课堂<b>与门球"})
	if p := v.Get("/").Form("/logout").Send(); p.Status != 200 {
		t.Fatalf("signing out: %d", p.Status)
	}
	p := f.Send()
	if p.Status != http.StatusUnauthorized || !strings.Contains(p.Main(), "都还在") {
		t.Fatalf("after the session's end: %d %s", p.Status, p.Main())
	}
	wrong := p.Form("/login").Fill(map[string]string{"login": "applicant", "password": "wrong"}).Send()
	in := wrong.Form("/login").Fill(map[string]string{"login": "applicant", "password": demo.Password}).Send()
	if in.Status != 200 || !strings.Contains(in.Main(), "银龄课堂<b>与门球") {
		t.Fatalf("after signing in: %d %s", in.Status, in.Main())
	}
	if again := v.Get(to + "?step=1"); strings.Contains(again.Main(), "门球") {
		t.Error("it was sent without a word")
	}
	if sent := in.Form(to).Send(); sent.Status != 200 || !strings.HasPrefix(sent.At.RequestURI(), to+"?step=") {
		t.Errorf("sent on: %d at %s: %s", sent.Status, sent.At, sent.Main())
	}
	if got := v.Get(to + "?step=1").Form(to).Values.Get("q.activities"); got != "银龄课堂<b>与门球" {
		t.Errorf("saved: %q", got)
	}

	secret := v.Get("/password").Form("/password")
	for _, name := range []string{"present", "next", "again"} {
		secret.Set(name, "a secret of mine 7")
	}
	secret.Set("_token", "of another session")
	if p := secret.Send(); p.Status != http.StatusForbidden || strings.Contains(p.Body, "a secret of mine") {
		t.Errorf("a password comes back: %d %s", p.Status, p.Body)
	}

	old := v.Get(to + "?step=1").Form(to).Fill(map[string]string{"q.activities": "第三次"})
	old.Set("_token", "of another session")
	late := old.Send()
	if late.Status != http.StatusForbidden || late.Form(to).Values.Get("q.activities") != "第三次" ||
		late.Form(to).Values.Get("_token") == "of another session" {
		t.Errorf("a form from before: %d %s", late.Status, late.Main())
	}
	v.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := old.Send(); p.Status != http.StatusForbidden || strings.Contains(p.Main(), "第三次") {
		t.Errorf("another site's form: %d %s", p.Status, p.Main())
	}
}

// TestLastTimesAnswersAreOffered: an organization may take over its own earlier answers one by one, but no dates and
// declarations.
func TestLastTimesAnswersAreOffered(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	begin := func(title string) string {
		opened := b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {title},
			"topics": {"left_behind_children"}})
		opened.Says(t, 200, "第 1 步")
		return strings.Split(opened.At, "/")[2]
	}
	first := begin("银龄课堂")
	s.fillIn(b, first)
	if p := b.StepAsking("/cases/"+first+"/form", "title"); !strings.Contains(p.Text, "银龄课堂") {
		t.Error("the title has to be written twice")
	}
	certifier := s.Browse("certifier", "zh")
	certifier.Act(first, "submit", nil).Says(t, 200, "已经收到", "0000-1234567")

	to := "/cases/" + begin("门球") + "/form"
	step := b.StepAsking(to, "need")
	step.Says(t, 200, "上次（"+first+"）填的")
	used := b.Post(step, to, url.Values{"asked": {"need"}, "use": {"need"}})
	if used.At != step.At {
		t.Errorf("taking an answer over leads from %s to %s", step.At, used.At)
	}
	if strings.Contains(used.Text, "上次（") {
		t.Error("still offered")
	}
	if !strings.Contains(b.StepAsking(to, "need").Text, "二十多名困难家庭的孩子") {
		t.Error("the answer was not taken over")
	}
	budget := b.StepAsking(to, "budget.0.item")
	b.Post(budget, to, url.Values{"asked": {"budget"}, "use": {"budget"}}).Says(t, 200, "合计")
	if p := b.StepAsking(to, "start"); strings.Contains(p.Text, `name="use" value="start"`) {
		t.Error("a date is offered")
	}
	if p := certifier.Get(strings.TrimSuffix(to, "form") + "do/submit"); !strings.Contains(p.Text,
		`name="declare.truthful"`) || strings.Contains(p.Text, `name="declare.truthful" value="true" checked`) {
		t.Error("a declaration of before is offered as made")
	}
}

// TestAFileThatIsNotTakenIn: the page says so and has the form for another one.
func TestAFileThatIsNotTakenIn(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	v := s.Visit("applicant", "zh")
	p := v.Get("/apply?round=" + round).Form("/apply").Fill(map[string]string{"project": "new",
		"title": "银龄课堂"}).Send()
	ref := strings.Split(p.At.Path, "/")[2]
	f := v.Get("/cases/" + ref + "/form?step=review").Form("/cases/" + ref + "/files")
	v.Header.Set("Referer", s.URL+"/cases/"+ref+"/form?step=review") // as browsers say
	send := func(name, content string) *pagetest.Page {
		f.Files = map[string]pagetest.File{"file": {Name: name, Content: content}}
		return f.Send()
	}
	for name, content := range map[string]string{"run.exe": "MZ\x90\x00\x03", "empty.txt": ""} {
		p := send(name, content)
		if p.Status < 400 || p.Status > 499 || !strings.Contains(p.Main(), "文件没有收下") ||
			p.Find("input[type=file]").Length() != 1 {
			t.Errorf("%s: %d %s", name, p.Status, p.Main())
		}
	}
	if p := send("ok.txt", "名单"); p.At.RequestURI() != "/cases/"+ref+"/form?step=review" ||
		!strings.Contains(p.Main(), "ok.txt") {
		t.Errorf("a good file leads to %s", p.At)
	}
}
