package e2e

import (
	"fmt"
	"html"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestTextsComeOutAsTexts writes scripts, quotes and formulas into everything that people write, then reads every
// linked page as everybody: each text is shown as text alone.
func TestTextsComeOutAsTexts(t *testing.T) {
	t.Parallel()
	w := &walkers{newSite(t, demo.LoadPeople)}
	round, _ := w.Round()
	org := w.Want(http.StatusOK, "GET", "/me", "certifier", nil).Body["organization"]
	for _, change := range []struct {
		sql  string
		args []any
	}{
		{`update organizations set name = $1 where id = $2`, []any{apptest.Evil("ORG"), org}},
		{`update users set name = $1 where login = 'officer'`, []any{apptest.Evil("WHO")}},
		{`update rounds set name_zh = $1, name_en = $2 where id = $3`, []any{apptest.Evil("RZH"), apptest.Evil("REN"),
			round}},
	} {
		if _, err := w.Owner.ExecContext(t.Context(), change.sql, change.args...); err != nil {
			t.Fatal(err)
		}
	}
	ref := w.evilApplication(round)
	w.evilLife(ref)

	seen := map[string]bool{}
	pages := 0
	for _, login := range []string{"", "applicant", "officer", "decider", "reviewer1", "women", "auditor", "sysadmin",
		"secadmin", "auditadmin"} {
		for _, lang := range []string{"zh", "en"} {
			pages += w.crawl(login, lang, 70, seen)
		}
	}
	t.Log(pages, "pages read")
	for _, name := range []string{"ORG", "WHO", "RZH", "REN", "PRJ", "ANS", "LNE", "RET", "SCO", "OPI", "OBJ", "NAM",
		"TEL", "FIL", "RES", "URL"} {
		if !seen[name] {
			t.Errorf("%s was not seen on any page: is it shown at all?", name)
		}
	}
}

func (w *walkers) evilApplication(round string) (ref string) {
	w.T.Helper()
	v := w.At("applicant")
	f := v.Get("/apply?round=" + round).Form("/apply")
	p := f.Fill(map[string]string{"project": "new", "title": apptest.Evil("PRJ") + "\u202e"}).Send()
	if p.Status != http.StatusUnprocessableEntity {
		w.T.Errorf("a title that runs backwards: %d", p.Status)
	}
	p = p.Form("/apply").Fill(map[string]string{"title": apptest.Evil("PRJ")}).Send()
	ref, _, _ = strings.Cut(strings.TrimPrefix(p.At.Path, "/cases/"), "/form")
	answers := w.Answers(ref)
	for name, q := range w.Form("grant")["properties"].(map[string]any) {
		x := q.(map[string]any)
		most, bounded := x["maxLength"].(float64)
		if x["type"] == "string" && x["enum"] == nil && x["format"] == nil && x["pattern"] == nil && (!bounded || most > 80) {
			answers.Set("q."+name, apptest.Evil("ANS"))
		}
	}
	for name := range answers {
		if parts := strings.Split(name, "."); len(parts) == 4 && parts[3] == "item" {
			answers.Set(name, apptest.Evil("LNE"))
		}
	}
	for step := 0; p.At.Query().Get("step") != "review" && step < 40; step++ {
		p = w.Step(p, ref, answers)
	}
	upload := v.Get("/cases/" + ref).Form("/cases/" + ref + "/files")
	upload.Files["file"] = pagetest.File{Name: `FIL"><script>mk()<script>.pdf`,
		Content: "%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"}
	if p = upload.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "文件已收到") {
		w.T.Fatalf("upload: %d %s", p.Status, p.Main())
	}
	w.download(p)
	for name, content := range map[string]string{"a.html": "<script>mk()</script>",
		"a.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="mk()"/>`, "a.pdf": "<html><script>mk()</script></html>"} {
		upload.Files["file"] = pagetest.File{Name: name, Content: content}
		if p = upload.Send(); p.Status != http.StatusUnsupportedMediaType || p.Find("h1").Length() != 1 {
			w.T.Errorf("%s was taken in: %d", name, p.Status)
		}
	}
	return ref
}

// download: a file is saved, never shown, by those who may read the case.
func (w *walkers) download(p *pagetest.Page) {
	w.T.Helper()
	to := p.Following("/files/")
	file := w.At("applicant").Get(to)
	if file.Status != http.StatusOK || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment") ||
		file.Header.Get("Content-Type") != "application/pdf" ||
		file.Header.Get("X-Content-Type-Options") != "nosniff" ||
		file.Header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" ||
		file.Header.Get("Cache-Control") != "no-store" {
		w.T.Errorf("%s: %d %v", to, file.Status, file.Header)
	}
	for _, login := range []string{"certifier2", "reviewer4"} {
		if p := w.At(login).Get(to); p.Status != http.StatusNotFound {
			w.T.Errorf("%s reads another's file: %d", login, p.Status)
		}
	}
	if p := w.Visit("", "zh").Stay("GET", to, nil); p.Status != http.StatusSeeOther {
		w.T.Errorf("nobody reads a file: %d", p.Status)
	}
}

func (w *walkers) evilLife(ref string) {
	w.T.Helper()
	w.Do("certifier", ref, "submit", nil)
	w.wrong("officer", ref, "return", map[string]string{"note": "RET\u2066x"}, "note")
	w.Do("officer", ref, "return", map[string]string{"note": apptest.Evil("RET")})
	w.Do("certifier", ref, "resubmit", nil)
	w.Do("officer", ref, "admit", nil)
	for _, who := range []string{"reviewer1", "reviewer2"} {
		w.Do(who, ref, "declare", map[string]string{"f.conflict": "false"})
		w.Do(who, ref, "score", map[string]string{"f.points": "90", "f.comment": apptest.Evil("SCO")})
	}
	w.Do("women", ref, "cosign", map[string]string{"f.answer": "comment", "f.opinion": apptest.Evil("OPI")})
	w.Advance("P10D")
	w.Settled("officer", ref, "propose")
	w.Do("officer", ref, "propose", map[string]string{"f.amount_fen": "10000"})
	public := w.Visit("", "zh")
	notice := public.Get("/notices").Following("/notices/")
	said := map[string]string{"text": apptest.Evil("OBJ"), "name": apptest.Evil("NAM"), "contact": apptest.Evil("TEL")}
	if p := public.Get(notice).Form(notice + "/object").Fill(said).Send(); p.Status != http.StatusOK ||
		!strings.Contains(p.Main(), "收到") {
		w.T.Fatalf("object: %d %s", p.Status, p.Main())
	}
	w.Do("decider", ref, "resolve", map[string]string{"f.upheld": "false", "f.reason": apptest.Evil("RES")})
}

// crawl follows every link: none is dead, and every form has its token.
func (w *walkers) crawl(login, lang string, most int, seen map[string]bool) int {
	w.T.Helper()
	v := w.Visit(login, lang)
	echoes := "/cases?q=" + escape(apptest.Evil("URL"))
	first := []string{"/", echoes, "/login?next=" + escape("/"+apptest.Evil("URL")), "/no/" + escape(apptest.Evil("URL")),
		"/apply?words=" + escape(apptest.Evil("URL"))}
	queue := slices.Clone(first)
	known := map[string]bool{}
	for read := 0; ; read++ {
		if len(queue) == 0 || read == most {
			return read
		}
		to := queue[0]
		queue = queue[1:]
		p := v.Get(to)
		if p.Status >= 500 || p.Status >= 400 && !slices.Contains(first, to) {
			w.T.Errorf("%s for %q, in %s: a link leads to %d: %s", to, login, lang, p.Status, p.Main())
		}
		if !strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			continue
		}
		for _, f := range p.Forms() {
			if f.Method == "post" && login != "" && f.Values.Get("_token") == "" {
				w.T.Errorf("%s for %q: the form for %s has no token", to, login, f.Action)
			}
		}
		for _, problem := range alive(p) {
			w.T.Errorf("%s for %q: %s", to, login, problem)
		}
		body := html.UnescapeString(p.Body)
		for _, name := range []string{"ORG", "WHO", "RZH", "REN", "PRJ", "ANS", "LNE", "RET", "SCO", "OPI", "OBJ", "NAM",
			"TEL", "RES", "URL"} {
			seen[name] = seen[name] || strings.Contains(body, apptest.Evil(name))
		}
		seen["FIL"] = seen["FIL"] || strings.Contains(body, "FIL__")
		for _, l := range p.Links() {
			l, _, _ = strings.Cut(l, "#")
			if strings.HasPrefix(l, "/") && !known[l] {
				known[l] = true
				queue = append(queue, l)
			}
		}
	}
}

// alive returns what in a page is more than text although people wrote it.
func alive(p *pagetest.Page) (out []string) {
	if p.Find(`script:not([src^="/static/"])`).Length() > 0 {
		out = append(out, "a script of its own")
	}
	for _, n := range p.Find("*").Nodes {
		for _, a := range n.Attr {
			value := strings.ToLower(strings.TrimSpace(a.Val))
			if strings.HasPrefix(a.Key, "on") || a.Key == "style" || a.Key == "srcdoc" {
				out = append(out, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
			if (a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction") &&
				(value == "x" || strings.HasPrefix(value, "javascript:") || strings.HasPrefix(value, "data:") ||
					strings.HasPrefix(value, "//")) {
				out = append(out, fmt.Sprintf("<%s %s=%q>", n.Data, a.Key, a.Val))
			}
		}
	}
	if strings.ContainsAny(p.Body, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200e\u200f") {
		out = append(out, "characters that turn text around")
	}
	return slices.Compact(out)
}

func escape(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

func TestWhatIsAliveIsFound(t *testing.T) {
	t.Parallel()
	for content, bad := range map[string]bool{
		html.EscapeString(apptest.Evil("X")): false, apptest.Evil("X"): true, `<a href="javascript:mk()">x</a>`: true,
		`<p onclick="mk()">x</p>`:    true,
		`<p style="color:red">x</p>`: true, "abc\u202etxt": true, `<a href="//evil.example">x</a>`: true,
		`<a href="/cases">=1+1</a>`: false,
	} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		if found := alive(&pagetest.Page{Document: doc, Body: content}); (len(found) > 0) != bad {
			t.Errorf("%q: %v", content, found)
		}
	}
}
