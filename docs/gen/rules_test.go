package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"incubase/api/edge"
)

// TestEveryRuleHasWords compares the rules that the code says no by, and its kinds of problems, with docs/errors.md.
func TestEveryRuleHasWords(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	said := rulesOfCode(t)
	if len(said) < 80 || !slices.Contains(said, "one_live_application") || !slices.Contains(said, "round_decided") || !slices.Contains(said, "envelope") {
		t.Fatalf("the code has been read badly: %d rules, %v", len(said), said)
	}
	for _, name := range said {
		if !strings.Contains(string(page), "| `"+name+"` | ") || ruleWords[name] == (ruleText{}) {
			t.Errorf("docs/errors.md has no words on the rule %s: say what it means and what to do in docs/gen/rules.go", name)
		}
	}
	for name := range ruleWords {
		if !slices.Contains(said, name) {
			t.Errorf("docs/gen/rules.go has words on %s, which no code says", name)
		}
	}
	slugs := slugsOfCode(t)
	if len(slugs) < 25 {
		t.Fatalf("the kinds of problems have been read badly: %v", slugs)
	}
	for _, slug := range slugs {
		if k, ok := edge.Kinds()[slug]; !ok || !k.Title.Complete() || !strings.Contains(string(page), "| `/problems/"+slug+"` | ") {
			t.Errorf("docs/errors.md has no words on /problems/%s: it is missing in edge.Kinds", slug)
		}
	}
}

// sayers are the functions that name a rule, by the place of its name among their arguments.
var sayers = map[string]int{"no": 0, "forbid": 0, "gate": 0, "quiet": 0, "rule": 1}

// rulesOfCode are the names of rules that the program's own files mention as such.
func rulesOfCode(t *testing.T) []string {
	t.Helper()
	constants, names := map[string]string{}, map[string]bool{}
	add := func(e ast.Expr) {
		name := ""
		switch e := e.(type) {
		case *ast.BasicLit:
			name, _ = strconv.Unquote(e.Value)
		case *ast.Ident:
			name = constants[e.Name]
		}
		if name != "" {
			names[name] = true
		}
	}
	files := parsed(t, "workflow", "db", "api", "web", "cmd/incubase")
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Names) == 1 && len(v.Values) == 1 {
				if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
					constants[v.Names[0].Name], _ = strconv.Unquote(lit.Value)
				}
			}
			return true
		})
	}
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if fun, ok := n.Fun.(*ast.Ident); ok {
					if at, ok := sayers[fun.Name]; ok && len(n.Args) > at+1 {
						add(n.Args[at])
					}
				}
			case *ast.KeyValueExpr:
				if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Rule" {
					add(n.Value)
				}
			}
			return true
		})
	}
	var out []string
	for name := range names {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// slugsOfCode are the kinds of problems that package edge declares.
func slugsOfCode(t *testing.T) (out []string) {
	t.Helper()
	for _, f := range parsed(t, "api/edge") {
		ast.Inspect(f, func(n ast.Node) bool {
			if c, ok := n.(*ast.CompositeLit); ok && len(c.Elts) >= 3 {
				if name, ok := c.Type.(*ast.Ident); ok && name.Name == "kind" {
					if lit, ok := c.Elts[1].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						slug, _ := strconv.Unquote(lit.Value)
						out = append(out, slug)
					}
				}
			}
			return true
		})
	}
	return out
}

// parsed are the program's files below some folders, without tests and without the tools that only tests run.
func parsed(t *testing.T, folders ...string) (out []*ast.File) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
			out = append(out, f)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}
