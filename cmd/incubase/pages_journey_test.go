package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"incubase/web/pagetest"
	forms "incubase/workflow/form"
	"incubase/workflow/money"
)

// walkers are people at their pages.
type walkers struct {
	*site
	people map[string]*pagetest.Visitor
}

func (w *walkers) at(login string) *pagetest.Visitor {
	w.t.Helper()
	if w.people[login] == nil {
		w.people[login] = w.visit(login, "zh")
	}
	w.people[login].T = w.t // of the stage
	return w.people[login]
}

// to is the page of an action.
func (w *walkers) to(ref, action string) string {
	return "/cases/" + ref + "/do/" + w.action(ref, action)
}

// open goes from the case to the page of an action by the link that the case shows.
func (w *walkers) open(login, ref, action string) *pagetest.Form {
	w.t.Helper()
	p := w.at(login).Get("/cases/" + ref)
	to := w.to(ref, action)
	if !slices.Contains(p.Links(), to) {
		w.t.Fatalf("%s finds no button %s at %s (%d): %s", login, action, ref, p.Status, p.Main())
	}
	return w.at(login).Get(to).Form(to)
}

func fill(f *pagetest.Form, fields map[string]string) *pagetest.Form {
	for name, value := range fields {
		f.Set(name, value)
	}
	return f
}

// do carries an action out as a person does.
func (w *walkers) do(login, ref, action string, fields map[string]string) *pagetest.Page {
	w.t.Helper()
	p := fill(w.open(login, ref, action), fields).Declare().Send()
	if p.Status != http.StatusOK || strings.Contains(p.At.Path, "/do/") || !strings.Contains(p.Main(), "已办理") {
		w.t.Fatalf("%s of %s by %s: %d at %s: %s", action, ref, login, p.Status, p.At, p.Main())
	}
	return p
}

// wrong sends something that must be named at its field, with everything written still there.
func (w *walkers) wrong(login, ref, action string, fields map[string]string, field string) {
	w.t.Helper()
	before := w.version(ref)
	p := fill(w.open(login, ref, action), fields).Send()
	if p.Status != http.StatusUnprocessableEntity {
		w.t.Fatalf("%s of %s by %s with %v: %d %s", action, ref, login, fields, p.Status, p.Main())
	}
	id := "f-" + strings.TrimPrefix(field, "f.")
	if !slices.Contains(p.Links(), "#"+id) || p.Find(pagetest.With("id", id)).Length() != 1 ||
		p.Find(pagetest.With("id", id+"-fault")).Length() != 1 {
		w.t.Errorf("%s of %s does not name %s: %s", action, ref, field, p.Main())
	}
	if p.Find("[role=alert]").Length() == 0 {
		w.t.Errorf("%s of %s: nothing is read out", action, ref)
	}
	f := p.Form(w.to(ref, action))
	for name, value := range fields {
		if f.Values.Get(name) != value {
			w.t.Errorf("%s of %s: %q was written in %s, %q is left", action, ref, value, name, f.Values.Get(name))
		}
	}
	if w.version(ref) != before {
		w.t.Errorf("%s of %s with a wrong value did something", action, ref)
	}
}

// version counts what has been done to a case.
func (w *walkers) version(ref string) float64 {
	w.t.Helper()
	return w.want(http.StatusOK, "GET", "/cases/"+ref, "auditor", nil).body["version"].(float64)
}

// TestGrantJourneyOverPages carries an application over the pages alone, by their links and forms: as a person does,
// with wrong values, an old page, a double press and the back button on the way.
func TestGrantJourneyOverPages(t *testing.T) {
	t.Parallel()
	underOtherNames(t, grantJourneyOverPages)
}

func grantJourneyOverPages(s *site) {
	w := &walkers{s, map[string]*pagetest.Visitor{}}
	round, _ := w.round()
	var ref string
	w.stage("apply", func() { ref = w.apply(round) })
	w.stage("submit", func() { w.submit(ref) })
	w.stage("return", func() { w.comeBack(ref) })
	w.stage("admit twice", func() { w.twice(ref) })
	w.stage("review", func() { w.review(ref) })
	w.stage("propose on an old page", func() {
		w.do("women", ref, "cosign", map[string]string{"f.answer": "agree", "f.opinion": "支持"})
		w.advance("P10D")
		w.settled("officer", ref, "propose")
		w.stale(ref)
	})
	w.stage("decide and sign", func() { w.decide(ref) })
	w.stage("pay", func() { w.pay(ref) })
	w.stage("every record verifies", w.verified)
}

// comeBack: a return says why, and is submitted again.
func (w *walkers) comeBack(ref string) {
	w.t.Helper()
	w.wrong("officer", ref, "return", map[string]string{"note": ""}, "note")
	w.do("officer", ref, "return", map[string]string{"note": "请补充活动照片"})
	if p := w.at("certifier").Get("/cases/" + ref); !strings.Contains(p.Main(), "请补充活动照片") {
		w.t.Errorf("the applicant does not read why: %s", p.Main())
	}
	w.do("certifier", ref, "resubmit", nil)
}

// apply finds the round among the open calls, and fills in its form step by step.
func (w *walkers) apply(round string) (ref string) {
	w.t.Helper()
	v := w.at("applicant")
	if p := v.Get("/calls"); !slices.Contains(p.Links(), "/calls/"+round) {
		w.t.Fatalf("the round is not among the calls: %s", p.Main())
	}
	p := v.Get("/calls/" + round)
	i := slices.IndexFunc(p.Links(), func(l string) bool { return strings.HasPrefix(l, "/apply") })
	if i < 0 {
		w.t.Fatalf("nothing leads to the application: %s", p.Main())
	}
	f := v.Get(p.Links()[i]).Form("/apply")
	p = fill(f, map[string]string{"project": "new", "title": ""}).Send()
	if p.Status != http.StatusUnprocessableEntity {
		w.t.Fatalf("a project without a title: %d %s", p.Status, p.Main())
	}
	p = fill(p.Form("/apply"), map[string]string{"title": `星期三学校<script>alert(1)</script>`}).Send()
	ref, _, ok := strings.Cut(strings.TrimPrefix(p.At.Path, "/cases/"), "/form")
	if !ok {
		w.t.Fatalf("begin: %d at %s: %s", p.Status, p.At, p.Main())
	}
	answers := w.answers(ref)
	for step := 0; p.At.Query().Get("step") != "review"; step++ {
		if step > 40 {
			w.t.Fatalf("the steps do not end: %s", p.At)
		}
		p = w.step(p, ref, answers)
	}
	if !strings.Contains(p.Main(), "内容齐全") {
		w.t.Fatalf("something is missing still: %s", p.Main())
	}
	return ref
}

// step answers the questions of a page and goes on by its button.
func (w *walkers) step(p *pagetest.Page, ref string, answers url.Values) *pagetest.Page {
	w.t.Helper()
	f := p.Form("/cases/" + ref + "/form")
	for name, value := range answers {
		if f.Has(name) {
			f.Set(name, value[0])
		}
	}
	f.Values.Set("go", "next") // the button
	next := f.Send()
	if next.Status != http.StatusOK || next.At.String() == p.At.String() {
		w.t.Fatalf("a step goes nowhere: %d %s", next.Status, next.Main())
	}
	return next
}

// answers are the form's own examples, as people write them.
func (w *walkers) answers(ref string) url.Values {
	w.t.Helper()
	out := url.Values{}
	kind, _, _ := strings.Cut(ref, "-")
	schema, err := json.Marshal(w.form(map[string]string{"GA": "grant", "IN": "incubation"}[kind]))
	if err != nil {
		w.t.Fatal(err)
	}
	var examples map[string]any
	if err := json.Unmarshal(forms.Example(schema), &examples); err != nil {
		w.t.Fatal(err)
	}
	for name, v := range examples {
		lines, isList := v.([]any)
		if !isList {
			out.Set("q."+name, asWritten(name, v))
			continue
		}
		for i, l := range lines {
			for column, x := range l.(map[string]any) {
				out.Set(fmt.Sprintf("q.%s.%d.%s", name, i, column), asWritten(column, x))
			}
		}
	}
	return out
}

func asWritten(name string, v any) string {
	if n, ok := v.(float64); ok && strings.HasSuffix(name, "_fen") {
		return money.Fen(n).Yuan()
	}
	b, err := json.Marshal(v)
	if s, ok := v.(string); ok || err != nil {
		return s
	}
	return string(b)
}

// submit is the head's act; who only drafts sees why not.
func (w *walkers) submit(ref string) {
	w.t.Helper()
	p := w.at("applicant").Get(w.to(ref, "submit"))
	if p.Sends(w.to(ref, "submit")) {
		w.t.Error("who drafts may submit")
	}
	receipt := w.do("certifier", ref, "submit", nil)
	if !strings.HasSuffix(receipt.At.Path, "/receipt") || !strings.Contains(receipt.Main(), ref) {
		w.t.Errorf("a submission ends at %s: %s", receipt.At, receipt.Main())
	}
	if strings.Contains(receipt.Body, "<script>alert") {
		w.t.Error("a script in the title got through")
	}
}

// twice: one form sent twice acts once, and both answers say done; sent again with other words it does nothing.
func (w *walkers) twice(ref string) {
	w.t.Helper()
	f := fill(w.open("officer", ref, "admit"), map[string]string{"note": "材料齐全"})
	first := f.Send()
	version := w.version(ref)
	second := f.Send() // a double press
	if first.Status != http.StatusOK || second.Status != http.StatusOK || !strings.Contains(second.Main(), "已办理") ||
		second.At.Path != first.At.Path {
		w.t.Errorf("twice: %d %d at %s: %s", first.Status, second.Status, second.At, second.Main())
	}
	if w.version(ref) != version {
		w.t.Error("a form sent twice acted twice")
	}
	f.Set("note", "材料齐全，改了一句") // the back button, then another try
	third := f.Send()
	if third.Status != http.StatusConflict || w.version(ref) != version || !strings.Contains(third.Main(), "材料齐全，改了一句") {
		w.t.Errorf("an old form did something: %d %s", third.Status, third.Main())
	}
	if third.Sends(f.Action) {
		w.t.Error("what cannot be done has a form")
	}
}

// review: two declare and score, one withdraws and is led away from what is no longer open to them.
func (w *walkers) review(ref string) {
	w.t.Helper()
	f := fill(w.open("reviewer3", ref, "declare"), map[string]string{"f.conflict": "true", "f.reason": "曾在该组织任职"})
	for range 2 {
		if p := f.Send(); p.Status != http.StatusOK || p.At.Path != "/" || !strings.Contains(p.Main(), "已办理") {
			w.t.Errorf("who withdraws lands at %s: %d %s", p.At, p.Status, p.Main())
		}
	}
	for _, who := range []string{"reviewer1", "reviewer2"} {
		w.do(who, ref, "declare", map[string]string{"f.conflict": "false"})
		w.wrong(who, ref, "score", map[string]string{"f.points": "101", "f.comment": "贴近需要"}, "f.points")
		w.wrong(who, ref, "score", map[string]string{"f.points": "八十六", "f.comment": "贴近需要"}, "f.points")
		w.do(who, ref, "score", map[string]string{"f.points": "86.5", "f.comment": "贴近需要"})
	}
}

// stale: a page that is older than the case says so and keeps what was written; pressed again, it acts.
func (w *walkers) stale(ref string) {
	w.t.Helper()
	w.wrong("officer", ref, "propose", map[string]string{"f.amount_fen": "三万", "note": "按评审结果"}, "f.amount_fen")
	w.wrong("officer", ref, "propose", map[string]string{"f.amount_fen": "99999999", "note": "按评审结果"}, "f.amount_fen")
	f := fill(w.open("officer", ref, "propose"), map[string]string{"f.amount_fen": "20,000.00", "note": "按评审结果"})
	version := w.version(ref)
	f.Set("_version", fmt.Sprint(version-1)) // as it was when the page was opened
	p := f.Send()
	if p.Status != http.StatusPreconditionFailed || !strings.Contains(p.Main(), "刚刚被别人办过") || w.version(ref) != version {
		w.t.Fatalf("an old page: %d %s", p.Status, p.Main())
	}
	again := p.Form(f.Action)
	if again.Values.Get("f.amount_fen") != "20,000.00" || again.Values.Get("note") != "按评审结果" ||
		again.Values.Get("_version") != fmt.Sprint(version) {
		w.t.Errorf("an old page lost what was written: %v", again.Values)
	}
	if p = again.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "20,000.00") {
		w.t.Fatalf("proposed: %d %s", p.Status, p.Main())
	}
}

// decide: the notice runs out, the head of the county confirms, both sign.
func (w *walkers) decide(ref string) {
	w.t.Helper()
	p := w.at("decider").Get(w.to(ref, "confirm"))
	if p.Find(".problem").Length() == 0 {
		w.t.Errorf("confirm before the notice is over: %s", p.Main())
	}
	w.advance("P12D")
	w.settled("decider", ref, "confirm")
	w.do("decider", ref, "confirm", nil)
	w.wrong("certifier", ref, "sign", nil, "f.answer")
	w.do("certifier", ref, "sign", map[string]string{"f.answer": "sign"})
	w.do("officer", ref, "sign", map[string]string{"f.answer": "sign"})
}

// pay: one prepares, a transfer fails, another releases the second try.
func (w *walkers) pay(ref string) {
	w.t.Helper()
	w.settled("finance1", ref, "pay")
	w.do("finance1", ref, "pay", nil)
	p := ref + "-P1"
	if page := w.at("finance1").Get("/cases/" + p + "/do/release"); page.Sends("/cases/" + p + "/do/release") {
		w.t.Error("who prepares may release")
	}
	w.do("finance2", p, "fail", w.noted("finance2", p, "fail", "账号有误"))
	w.do("finance1", p, "retry", w.noted("finance1", p, "retry", "已更正"))
	for who, now := range map[string]string{"certifier": "正在拨付", "officer": "待复核放款"} {
		if page := w.at(who).Get("/cases/" + ref); !strings.Contains(page.Main(), p+" "+now) {
			w.t.Errorf("%s reads of the payment before its release: %s", who, page.Main())
		}
	}
	w.do("finance2", p, "release", map[string]string{"f.voucher": "记-12"})
	w.until("officer", ref, "funded")
	if page := w.at("certifier").Get("/cases/" + ref); !strings.Contains(page.Main(), "已拨付") {
		w.t.Errorf("the organization does not see its money: %s", page.Main())
	}
	for _, who := range []string{"certifier", "officer"} { // of the grant that is funded the payment itself is paid
		if page := w.at(who).Get("/cases/" + ref); !strings.Contains(page.Main(), p+" 已拨付") {
			w.t.Errorf("%s reads of the payment: %s", who, page.Main())
		}
	}
}

// noted is a note, and what else the form cannot do without, as the page's own choices.
func (w *walkers) noted(login, ref, action, note string) map[string]string {
	w.t.Helper()
	out := map[string]string{"note": note}
	for name, v := range w.example(login, ref, action) {
		maps.Copy(out, map[string]string{"f." + name: asWritten(name, v)})
	}
	return out
}
