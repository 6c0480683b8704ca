package pagetest_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"incubase/web/pagetest"
)

// TestBrowserFindsWhatIsWrong: a page with every fault shows each kind, a sound page none.
func TestBrowserFindsWhatIsWrong(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if r.URL.Path == "/good" {
			_, _ = io.WriteString(w,
				`<!DOCTYPE html><html lang="zh"><head><title>好</title></head><body style="font-size:18px"><main><h1>好</h1><p>看<a href="/">这里</a>吧</p></main></body></html>`)
			return
		}
		w.Header().Set("Content-Security-Policy", "script-src 'none'; style-src 'unsafe-inline'")
		_, _ = io.WriteString(w,
			`<!DOCTYPE html><html><body style="font-size:12px"><img src="/x"><a href="/">go</a><div style="width:2000px">wide</div><script>1</script></body></html>`)
	}))
	defer s.Close()
	tab := b.Tab(t, s.URL)
	tab.Size(360, 740)
	tab.Visit("/bad")
	m := tab.Measure()
	if len(m.Targets) != 1 || m.Targets[0].Height > 40 || len(m.Wide) == 0 || m.Font != 12 || len(m.Policy) == 0 {
		t.Errorf("a bad page measures %+v", m)
	}
	for _, rule := range []string{"document-title", "html-has-lang", "image-alt"} {
		if found := strings.Join(tab.Axe(), "\n"); !strings.Contains(found, rule) {
			t.Errorf("axe-core does not find %s: %s", rule, found)
		}
	}
	tab.Visit("/good")
	if m := tab.Measure(); len(m.Targets) != 0 || len(m.Wide) != 0 || m.Font != 18 || len(m.Policy) != 0 ||
		m.Lang != "zh" {
		t.Errorf("a good page measures %+v", m)
	}
	tab.Zoom(200)
	if found := tab.Axe(); len(found) > 0 {
		t.Errorf("a good page: %v", found)
	}
}

func TestVisitorReadsForms(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_ = r.ParseForm()
			_, _ = io.WriteString(w, r.PostForm.Encode())
			return
		}
		_, _ = io.WriteString(w,
			`<form method="post" action="/x"><input name="a" value="1&quot;"><input type="radio" name="r" value="p"><input type="radio" name="r" value="q" checked>
			<input type="checkbox" name="c" value="on"><select name="s"><option value="u"><option value="v"
			selected></select><textarea name="t">
one
two</textarea><input type="file" name="f"><button name="go" value="x">go</button></form>`)
	}))
	defer s.Close()
	f := pagetest.NewVisitor(t, s.URL, "zh").Get("/").Form("/x")
	if got := f.Send().Words(); got != "a=1%22&r=q&s=v&t=one%0Atwo" {
		t.Errorf("sent %q", got)
	}
	f.Set("c", "on")
	if !f.Has("c") || f.Has("go") || !strings.Contains(f.Send().Words(), "c=on") {
		t.Error("a box that is ticked is not sent")
	}
}
