package web_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// TestWordsAreSaidInBothLanguages reads every file of the pages: each text stands in Chinese and English, and
// templates hold no words.
func TestWordsAreSaidInBothLanguages(t *testing.T) {
	t.Parallel()
	files := glob(t, "*.go")
	if len(files) < 100 {
		t.Fatal(len(files))
	}
	said := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		src, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := readWords(name, src)
		if err != nil {
			t.Fatal(err)
		}
		said += r.said
		for _, f := range r.faults {
			t.Error(f)
		}
	}
	if said < 150 {
		t.Errorf("only %d sayings were found: is the reader blind?", said)
	}
}

// glob returns the matching files of this package and those below.
func glob(t *testing.T, pattern string) (all []string) {
	t.Helper()
	for _, p := range []string{pattern, filepath.Join("*", pattern)} {
		list, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, list...)
	}
	return slices.DeleteFunc(all, func(f string) bool { return strings.HasPrefix(f, "pagetest") })
}

// TestTemplatesAreGenerated: every template has its Go file, and no Go file is left without its template.
func TestTemplatesAreGenerated(t *testing.T) {
	t.Parallel()
	pairs := func(pattern, suffix string) map[string]bool {
		out := map[string]bool{}
		for _, f := range glob(t, pattern) {
			out[strings.TrimSuffix(f, suffix)] = true
		}
		return out
	}
	templates, generated := pairs("*.templ", ".templ"), pairs("*_templ.go", "_templ.go")
	for name := range templates {
		if !generated[name] {
			t.Errorf("%s.templ has not been generated: run make generate", name)
		}
	}
	for name := range generated {
		if !templates[name] {
			t.Errorf("%s_templ.go is left of a template that has gone", name)
		}
	}
}

func TestTheReaderOfWordsCanFail(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ body, fault string }{
		"nothing wrong":               {`_ = T("好", "good"); _ = text.Text{}; _ = text.Text{ZH: "好", EN: "good"}`, ""},
		"a format":                    {`_ = Either(ctx, fmt.Sprintf("%d 件", 1), fmt.Sprintf("%d cases", 1))`, ""},
		"a language's own name":       {`_ = Either(ctx, "English", "中文")`, ""},
		"English is empty":            {`_ = Either(ctx, "好", "")`, "empty"},
		"Chinese is empty":            {`_ = Either(ctx, "", "good")`, "empty"},
		"English left out of a text":  {`_ = text.Text{ZH: "好"}`, "one language"},
		"Chinese left out of a text":  {`_ = text.Text{EN: "good"}`, "one language"},
		"an empty half of a text":     {`_ = text.Text{ZH: "好", EN: ""}`, "empty"},
		"a text within a map":         {`_ = map[string]text.Text{"a": {ZH: "好"}}`, "one language"},
		"a positional text":           {`_ = text.Text{"好", ""}`, "empty"},
		"a formatted text":            {`_ = text.Format("好 %d", "", 1)`, "empty"},
		"Han in English":              {`_ = Either(ctx, "好", "good 好")`, "Chinese in English"},
		"full width in English":       {`_ = Either(ctx, "好", "good，")`, "Chinese in English"},
		"Han in a format of English":  {`_ = Either(ctx, "好", fmt.Sprintf("%d 件", 1))`, "Chinese in English"},
		"Han in a text's English":     {`_ = text.Text{ZH: "好", EN: "好"}`, "Chinese in English"},
		"English said as Chinese":     {`_ = Either(ctx, "good", "good")`, "no Chinese"},
		"Chinese alone":               {`x := "好"; _ = x`, "without English"},
		"verbs that differ":           {`_ = T("%d 件", "%s cases")`, "other values"},
		"a helper that says":          {`add := func(to, zh, en string) {}; add("/x", "好", "")`, "empty"},
		"a helper that says in order": {`add := func(zh, en string, n int) {}; add("好", "好", 1)`, "Chinese in English"},
		"comparing is not saying":     {`_ = strings.ReplaceAll(s, "（分）", "（元）")`, ""},
		"English in a template":       {write(`<p>Hello</p>`), "in a template"},
		"Chinese in a template":       {write(`<p>您好</p>`), "in a template"},
		"English in a label":          {write(`<nav aria-label=\"Main\"></nav>`), "in a template"},
		"a placeholder in a template": {write(`<input placeholder=\"name\">`), "in a template"},
		"a picture's words":           {write(`<img alt=\"photo\">`), "in a template"},
		"marks are no words":          {write(`<p>· ✓ → ←</p>`), ""},
		"values are no words":         {write(`<input name=\"login\" value=\"yes\" class=\"plain\">`), ""},
		"text cut by an expression":   {write(`<a href=\"`) + ";" + write(`\">`) + ";" + write(`more</a>`), "in a template"},
	} {
		r, err := readWords("snippet_templ.go", []byte("package web\nfunc f() {\n"+row.body+"\n}\n"))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		all := strings.Join(r.faults, "\n")
		if (row.fault == "") != (all == "") || !strings.Contains(all, row.fault) {
			t.Errorf("%s: %q, want %q", name, all, row.fault)
		}
	}
}

func write(html string) string { return `templruntime.WriteString(b, 1, "` + html + `")` }

type reading struct {
	fset   *token.FileSet
	file   string
	sayers map[string][]sayer
	passed map[*ast.BasicLit]bool // in both languages, or not words
	html   strings.Builder
	said   int
	faults []string
}

// sayer is a function with parameters zh and en, from its declaration on.
type sayer struct {
	from token.Pos
	at   int // index of zh; en follows
}

func readWords(name string, src []byte) (*reading, error) {
	r := &reading{fset: token.NewFileSet(), file: name, sayers: map[string][]sayer{
		"Either": {{0, 1}}, "ui.Either": {{0, 1}},
		"text.Format": {{0, 0}}, "t": {{0, 0}}, "T": {{0, 0}}, "ui.T": {{0, 0}}}, passed: map[*ast.BasicLit]bool{}}
	f, err := parser.ParseFile(r.fset, name, src, 0)
	if err != nil {
		return nil, err
	}
	ast.Inspect(f, r.declares)
	ast.Inspect(f, r.look)
	ast.Inspect(f, func(n ast.Node) bool { // look has filled its maps
		if l, ok := n.(*ast.BasicLit); ok && !r.passed[l] && chinese(literal(l)) {
			r.fault(l, "%s without English", l.Value)
		}
		return true
	})
	for _, w := range wordsOfHTML(r.html.String()) {
		r.faults = append(r.faults, fmt.Sprintf("%s: %q stands in a template, not in the copy", name, w))
	}
	return r, nil
}

func (r *reading) fault(n ast.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf("%s: ", r.fset.Position(n.Pos()))+fmt.Sprintf(format, args...))
}

// declares notes functions that take both languages.
func (r *reading) declares(n ast.Node) bool {
	note := func(name string, at token.Pos, f *ast.FuncType) {
		i := 0
		for _, p := range f.Params.List {
			for _, x := range p.Names {
				if x.Name == "zh" {
					r.sayers[name] = append(r.sayers[name], sayer{at, i})
				}
				i++
			}
		}
	}
	switch x := n.(type) {
	case *ast.FuncDecl:
		note(x.Name.Name, x.Pos(), x.Type)
	case *ast.AssignStmt:
		for i, right := range x.Rhs {
			if f, ok := right.(*ast.FuncLit); ok {
				if name, ok := x.Lhs[i].(*ast.Ident); ok {
					note(name.Name, x.Pos(), f.Type)
				}
			}
		}
	}
	return true
}

func (r *reading) look(n ast.Node) bool {
	switch x := n.(type) {
	case *ast.CallExpr:
		r.call(x)
	case *ast.CompositeLit:
		r.composite(x)
	}
	return true
}

func (r *reading) call(c *ast.CallExpr) {
	name := called(c.Fun)
	if strings.HasSuffix(name, ".WriteString") && strings.HasPrefix(name, "templ") && len(c.Args) == 3 {
		if l, ok := c.Args[2].(*ast.BasicLit); ok {
			r.html.WriteString(literal(l))
			r.passed[l] = true
		}
		return
	}
	if strings.HasPrefix(name, "strings.") { // compares or replaces
		for _, l := range literals(c) {
			r.passed[l] = true
		}
		return
	}
	var how *sayer
	for _, s := range r.sayers[name] {
		if s.from <= c.Pos() {
			how = &s
		}
	}
	if how != nil && len(c.Args) > how.at+1 {
		r.pair(c.Args[how.at], c.Args[how.at+1])
	}
}

// composite checks literals of text.Text, however its type is written.
func (r *reading) composite(c *ast.CompositeLit) {
	half := map[string]ast.Expr{}
	for _, e := range c.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			if k, ok := kv.Key.(*ast.Ident); ok && (k.Name == "ZH" || k.Name == "EN") {
				half[k.Name] = kv.Value
			}
		}
	}
	if name := called(c.Type); name == "text.Text" && len(half) == 0 && len(c.Elts) == 2 {
		half["ZH"], half["EN"] = c.Elts[0], c.Elts[1]
	}
	switch len(half) {
	case 1:
		r.fault(c, "a text in one language")
	case 2:
		r.pair(half["ZH"], half["EN"])
	}
}

// pair checks a text in both languages.
func (r *reading) pair(zh, en ast.Expr) {
	r.said++
	if verbs(zh) != verbs(en) {
		r.fault(zh, "other values in English than in Chinese")
	}
	own := false
	for i, side := range []ast.Expr{zh, en} {
		if l, ok := side.(*ast.BasicLit); ok && literal(l) == "" {
			r.fault(l, "a language is empty")
		}
		for _, l := range literals(side) {
			r.passed[l] = true
			if i == 1 && chinese(literal(l)) && literal(l) != "中文" {
				r.fault(l, "Chinese in English: %s", l.Value)
			}
			own = own || i == 1 && literal(l) == "中文"
		}
	}
	l, plain := zh.(*ast.BasicLit)
	if plain && !own && hasLetters(literal(l)) && !chinese(literal(l)) && !codes[literal(l)] {
		r.fault(l, "no Chinese in %s", l.Value)
	}
}

var (
	verb  = regexp.MustCompile(`%(?:\[\d+\])?[-+# 0]*[\d.]*[a-zA-Z%]`)
	index = regexp.MustCompile(`%\[(\d+)\]`)
)

// verbs returns a literal's verbs in order. With explicit indexes a language may leave one out.
func verbs(n ast.Expr) string {
	if _, call := n.(*ast.CallExpr); call {
		return ""
	}
	s := ""
	for _, l := range literals(n) {
		s += literal(l)
	}
	if index.MatchString(s) {
		return ""
	}
	return strings.Join(verbsOf(s), " ")
}

func verbsOf(s string) []string {
	return slices.DeleteFunc(verb.FindAllString(s, -1), func(v string) bool { return v == "%%" })
}

// TestTextsGetTheirValues: Say passes as many values as the text has verbs, which the compiler cannot check.
func TestTextsGetTheirValues(t *testing.T) {
	t.Parallel()
	texts, calls := map[string]int{}, 0 // by package and name
	var files []*ast.File
	var dirs []string
	for _, name := range glob(t, "*.go") {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		files, dirs = append(files, f), append(dirs, filepath.Dir(name))
		ast.Inspect(f, func(n ast.Node) bool {
			v, ok := n.(*ast.ValueSpec)
			if !ok || len(v.Values) != 1 {
				return true
			}
			if c, ok := v.Values[0].(*ast.CallExpr); ok && strings.TrimPrefix(called(c.Fun), "ui.") == "T" {
				texts[filepath.Dir(name)+"."+v.Names[0].Name] = max(valuesOf(literals(c.Args[0])),
					valuesOf(literals(c.Args[1])))
			}
			return true
		})
	}
	for i, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			c, ok := n.(*ast.CallExpr)
			if !ok || strings.TrimPrefix(called(c.Fun), "ui.") != "Say" || len(c.Args) < 2 {
				return true
			}
			want, known := texts[dirs[i]+"."+called(c.Args[1])]
			calls++
			if known && want != len(c.Args)-2 {
				t.Errorf("%s: Say(%s) with %d values, its text asks for %d", dirs[i], called(c.Args[1]), len(c.Args)-2, want)
			}
			return true
		})
	}
	if len(texts) < 500 || calls < 800 {
		t.Errorf("%d texts, %d calls: is the reader blind?", len(texts), calls)
	}
}

// valuesOf returns the number of a format's values: its highest index, or its count of verbs.
func valuesOf(parts []*ast.BasicLit) (n int) {
	s := ""
	for _, l := range parts {
		s += literal(l)
	}
	for _, v := range verbsOf(s) {
		if m := index.FindStringSubmatch(v); m != nil {
			i, _ := strconv.Atoi(m[1])
			n = max(n, i)
		} else {
			n++
		}
	}
	return n
}

// codes of languages are for browsers.
var codes = map[string]bool{"en": true, "zh-CN": true}

func called(e ast.Expr) string {
	switch x := e.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		if of, ok := x.X.(*ast.Ident); ok {
			return of.Name + "." + x.Sel.Name
		}
	}
	return ""
}

func literals(n ast.Node) (out []*ast.BasicLit) {
	ast.Inspect(n, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			out = append(out, l)
		}
		return true
	})
	return out
}

func literal(l *ast.BasicLit) string {
	if l.Kind != token.STRING {
		return ""
	}
	s, err := strconv.Unquote(l.Value)
	if err != nil {
		return l.Value
	}
	return s
}

// chinese reports whether s has Han characters or their punctuation.
func chinese(s string) bool {
	return strings.ContainsFunc(s, func(c rune) bool {
		return unicode.Is(unicode.Han, c) || c >= 0x3000 && c <= 0x303f || c >= 0xff00 && c <= 0xffef
	})
}

func hasLetters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }
