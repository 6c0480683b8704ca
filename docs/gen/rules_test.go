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

func TestEveryRuleHasWords(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "errors.md"))
	if err != nil {
		t.Fatal(err)
	}
	said := rulesOfCode(t)
	if len(said) < 80 || !slices.Contains(said, "one_live_application") || !slices.Contains(said, "round_decided") ||
		!slices.Contains(said, "envelope") {
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
		if k, ok := edge.Kinds()[slug]; !ok || !k.Title.Complete() || !strings.Contains(string(page),
			"| `/problems/"+slug+"` | ") {
			t.Errorf("docs/errors.md has no words on /problems/%s: it is missing in edge.Kinds", slug)
		}
	}
}

// sayersOf returns the functions that take a rule's name, with its index among their arguments: those that refuse,
// those that pass it on to one, and the constructors of guards.
func sayersOf(files []*ast.File) map[string]int {
	sayers := map[string]int{"Gate": 0, "Quiet": 0}
	for grown := true; grown; {
		grown = false
		for _, f := range files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil || fn.Recv != nil { // several methods share a name
					continue
				}
				at := 0
				for _, p := range fn.Type.Params.List {
					for _, name := range p.Names {
						if _, known := sayers[fn.Name.Name]; !known && handsOn(fn.Body, name.Name, sayers) {
							sayers[fn.Name.Name], grown = at, true
						}
						at++
					}
				}
			}
		}
	}
	return sayers
}

// handsOn reports whether a function's parameter becomes a refusal's rule.
func handsOn(body *ast.BlockStmt, name string, sayers map[string]int) (found bool) {
	is := func(e ast.Expr) bool { id, ok := e.(*ast.Ident); return ok && id.Name == name }
	ast.Inspect(body, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			key, ok := n.Key.(*ast.Ident)
			found = found || ok && key.Name == "Rule" && is(n.Value)
		case *ast.CompositeLit:
			found = found || named(n.Type) == "Refusal" && len(n.Elts) > 0 && is(n.Elts[0])
		case *ast.CallExpr:
			at, ok := sayers[named(n.Fun)]
			found = found || ok && len(n.Args) > at && is(n.Args[at])
		}
		return true
	})
	return found
}

func named(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// rulesOfCode returns the rules that the program's files name.
func rulesOfCode(t *testing.T) []string {
	t.Helper()
	constants, names := map[string]string{}, map[string]bool{}
	add := func(e ast.Expr) {
		name := ""
		switch e := e.(type) {
		case *ast.BasicLit:
			name, _ = strconv.Unquote(e.Value)
		case *ast.Ident, *ast.SelectorExpr:
			name = constants[named(e)]
		}
		if name != "" {
			names[name] = true
		}
	}
	files := parsed(t, "workflow", "db", "api", "web", "cmd/incubase")
	for _, f := range files {
		for _, d := range f.Decls {
			g, ok := d.(*ast.GenDecl)
			if !ok || g.Tok != token.CONST {
				continue
			}
			for _, s := range g.Specs {
				if v := s.(*ast.ValueSpec); len(v.Names) == 1 && len(v.Values) == 1 {
					if lit, ok := v.Values[0].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						constants[v.Names[0].Name], _ = strconv.Unquote(lit.Value)
					}
				}
			}
		}
	}
	sayers := sayersOf(files)
	for _, f := range files {
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				if at, ok := sayers[named(n.Fun)]; ok && len(n.Args) > at {
					add(n.Args[at])
				}
			case *ast.CompositeLit:
				if named(n.Type) == "Refusal" && len(n.Elts) > 0 {
					add(n.Elts[0])
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

// parsed returns the program's files below the folders, without tests and their tools.
func parsed(t *testing.T, folders ...string) (out []*ast.File) {
	t.Helper()
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join("..", "..", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(path, "_templ.go") {
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
