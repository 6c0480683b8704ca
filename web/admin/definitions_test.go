package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/workflow/catalog"
)

// TestDefinitionsByPages: a definition is checked with faults by line, compared with the one in use, and loaded by
// those who may; its texts stay texts.
func TestDefinitionsByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	b, err := catalog.Source("payment")
	if err != nil {
		t.Fatal(err)
	}
	source := string(b)
	v := s.Visit("sysadmin", "zh")
	send := func(what, source string) (int, string, string) {
		f := v.Get("/workflows/check").Form("/workflows/check")
		f.Set("source", strings.ReplaceAll(source, "\n", "\r\n"))
		f.Values.Set("what", what)
		p := f.Send()
		return p.Status, p.Main(), p.At.RequestURI()
	}
	if status, said, _ := send("check", source); status != http.StatusOK || !strings.Contains(said, "没有错误") ||
		!strings.Contains(said, "没有差别") {
		t.Errorf("the definition in use: %d %s", status, said)
	}
	version := "version: 1\n"
	if !strings.Contains(source, version) {
		t.Fatal("the shipped definition has another version now")
	}
	next := strings.Replace(source, version, "version: 77\n", 1)
	if status, said, _ := send("check", strings.Replace(next, "version: 77\n", "version: 77\nnonsense: 1\n",
		1)); status != http.StatusUnprocessableEntity || !strings.Contains(said, "行") || !strings.Contains(said, "nonsense") {
		t.Errorf("an unknown field: %d %s", status, said)
	}
	title := "title: {zh: "
	evilNext := strings.Replace(next, title, title+`"`+strings.ReplaceAll(apptest.Evil("FLOW"), `"`, `\"`)+`", old: `, 1)
	evilNext = strings.Replace(evilNext, ", old: ", ", en: x } # ", 1)
	status, said, _ := send("check", evilNext)
	if status != http.StatusOK || !strings.Contains(said, "title.zh") || !strings.Contains(said, apptest.Evil("FLOW")) {
		t.Fatalf("a new version: %d %s", status, said)
	}
	status, said, at := send("load", evilNext)
	if status != http.StatusOK || at != "/workflows/payment?version=77" || !strings.Contains(said, apptest.Evil("FLOW")) {
		t.Fatalf("loaded: %d at %s: %s", status, at, said)
	}
	svg := v.Get("/workflows/payment/diagram.svg?version=77")
	if svg.Status != http.StatusOK || strings.Contains(svg.Body, "<script") || strings.Contains(svg.Body, "<img") ||
		!strings.Contains(svg.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("the diagram: %d %s", svg.Status, svg.Header)
	}
	if p := v.Get("/workflows/payment/diff?from=1&to=77"); p.Status != http.StatusOK ||
		!strings.Contains(p.Main(), "title.zh") || !strings.Contains(p.Main(), "名称：由「") ||
		strings.Contains(p.Main(), "actions.") {
		t.Errorf("the difference: %d %s", p.Status, p.Main())
	}
	if status, said,
		_ := send("load", strings.Replace(evilNext, "FLOW", "FLAW", 1)); status != http.StatusUnprocessableEntity &&
		status != http.StatusConflict || !strings.Contains(said, "FLAW") {
		t.Errorf("the same version with other content: %d %s", status, said)
	}
	for _, path := range []string{"/workflows/none", "/workflows/grant?version=9", "/workflows/grant?version=x",
		"/workflows/grant/diff?from=1&to=9"} {
		if p := v.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	officer := s.Visit("officer", "zh")
	token := officer.Get("/").Form("/logout").Values.Get("_token")
	for _, what := range []string{"check", "load"} {
		form := map[string][]string{"_token": {token}, "what": {what},
			"source": {strings.Replace(next, "version: 77", "version: 78", 1)}}
		if p := officer.Post(s.URL+"/workflows/check", form); p.Status != http.StatusNotFound {
			t.Errorf("an officer may %s a definition: %d", what, p.Status)
		}
	}
	if p := officer.Get("/workflows/payment?version=78"); p.Status != http.StatusNotFound {
		t.Errorf("an officer loads a definition: %d", p.Status)
	}
	if p := officer.Get("/workflows"); p.Status != http.StatusOK || strings.Contains(p.Body, "/workflows/check") {
		t.Errorf("an officer is offered the check: %d", p.Status)
	}
}
