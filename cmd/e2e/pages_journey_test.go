package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/web/pagetest"
)

// wrong sends something that must be named at its field, with everything written kept.
func (w *walkers) wrong(login, ref, action string, fields map[string]string, field string) {
	w.T.Helper()
	before := w.version(ref)
	p := w.Open(login, ref, action).Fill(fields).Send()
	if p.Status != http.StatusUnprocessableEntity {
		w.T.Fatalf("%s of %s by %s with %v: %d %s", action, ref, login, fields, p.Status, p.Main())
	}
	id := "f-" + strings.TrimPrefix(field, "f.")
	if !slices.Contains(p.Links(), "#"+id) || p.Find(pagetest.With("id", id)).Length() != 1 ||
		p.Find(pagetest.With("id", id+"-fault")).Length() != 1 {
		w.T.Errorf("%s of %s does not name %s: %s", action, ref, field, p.Main())
	}
	if p.Find("[role=alert]").Length() == 0 {
		w.T.Errorf("%s of %s: nothing is read out", action, ref)
	}
	f := p.Form(w.To(ref, action))
	for name, value := range fields {
		if f.Values.Get(name) != value {
			w.T.Errorf("%s of %s: %q was written in %s, %q is left", action, ref, value, name, f.Values.Get(name))
		}
	}
	if w.version(ref) != before {
		w.T.Errorf("%s of %s with a wrong value did something", action, ref)
	}
}

func (w *walkers) version(ref string) float64 {
	w.T.Helper()
	return w.Want(http.StatusOK, "GET", "/cases/"+ref, "auditor", nil).Body["version"].(float64)
}

// TestGrantJourneyOverPages carries an application over pages alone, with wrong values, an old page, a double press and
// the back button.
func TestGrantJourneyOverPages(t *testing.T) {
	t.Parallel()
	underOtherNames(t, grantJourneyOverPages)
}

func grantJourneyOverPages(s *site) {
	w := &walkers{s}
	round, _ := w.Round()
	var ref string
	w.stage("apply", func() { ref = w.Apply(round) })
	w.stage("submit", func() { w.submit(ref) })
	w.stage("return", func() { w.comeBack(ref) })
	w.stage("admit twice", func() { w.twice(ref) })
	w.stage("review", func() { w.review(ref) })
	w.stage("propose on an old page", func() {
		w.Do("women", ref, "cosign", map[string]string{"f.answer": "agree", "f.opinion": "支持"})
		w.Advance("P10D")
		w.Settled("officer", ref, "propose")
		w.stale(ref)
	})
	w.stage("decide and sign", func() { w.decide(ref) })
	w.stage("pay", func() { w.pay(ref) })
	w.stage("every record verifies", w.Verified)
}

func (w *walkers) comeBack(ref string) {
	w.T.Helper()
	w.wrong("officer", ref, "return", map[string]string{"note": ""}, "note")
	w.Do("officer", ref, "return", map[string]string{"note": "请补充活动照片"})
	if p := w.At("certifier").Get("/cases/" + ref); !strings.Contains(p.Main(), "请补充活动照片") {
		w.T.Errorf("the applicant does not read why: %s", p.Main())
	}
	w.Do("certifier", ref, "resubmit", nil)
}

// submit is the head's; others see why not.
func (w *walkers) submit(ref string) {
	w.T.Helper()
	p := w.At("applicant").Get(w.To(ref, "submit"))
	if p.Sends(w.To(ref, "submit")) {
		w.T.Error("who drafts may submit")
	}
	receipt := w.Do("certifier", ref, "submit", nil)
	if !strings.HasSuffix(receipt.At.Path, "/receipt") || !strings.Contains(receipt.Main(), ref) {
		w.T.Errorf("a submission ends at %s: %s", receipt.At, receipt.Main())
	}
	if strings.Contains(receipt.Body, "<script>alert") {
		w.T.Error("a script in the title got through")
	}
}

// twice: a form sent twice acts once, and both answers say done; with other words it does nothing.
func (w *walkers) twice(ref string) {
	w.T.Helper()
	f := w.Open("officer", ref, "admit").Fill(map[string]string{"note": "材料齐全"})
	first := f.Send()
	version := w.version(ref)
	second := f.Send() // a double press
	if first.Status != http.StatusOK || second.Status != http.StatusOK || !strings.Contains(second.Main(), "已办理") ||
		second.At.Path != first.At.Path {
		w.T.Errorf("twice: %d %d at %s: %s", first.Status, second.Status, second.At, second.Main())
	}
	if w.version(ref) != version {
		w.T.Error("a form sent twice acted twice")
	}
	f.Set("note", "材料齐全，改了一句") // the back button, then another try
	third := f.Send()
	if third.Status != http.StatusConflict || w.version(ref) != version || !strings.Contains(third.Main(), "材料齐全，改了一句") {
		w.T.Errorf("an old form did something: %d %s", third.Status, third.Main())
	}
	if third.Sends(f.Action) {
		w.T.Error("what cannot be done has a form")
	}
}

// review: two declare and score, one withdraws and is led away.
func (w *walkers) review(ref string) {
	w.T.Helper()
	f := w.Open("reviewer3", ref, "declare").Fill(map[string]string{"f.conflict": "true", "f.reason": "曾在该组织任职"})
	for range 2 {
		if p := f.Send(); p.Status != http.StatusOK || p.At.Path != "/" || !strings.Contains(p.Main(), "已办理") {
			w.T.Errorf("who withdraws lands at %s: %d %s", p.At, p.Status, p.Main())
		}
	}
	for _, who := range []string{"reviewer1", "reviewer2"} {
		w.Do(who, ref, "declare", map[string]string{"f.conflict": "false"})
		w.wrong(who, ref, "score", map[string]string{"f.points": "101", "f.comment": "贴近需要"}, "f.points")
		w.wrong(who, ref, "score", map[string]string{"f.points": "八十六", "f.comment": "贴近需要"}, "f.points")
		w.Do(who, ref, "score", map[string]string{"f.points": "86.5", "f.comment": "贴近需要"})
	}
}

// stale: an old page says so and keeps what was written; pressed again, it acts.
func (w *walkers) stale(ref string) {
	w.T.Helper()
	w.wrong("officer", ref, "propose", map[string]string{"f.amount_fen": "三万", "note": "按评审结果"}, "f.amount_fen")
	w.wrong("officer", ref, "propose", map[string]string{"f.amount_fen": "99999999", "note": "按评审结果"}, "f.amount_fen")
	f := w.Open("officer", ref, "propose").Fill(map[string]string{"f.amount_fen": "20,000.00", "note": "按评审结果"})
	version := w.version(ref)
	f.Set("_version", fmt.Sprint(version-1)) // as it was when the page was opened
	p := f.Send()
	if p.Status != http.StatusPreconditionFailed || !strings.Contains(p.Main(), "刚刚被别人办过") || w.version(ref) != version {
		w.T.Fatalf("an old page: %d %s", p.Status, p.Main())
	}
	again := p.Form(f.Action)
	if again.Values.Get("f.amount_fen") != "20,000.00" || again.Values.Get("note") != "按评审结果" ||
		again.Values.Get("_version") != fmt.Sprint(version) {
		w.T.Errorf("an old page lost what was written: %v", again.Values)
	}
	if p = again.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "20,000.00") {
		w.T.Fatalf("proposed: %d %s", p.Status, p.Main())
	}
}

func (w *walkers) decide(ref string) {
	w.T.Helper()
	p := w.At("decider").Get(w.To(ref, "confirm"))
	if p.Find(".problem").Length() == 0 {
		w.T.Errorf("confirm before the notice is over: %s", p.Main())
	}
	w.Advance("P12D")
	w.Settled("decider", ref, "confirm")
	w.Do("decider", ref, "confirm", nil)
	w.wrong("certifier", ref, "sign", nil, "f.answer")
	w.Do("certifier", ref, "sign", map[string]string{"f.answer": "sign"})
	w.Do("officer", ref, "sign", map[string]string{"f.answer": "sign"})
}

// pay: one prepares, a transfer fails, another releases the retry.
func (w *walkers) pay(ref string) {
	w.T.Helper()
	w.Settled("finance1", ref, "pay")
	w.Do("finance1", ref, "pay", nil)
	p := ref + "-P1"
	if page := w.At("finance1").Get("/cases/" + p + "/do/release"); page.Sends("/cases/" + p + "/do/release") {
		w.T.Error("who prepares may release")
	}
	w.Do("finance2", p, "fail", w.noted("finance2", p, "fail", "账号有误"))
	w.Do("finance1", p, "retry", w.noted("finance1", p, "retry", "已更正"))
	for who, now := range map[string]string{"certifier": "正在拨付", "officer": "待复核放款"} {
		if page := w.At(who).Get("/cases/" + ref); !strings.Contains(page.Main(), p+" "+now) {
			w.T.Errorf("%s reads of the payment before its release: %s", who, page.Main())
		}
	}
	w.Do("finance2", p, "release", map[string]string{"f.voucher": "记-12"})
	w.until("officer", ref, "funded")
	if page := w.At("certifier").Get("/cases/" + ref); !strings.Contains(page.Main(), "已拨付") {
		w.T.Errorf("the organization does not see its money: %s", page.Main())
	}
	for _, who := range []string{"certifier", "officer"} { // of the grant that is funded the payment itself is paid
		if page := w.At(who).Get("/cases/" + ref); !strings.Contains(page.Main(), p+" 已拨付") {
			w.T.Errorf("%s reads of the payment: %s", who, page.Main())
		}
	}
}

// noted returns a note and the first choice of each field that the form requires.
func (w *walkers) noted(login, ref, action, note string) map[string]string {
	w.T.Helper()
	out := map[string]string{"note": note}
	for name, v := range w.Example(login, ref, action) {
		maps.Copy(out, map[string]string{"f." + name: apptest.AsWritten(name, v)})
	}
	return out
}
