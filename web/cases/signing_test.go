package cases_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestThePageThatSignsShowsWhatChanged: the certifier reads the submit page, the preparer saves another sum and file,
// and the certifier's button submits nothing: the page says what changed and who wrote it, and asks again.
func TestThePageThatSignsShowsWhatChanged(t *testing.T) {
	t.Parallel()
	w := newSite(t, demo.LoadPeople)
	round, _ := w.Round()
	ref := w.Apply(round)
	read := w.Open("certifier", ref, "submit").Fill(map[string]string{"note": "已核对"}).Declare()

	w.save("applicant", ref, map[string]string{"q.requested_fen": "15,000"})
	w.save("certifier", ref, map[string]string{"q.need": "社区里有三十名孩子放学后没有人辅导，家长请求帮助。"}) // in another window
	w.attach("applicant", ref, "登记证书.txt")

	p := read.Send()
	if state := w.Want(http.StatusOK, "GET", "/cases/"+ref, "certifier",
		nil).Body["state"]; p.Status != http.StatusPreconditionFailed || state != "draft" {
		t.Fatalf("a submission of what was not seen: %d %s", p.Status, p.Main())
	}
	alert := alerted(t, p)
	applicant, certifier := w.person("applicant"), w.person("certifier")
	for _, want := range []string{"还没有提交", "新增附件：登记证书.txt"} {
		if !strings.Contains(pagetest.Words(alert), want) {
			t.Errorf("the page does not say %q: %s", want, pagetest.Words(alert))
		}
	}
	differences := alert.Find("li:has(ins)")
	if differences.Length() != 2 {
		t.Errorf("%d answers are said to have changed, 2 have: %s", differences.Length(), pagetest.Words(alert))
	}
	for _, want := range [][]string{{"申请资助", "20,000.00 元", "15,000.00 元", applicant}, {"需求", "二十多名困难家庭的孩子", "三十名孩子",
		certifier}} {
		if differences.FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.Contains(pagetest.Words(s), want[0]) && strings.Contains(only(s, "del"), want[1]) &&
				strings.Contains(only(s, "ins"), want[2]) && strings.Contains(only(s, "small"), want[3])
		}).Length() == 0 {
			t.Errorf("no line shows %q: %s", want, pagetest.Words(alert))
		}
	}

	again := p.Form("/cases/" + ref + "/do/submit")
	if again.Values.Get("note") != "已核对" || again.Values.Get("declare.truthful") != "" {
		t.Errorf("what was written is lost, or what was declared of another text stands: %v", again.Values)
	}
	if p := again.Declare().Send(); p.Status != http.StatusOK || !strings.HasSuffix(p.At.Path, "/receipt") {
		t.Fatalf("the second click: %d at %s: %s", p.Status, p.At, p.Main())
	}
	if c := w.Want(http.StatusOK, "GET", "/cases/"+ref, "officer", nil).Body; c["requested_fen"] != 1_500_000.0 {
		t.Errorf("submitted: %v", c["requested_fen"])
	}
	w.Verified()
}

// TestTwoPeopleOnOneAnswer: saving over an unseen text is reported, and those who may edit can read both texts for
// thirty days.
func TestTwoPeopleOnOneAnswer(t *testing.T) {
	t.Parallel()
	w := newSite(t, demo.LoadPeople)
	round, _ := w.Round()
	ref := w.Apply(round)
	step := w.asking("applicant", ref, "need")
	first := step.Form("/cases/" + ref + "/form")
	second := w.asking("certifier", ref, "need").Form("/cases/" + ref + "/form")
	third := w.asking("applicant", ref, "need").Form("/cases/" + ref + "/form") // a second tab of the first
	fourth := w.asking("applicant", ref, "need").Form("/cases/" + ref + "/form")
	old := first.Values.Get("q.need")

	const one, other, late = "第一份：社区里有三十名孩子没有人辅导，家长盼望。", "第二份：社区里有四十名孩子没有人辅导，家长盼望。", "第三份：社区里有五十名孩子没有人辅导，家长盼望。"
	first.Set("q.need", one)
	if p := first.Send(); strings.Contains(p.Main(), "另有改动") {
		t.Errorf("the first save is told of another one: %s", p.Main())
	}
	second.Set("q.need", other)
	w.replaced(second.Send(), ref, []string{one}, w.person("applicant"), w.person("certifier"))
	third.Set("q.need", late)
	w.replaced(third.Send(), ref, []string{other, one}, w.person("certifier"), w.person("applicant"))
	// A window whose reader changed nothing of it writes nothing, and is told nothing.
	if p := fourth.Send(); strings.Contains(p.Main(), "另有改动") {
		t.Errorf("a window that changed nothing: %s", p.Main())
	}
	if now := w.asking("certifier", ref, "need").Form("/cases/" + ref + "/form").Values.Get("q.need"); now != late ||
		now == old {
		t.Errorf("saved: %q", now)
	}
	if p := w.At("certifier").Get("/cases/" + ref + "/form?step=review"); !strings.Contains(p.Main(), late) ||
		strings.Contains(p.Main(), one) {
		t.Errorf("the review shows another text than what is saved: %s", p.Main())
	}

	w.Advance("P29D")
	if p := w.asking("certifier", ref, "need"); !strings.Contains(p.Main(), one) {
		t.Errorf("after 29 days: %s", p.Main())
	}
	w.Advance("P2D")
	if p := w.asking("certifier", ref, "need"); strings.Contains(p.Main(), one) || strings.Contains(p.Main(), other) ||
		!strings.Contains(p.Body, late) {
		t.Errorf("after 31 days: %s", p.Main())
	}
}

// replaced: a page says at its question which texts its save replaced, the newest first, and who wrote and replaced the
// newest.
func (w *site) replaced(p *pagetest.Page, ref string, texts []string, writer, replacer string) {
	w.T.Helper()
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), "您填写期间这一题另有改动") {
		w.T.Fatalf("a save over a text that was not seen says nothing: %d %s", p.Status, p.Main())
	}
	if p.Find("#q-need").Length() != 1 || p.At.Fragment != "q-need" {
		w.T.Fatalf("the page does not lead to its question: %s", p.At)
	}
	list := p.Find("details:contains(被替换的内容)")
	if list.Length() != 1 {
		w.T.Fatalf("%d lists of replaced texts", list.Length())
	}
	said := pagetest.Words(list)
	at := 0
	for _, text := range texts {
		i := strings.Index(said[at:], text)
		if i < 0 {
			w.T.Fatalf("%q is not among what was replaced, in order: %s", text, said)
		}
		at += i
	}
	if line := pagetest.Words(list.Find(".meta").First()); !strings.HasPrefix(line,
		writer+" 填写于") || !strings.Contains(line, "被 "+replacer+" 于") {
		w.T.Errorf("written and replaced by %s and %s: %s", writer, replacer, line)
	}
}

// visitRecord is a definition that requires a file; no shipped one does.
const visitRecord = `
name: visit_record
version: 1
title: {zh: 走访记录, en: Record of a visit}
prefix: VR
about: {zh: 走访后须附照片归档。, en: Filed with its photographs after a visit.}
needs: [organization]
initial: visited
open: [officer]
parties:
  - {name: officer, label: {zh: 孵化基地经办人, en: the base's officer}, roles: [officer], relation: scope}
states:
  - {name: visited, label: {zh: 已走访, en: Visited}, stage: none}
  - {name: filed, label: {zh: 已归档, en: Filed}, stage: none, outcome: filed}
actions:
  - name: file_record
    label: {zh: 归档, en: File it}
    from: [visited]
    to: filed
    by: [officer]
    turn: true
    fields: [{name: attachments, label: {zh: 现场照片, en: Photographs}, type: attachments, required: true, example: ["01900000-0000-7000-8000-000000000001"]}]
    effects: [bind_attachments]
`

func TestAnActThatNeedsAFile(t *testing.T) {
	t.Parallel()
	w := newSite(t, demo.LoadPeople)
	w.load(visitRecord)
	org := w.Want(http.StatusOK, "GET", "/me", "certifier", nil).Body["organization"]
	ref := w.Want(http.StatusCreated, "POST", "/cases", "officer", map[string]any{"workflow": "visit_record",
		"organization": org}).Body["ref"].(string)
	a := w.Want(http.StatusUnprocessableEntity, "POST", "/cases/"+ref+"/actions/file_record", "officer",
		map[string]any{"fields": map[string]any{"attachments": []any{}}})
	if a.Body["errors"] == nil {
		t.Errorf("an empty list of required files: %v", a.Body)
	}

	f := w.Open("officer", ref, "file_record")
	if !f.Has("file.attachments") {
		t.Fatalf("the page draws no field for the file: %v", f.Values)
	}
	f.Files = map[string]pagetest.File{}
	p := f.Send()
	if p.Status != http.StatusUnprocessableEntity || !slices.Contains(p.Links(), "#f-attachments") ||
		p.Find("#f-attachments-fault").Length() != 1 {
		t.Fatalf("without a file: %d %s", p.Status, p.Main())
	}
	f = p.Form("/cases/" + ref + "/do/file_record")
	f.Files = map[string]pagetest.File{"file.attachments": {Name: "run.exe", Content: "MZ\x90\x00\x03"}}
	f.Set("note", "现场照片")
	p = f.Send()
	if p.Status < 400 || p.Status > 499 || p.Find("#f-attachments-fault").Length() != 1 {
		t.Fatalf("with a file that is not taken: %d %s", p.Status, p.Main())
	}
	f = p.Form("/cases/" + ref + "/do/file_record")
	if f.Values.Get("note") != "现场照片" {
		t.Errorf("what was written is lost: %v", f.Values)
	}
	f.Files = map[string]pagetest.File{"file.attachments": {Name: "现场照片.txt", Content: "照片说明"}}
	p = f.Send()
	if p.Status != http.StatusOK || strings.Contains(p.At.Path, "/do/") || !strings.Contains(p.Main(), "现场照片.txt") {
		t.Fatalf("with a file: %d at %s: %s", p.Status, p.At, p.Main())
	}
	if c := w.Want(http.StatusOK, "GET", "/cases/"+ref, "officer", nil).Body; c["state"] != "filed" {
		t.Errorf("it stands in %v", c["state"])
	}
}

func (s *site) load(source string) {
	s.T.Helper()
	made := s.Want(http.StatusCreated, "POST", "/workflows", "sysadmin",
		map[string]any{"source": source}).Body["definition"].(map[string]any)
	s.Want(http.StatusCreated, "POST", "/workflows/"+made["name"].(string)+"/versions/1/approval", "secadmin", nil)
}

// asking returns the step that asks a question.
func (w *site) asking(login, ref, question string) *pagetest.Page {
	w.T.Helper()
	to := "/cases/" + ref + "/form"
	for n := range 30 {
		p := w.At(login).Get(fmt.Sprintf("%s?step=%d", to, n+1))
		if f := p.Form(to); f.Has("q."+question) || f.Has("q."+question+".0.item") {
			return p
		}
	}
	w.T.Fatalf("%s is never asked %s", login, question)
	return nil
}

func (w *site) save(login, ref string, answers map[string]string) {
	w.T.Helper()
	for name, value := range answers {
		f := w.asking(login, ref, strings.TrimPrefix(name, "q.")).Form("/cases/" + ref + "/form")
		f.Set(name, value)
		if p := f.Send(); p.Status != http.StatusOK {
			w.T.Fatalf("%s saves %s: %d %s", login, name, p.Status, p.Main())
		}
	}
}

func (w *site) attach(login, ref, name string) {
	w.T.Helper()
	f := w.At(login).Get("/cases/" + ref + "/form?step=review").Form("/cases/" + ref + "/files")
	f.Files = map[string]pagetest.File{"file": {Name: name, Content: "内容"}}
	if p := f.Send(); p.Status != http.StatusOK {
		w.T.Fatalf("attach %s: %d %s", name, p.Status, p.Main())
	}
}

func (s *site) person(login string) string {
	s.T.Helper()
	return s.Want(http.StatusOK, "GET", "/me", login, nil).Body["name"].(string)
}

// alerted returns what a page reads out.
func alerted(t *testing.T, p *pagetest.Page) *goquery.Selection {
	t.Helper()
	list := p.Find("[role=alert]")
	if list.Length() != 1 {
		t.Fatalf("%d alerts: %s", list.Length(), p.Main())
	}
	return list
}

// only returns the words of elements in a selection.
func only(s *goquery.Selection, tag string) string {
	return strings.Join(s.Find(tag).Map(func(_ int, x *goquery.Selection) string { return pagetest.Words(x) }), " ")
}
