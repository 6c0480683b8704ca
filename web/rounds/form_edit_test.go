package rounds_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

func press(f *pagetest.Form, button string) *pagetest.Page {
	if f.Values.Del("go"); button != "" {
		f.Values.Set("go", button)
	}
	return f.Send()
}

// rowsOf returns the names of the listed questions in order.
func rowsOf(f *pagetest.Form) (out []string) {
	for i := 0; f.Has(fmt.Sprintf("q.%d.zh", i)); i++ {
		out = append(out, f.Values.Get(fmt.Sprintf("q.%d.name", i)))
	}
	return out
}

// TestQuestionsAreEditedAsAList: an officer adds, moves and removes questions of a round in preparation; faults stand
// at their question and nothing written is lost; unlisted parts stay; applicants get the result.
func TestQuestionsAreEditedAsAList(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	_, first := s.Round()
	v := s.Visit("officer", "zh")
	made := strings.TrimPrefix(v.Get("/rounds/new?from="+
		first).Form("/rounds/new").Fill(map[string]string{"name.zh": "下一期", "opens_at": "2026-01-01T09:00",
		"closes_at": "2036-12-31T17:00"}).Send().At.Path,
		"/rounds/")
	at := "/rounds/" + made + "/form"
	if to := v.Get("/rounds/" + made).Following(at); to != at {
		t.Fatalf("the round leads to %q", to)
	}
	before := s.formOf(made)
	f := v.Get(at).Form(at)
	names := rowsOf(f)
	if want := orderIn(before); !slices.Equal(names, want) || len(names) < 10 {
		t.Fatalf("the list shows %v, the form asks %v", names, want)
	}
	if p := press(f, ""); p.Status != http.StatusOK || p.At.Path != "/rounds/"+made {
		t.Fatalf("saved as it is: %d %s", p.Status, p.Main())
	}
	if n := s.Want(http.StatusOK, "GET", "/rounds/"+made, "officer", nil).Body["form_version"]; n != 1.0 ||
		jsonOf(s.formOf(made)) != jsonOf(before) {
		t.Fatalf("a form that says the same is version %v:\n%s\n%s", n, jsonOf(s.formOf(made)), jsonOf(before))
	}

	f = v.Get(at).Form(at)
	f.Set("q.0.hint.zh", "写得短一些") // written before anything moves
	f = press(f, "down.0").Form(at)
	f = press(f, "add.2").Form(at)
	if got := rowsOf(f); got[0] != names[1] || got[1] != names[0] || got[2] != "" ||
		f.Values.Get("q.1.hint.zh") != "写得短一些" {
		t.Fatalf("moved and added: %v", got)
	}
	gone := names[len(names)-4]
	f = press(f, fmt.Sprintf("remove.%d", slices.Index(rowsOf(f), gone))).Form(at)
	f.Fill(map[string]string{"q.2.zh": "联系电话", "q.2.required": "true", "q.2.max": "二十"})
	p := press(f, "")
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "应是整数") {
		t.Fatalf("a length that is no number: %d %s", p.Status, p.Main())
	}
	f = p.Form(at).Fill(map[string]string{"q.2.max": "20"})
	p = press(f, "")
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "第 3 题“联系电话”") ||
		!strings.Contains(p.Main(), "缺少中文或英文标题") || !slices.Contains(p.Links(), "#f-q.2.zh") {
		t.Fatalf("a question in one language: %d %s", p.Status, p.Main())
	}
	f = p.Form(at)
	if f.Values.Get("q.2.zh") != "联系电话" || f.Values.Get("q.2.required") != "true" || f.Values.Get("q.2.max") != "20" ||
		slices.Contains(rowsOf(f), gone) {
		t.Fatalf("what was written is lost: %v", f.Values)
	}
	f.Fill(map[string]string{"q.2.en": "Telephone", "q.2.example": "0453-1234567", "q.2.private": "true",
		"q.2.new_step": "true"})
	f = press(f, "add.3").Form(at)
	f.Fill(map[string]string{"q.3.zh": "开展地点", "q.3.en": "Where", "q.3.kind": "choice"})
	f = press(f, "more.3").Form(at)
	f.Fill(map[string]string{"q.3.choices.0.zh": "社区", "q.3.choices.0.en": "Community", "q.3.choices.1.zh": "学校",
		"q.3.choices.1.en": "School"})
	f = press(f, "add.4").Form(at)
	f.Fill(map[string]string{"q.4.zh": "合作单位", "q.4.en": "Partners", "q.4.kind": "list"})
	f = press(f, "more.4").Form(at)
	f.Fill(map[string]string{"q.4.max": "5", "q.4.columns.0.zh": "出资（元）", "q.4.columns.0.en": "Pays (yuan)",
		"q.4.columns.0.kind": "money", "q.4.columns.0.min": "100", "q.4.columns.0.example": "500"})
	if p := press(f, ""); p.Status != http.StatusOK || p.At.Path != "/rounds/"+made ||
		!strings.Contains(p.Main(), "联系电话") {
		t.Fatalf("saved: %d %s", p.Status, p.Main())
	}
	s.editedForm(made, before, gone, names)
	s.editedByTwo(v, made)
	s.editedByOthers(v, made)
}

func (s *site) editedForm(made string, before map[string]any, gone string, names []string) {
	t := s.T
	t.Helper()
	got := s.formOf(made)
	properties := got["properties"].(map[string]any)
	order := orderIn(got)
	if want := []string{names[1], names[0], "question_1", "question_2", "question_3"}; !slices.Equal(order[:5], want) ||
		slices.Contains(order, gone) || len(order) != len(names)+2 {
		t.Errorf("it asks %v", order)
	}
	required := fmt.Sprint(got["required"])
	if !strings.Contains(required, "question_1") || strings.Contains(required, gone) ||
		strings.Contains(required, "question_2") {
		t.Errorf("it requires %s", required)
	}
	for name, want := range map[string]string{
		"question_1": `{"examples":["0453-1234567"],"maxLength":20,"title":"联系电话","type":"string","x-new-step":true,"x-private":true,"x-title-en":"Telephone"}`,
		"question_2": `{"enum":["社区","学校"],"examples":["社区"],"title":"开展地点","type":"string","x-labels":{"学校":{"en":"School","zh":"学校"},"社区":{"en":"Community","zh":"社区"}},"x-title-en":"Where"}`,
		"question_3": `{"items":{"additionalProperties":false,"properties":{"question_1_fen":{"examples":[50000],"minimum":10000,"title":"出资（分）","type":"integer","x-title-en":"Pays (fen)"}},"type":"object","x-order":["question_1_fen"]},"maxItems":5,"title":"合作单位","type":"array","x-title-en":"Partners"}`,
	} {
		if got := jsonOf(properties[name]); got != want {
			t.Errorf("%s is\n%s, want\n%s", name, got, want)
		}
	}
	hinted := properties[names[0]].(map[string]any)
	if hinted["description"] != "写得短一些" {
		t.Errorf("the help: %v", hinted)
	}
	delete(hinted, "description")
	for name, old := range before["properties"].(map[string]any) {
		if name != gone && jsonOf(properties[name]) != jsonOf(old) {
			t.Errorf("%s has become %s, was %s", name, jsonOf(properties[name]), jsonOf(old))
		}
	}
	if jsonOf(got["x-self-check"]) != jsonOf(before["x-self-check"]) || got["additionalProperties"] != false {
		t.Error("what the list does not show is lost")
	}
}

// editedByTwo: the second of two officers is told, and the first one's addition stays.
func (s *site) editedByTwo(v *pagetest.Visitor, made string) {
	t := s.T
	t.Helper()
	at := "/rounds/" + made + "/form"
	mine, theirs := v.Get(at).Form(at), v.Get(at).Form(at)
	theirs = press(theirs, "add.0").Form(at).Fill(map[string]string{"q.0.zh": "别人加的", "q.0.en": "Theirs"})
	if p := press(theirs, ""); p.Status != http.StatusOK {
		t.Fatalf("the first: %d %s", p.Status, p.Main())
	}
	mine.Set("q.0.zh", "我改的")
	p := press(mine, "")
	if p.Status != http.StatusConflict && p.Status != http.StatusPreconditionFailed ||
		!strings.Contains(p.Main(), "别人加的") || p.Form(at).Values.Get("q.0.zh") != "我改的" {
		t.Fatalf("the second: %d %s", p.Status, p.Main())
	}
	if p := press(p.Form(at), ""); p.Status != http.StatusOK || !strings.Contains(p.Main(), "别人加的") ||
		!strings.Contains(p.Main(), "我改的") {
		t.Errorf("both: %d %s", p.Status, p.Main())
	}
}

// editedByOthers: others neither see nor save the list; once the round has opened nobody does.
func (s *site) editedByOthers(officer *pagetest.Visitor, made string) {
	t := s.T
	t.Helper()
	at := "/rounds/" + made + "/form"
	sent := officer.Get(at).Form(at)
	was := jsonOf(s.formOf(made))
	for _, login := range []string{"applicant", "reviewer1", "decider", "sysadmin", "officer-heihe"} {
		v := s.Visit(login, "zh")
		if p := v.Get(at); p.Status != http.StatusNotFound {
			t.Errorf("%s sees the list: %d", login, p.Status)
		}
		sent.Values.Set("_token", v.Get("/").Form("/logout").Values.Get("_token"))
		sent.Set("q.0.zh", "偷改的")
		if p := v.Post(at, sent.Values); p.Status < 400 {
			t.Errorf("%s saves it: %d", login, p.Status)
		}
	}
	late := officer.Get(at).Form(at).Fill(map[string]string{"q.0.zh": "开放以后改的"})
	officer.Get("/cases/" + made + "/do/open").Form("/cases/" + made + "/do/open").Send()
	if p := officer.Get(at); p.Status != http.StatusNotFound {
		t.Errorf("of an open round the list is shown: %d", p.Status)
	}
	p := press(late, "")
	if p.Status != http.StatusPreconditionFailed {
		t.Errorf("drawn before the round opened: %d %s", p.Status, p.Main())
	}
	if p := press(p.Form(at), ""); p.Status != http.StatusConflict || !strings.Contains(p.Main(), "批次开放后") {
		t.Errorf("of an open round the list is saved: %d %s", p.Status, p.Main())
	}
	if got := jsonOf(s.formOf(made)); got != was {
		t.Errorf("the form has become %s", got)
	}
}

func (s *site) formOf(round string) map[string]any {
	s.T.Helper()
	return s.Want(http.StatusOK, "GET", "/rounds/"+round, "officer", nil).Body["form"].(map[string]any)
}

func orderIn(form map[string]any) (out []string) {
	b, _ := json.Marshal(form["x-order"]) // decoded JSON
	_ = json.Unmarshal(b, &out)
	return out
}
