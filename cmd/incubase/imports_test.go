package main

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed is a package as go list describes it.
type listed struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// allowed is the import graph of docs/design.md: for each package (or the packages below it, with a slash at the end)
// the internal and the third-party packages it may import. Everything may import the standard library.
var allowed = []struct {
	pkg               string
	internal, foreign []string
}{
	{"cmd/incubase/walk", []string{"workflow/"}, []string{"golang.org/x/sync"}},
	{"cmd/incubase/torture", nil, nil},
	{"cmd/incubase/bench", nil, nil},
	{"cmd/incubase/demo", []string{"workflow/"}, []string{"github.com/goccy/go-yaml", "golang.org/x/sync"}},
	{"cmd/incubase/intake", []string{"workflow/"}, []string{"golang.org/x/text", "github.com/xuri/excelize/v2"}},
	{"cmd/incubase", []string{"api", "api/edge", "db", "db/embedded", "web", "workflow/", "cmd/incubase/demo",
		"cmd/incubase/walk", "cmd/incubase/intake"},
		[]string{"filippo.io/age", "github.com/alecthomas/kong", "github.com/goccy/go-yaml", "golang.org/x/term"}},
	{"api/edge", []string{"workflow/"}, []string{"github.com/go-json-experiment/json", "github.com/labstack/echo/v4",
		"golang.org/x/sync", "golang.org/x/text"}},
	{"api/print", []string{"workflow/paper"}, []string{"github.com/signintech/gopdf", "github.com/klauspost/compress"}},
	{"api", []string{"api/edge", "api/print", "workflow/"}, []string{"github.com/labstack/echo/v4",
		"github.com/danielgtaylor/huma/v2", "github.com/prometheus/client_golang"}},
	{"web", []string{"api/edge", "api/print", "workflow/"}, []string{"github.com/labstack/echo/v4", "github.com/a-h/templ",
		"golang.org/x/text"}},
	{"web/pagetest", nil, []string{"github.com/PuerkitoBio/goquery", "github.com/chromedp/chromedp",
		"github.com/chromedp/cdproto"}},
	{"docs/gen", []string{"api", "workflow/"}, nil},
	{"db/embedded", nil, []string{"github.com/lib/pq"}},
	{"db/dbtest/many", nil, []string{"github.com/lib/pq"}},
	{"db/dbtest", []string{"db", "db/embedded", "workflow/"}, []string{"github.com/lib/pq"}},
	{"db/regions/gen", []string{"workflow/", "db/regions"}, nil},
	{"db/regions", []string{"workflow/"}, nil},
	{"db", []string{"db/regions", "workflow/"}, []string{"github.com/jmoiron/sqlx", "github.com/lib/pq",
		"github.com/go-json-experiment/json", "github.com/pressly/goose/v3", "github.com/alexedwards/argon2id",
		"github.com/google/uuid"}},
	{"workflow/export", []string{"workflow/"}, []string{"github.com/xuri/excelize/v2"}},
	{"workflow/catalog/catalogtest", []string{"workflow/"}, nil},
	{"workflow/catalog", []string{"workflow/"}, []string{"github.com/goccy/go-yaml"}},
	{"workflow/form", []string{"workflow/calendar", "workflow/clean", "workflow/money", "workflow/text"},
		[]string{"github.com/santhosh-tekuri/jsonschema/v6"}},
	{"workflow/filetype", []string{"workflow/text"}, []string{"github.com/gabriel-vasile/mimetype", "golang.org/x/text"}},
	{"workflow/password", []string{"workflow/text"}, []string{"github.com/mozillazg/go-pinyin",
		"github.com/trustelem/zxcvbn"}},
	{"workflow/factor", nil, []string{"github.com/pquerna/otp"}},
	{"workflow/clean", []string{"workflow/text"}, []string{"golang.org/x/text"}},
	{"workflow/paper", []string{"workflow/calendar", "workflow/money", "workflow/text"}, nil},
	{"workflow", []string{"workflow/calendar", "workflow/clean", "workflow/credit", "workflow/filetype", "workflow/form",
		"workflow/money", "workflow/paper", "workflow/password", "workflow/region", "workflow/text", "workflow/topic"},
		[]string{"github.com/google/uuid", "github.com/looplab/fsm"}},
	{"workflow/", []string{"workflow/clean", "workflow/text"}, nil},
}

// TestImports holds the arrows of docs/design.md: the core knows no database, no HTTP and no YAML; api and db never
// meet.
func TestImports(t *testing.T) {
	t.Parallel()
	all := packages(t)
	if len(all) < 20 {
		t.Fatal("only", len(all), "packages")
	}
	for _, p := range all {
		name := strings.TrimPrefix(p.ImportPath, "incubase/")
		i := slices.IndexFunc(allowed, func(r struct {
			pkg               string
			internal, foreign []string
		}) bool {
			return r.pkg == name || strings.HasSuffix(r.pkg, "/") && strings.HasPrefix(name, r.pkg)
		})
		if i < 0 {
			t.Errorf("%s: no row of the table says what it may import", name)
			continue
		}
		for _, imported := range p.Imports {
			if inside, ok := strings.CutPrefix(imported, "incubase/"); ok {
				if !covers(allowed[i].internal, inside) {
					t.Errorf("%s imports %s, which the design forbids", name, inside)
				}
			} else if strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") && !slices.ContainsFunc(allowed[i].foreign,
				func(f string) bool { return imported == f || strings.HasPrefix(imported, f+"/") }) {
				t.Errorf("%s imports %s, which the design keeps elsewhere", name, imported)
			}
			if strings.HasPrefix(name, "db") && (imported == "net/http" || strings.Contains(imported, "echo")) {
				t.Errorf("%s imports %s: db and HTTP never meet", name, imported)
			}
		}
	}
}

// covers reports whether a list names the package, or the packages it lies below.
func covers(list []string, name string) bool {
	return slices.ContainsFunc(list, func(r string) bool {
		return r == name || strings.HasSuffix(r, "/") && (strings.HasPrefix(name, r) || name == strings.TrimSuffix(r, "/"))
	})
}

// TestTheMachineStaysInOneFile: looplab/fsm is a private detail of workflow/machine.go.
func TestTheMachineStaysInOneFile(t *testing.T) {
	t.Parallel()
	var files []string
	for _, p := range packages(t) {
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(f.Imports, func(i *ast.ImportSpec) bool { return i.Path.Value == `"github.com/looplab/fsm"` }) {
				files = append(files, p.ImportPath+"/"+name)
			}
		}
	}
	if !slices.Equal(files, []string{"incubase/workflow/machine.go"}) {
		t.Errorf("looplab/fsm is imported by %v", files)
	}
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports,TestImports,XTestImports", "incubase/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
