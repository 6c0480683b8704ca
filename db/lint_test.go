package db

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// effect matches statements that write or call a function that does.
var effect = regexp.MustCompile(
	`(?is)\b(insert\s+into|update\s+\w+\s+(\w+\s+)?set|delete\s+from|truncate|nextval|setval|pg_notify|log_record|erase_\w+)\b`)

// everything matches `select *` from a table.
var everything = regexp.MustCompile(`(?i)select \*\s+from\s+[a-z]`)

var comments = regexp.MustCompile(`(?m)--.*$`)

// Every query that a reader runs by name only reads, and only the files made for it call Exec or Query of
// database/sql (quality F1).
func TestOnlyTheWriterWrites(t *testing.T) {
	t.Parallel()
	texts, err := statements()
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	names, err := storeFiles()
	if err != nil {
		t.Fatal(err)
	}
	allowed := map[string]bool{"pg/writer.go": true, "pg/reader.go": true, "migrate.go": true,
		"pg/timeline.go": true} // asks each new connection once
	reads := 0
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			switch m := sel.Sel.Name; {
			case strings.HasPrefix(m, "Exec"), strings.HasPrefix(m, "Query"), m == "NamedExec", m == "MustExec":
				if !allowed[name] && !takesOwnersPool(name) {
					t.Errorf("%s: %s of database/sql; use the writer or the reader", set.Position(call.Pos()), m)
				}
			case m == "One" || m == "All":
				if query, ok := queryName(call); ok {
					reads++
					if effect.MatchString(comments.ReplaceAllString(texts.Text(query), "")) {
						t.Errorf("%s: reads %s, which writes", set.Position(call.Pos()), query)
					}
				}
			}
			return true
		})
	}
	if reads < 20 {
		t.Errorf("only %d reads found: the test has lost its teeth", reads)
	}
	if !effect.MatchString(texts.Text("case_commit")) || !effect.MatchString(texts.Text("key_replay")) {
		t.Error("the test does not know a write when it sees one")
	}
}

func storeFiles() ([]string, error) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"pg", "cases", "records", "accounts", "board", "audit"} {
		more, err := filepath.Glob(folder + "/*.go")
		if err != nil {
			return nil, err
		}
		names = append(names, more...)
	}
	return names, nil
}

// takesOwnersPool names the files that fill tables as the schema's owner, in their own transactions.
func takesOwnersPool(file string) bool {
	return file == "records/regions.go" || file == "pg/root_key.go"
}

func queryName(call *ast.CallExpr) (string, bool) {
	for _, a := range call.Args {
		if lit, ok := a.(*ast.BasicLit); ok && lit.Kind == token.STRING {
			s, err := strconv.Unquote(lit.Value)
			return s, err == nil
		}
	}
	return "", false
}

func TestEveryQuerySaysWhatMakesItFast(t *testing.T) {
	t.Parallel()
	texts, err := statements()
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range texts {
		if !strings.HasPrefix(text, "-- ") {
			t.Errorf("sql/%s.sql does not begin with a comment", name)
		}
		if everything.MatchString(text) {
			t.Errorf("sql/%s.sql does not name its columns", name)
		}
	}
}
