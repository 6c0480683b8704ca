package cases_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestTheTextIsReadWhereItIsSigned: the page that signs has the whole agreement and its sum. If another text is in
// force, nothing is signed and the text is shown again.
func TestTheTextIsReadWhereItIsSigned(t *testing.T) {
	t.Parallel()
	w := newSite(t, demo.LoadPeople)
	round, _ := w.Round()
	ref := w.Proposed(round, "星期三学校")
	w.Advance("P12D")
	w.Settled("decider", ref, "confirm")
	w.Act("decider", ref, "confirm", nil)
	if c := w.At("officer").Get("/cases/" + ref); !strings.Contains(c.Main(), "资助协议") ||
		!strings.Contains(c.Main(), "待签署") {
		t.Errorf("the case does not say that its agreement waits to be signed: %s", c.Main())
	}
	hash := w.Signature("certifier", ref)["sha256"].(string)

	f := w.Open("certifier", ref, "sign")
	page := w.At("certifier").Get("/cases/" + ref + "/do/sign")
	for _, want := range []string{"项目资助协议", "编号：" + ref, "第一条 资助金额", "第六条 生效", "待签署", "尚未签署", hash, "签署资助协议（"} {
		if !strings.Contains(page.Main(), want) {
			t.Errorf("the page that signs lacks %q", want)
		}
	}
	if got := f.Values.Get("f.sha256"); got != hash {
		t.Fatalf("the page names %q, the agreement is %q", got, hash)
	}
	f.Set("f.answer", "sign")
	f.Set("f.sha256", strings.Repeat("0", 64))
	p := f.Send()
	if p.Status != http.StatusPreconditionFailed || !strings.Contains(p.Main(), "还没有签署") ||
		!strings.Contains(p.Main(), "第一条 资助金额") {
		t.Fatalf("another text: %d %s", p.Status, p.Main())
	}
	if n := len(w.Want(200, "GET", "/cases/"+ref, "officer", nil).Body["approvals"].([]any)); n != 0 {
		t.Errorf("another text is signed %d times", n)
	}
	f = p.Form("/cases/" + ref + "/do/sign")
	f.Set("f.answer", "sign")
	if p = f.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "已办理") {
		t.Fatalf("signed after reading again: %d %s", p.Status, p.Main())
	}
	if second := w.At("officer").Get("/cases/" + ref + "/do/sign"); !strings.Contains(second.Main(), "在线签署") ||
		!strings.Contains(second.Main(), "尚未签署") {
		t.Errorf("the other side does not see who has signed: %s", second.Main())
	}
	w.Do("officer", ref, "sign", map[string]string{"f.answer": "sign"})
	if c := w.At("officer").Get("/cases/" + ref); strings.Contains(c.Main(), "待签署") {
		t.Errorf("the signed agreement still waits: %s", c.Main())
	}
	w.Verified()
}
