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

type listed struct {
	ImportPath   string
	Dir          string
	GoFiles      []string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// allowed is the import graph of docs/design.md: for each package (or the packages below it, with a slash at the end)
// the internal and the third-party packages it may import, and why. Everything may import the standard library.
var allowed = []struct {
	pkg               string
	internal, foreign []string
	why               string
}{
	{"cmd/incubase/walk", []string{"workflow/"}, []string{"golang.org/x/sync"}, "carries cases over HTTP, as clients do"},
	{"cmd/e2e/process", nil, nil, "sees the program from outside"},
	{"cmd/e2e", nil, nil, "holds tests only"},
	{"cmd/incubase/torture", nil, nil, "holds tests only"},
	{"cmd/incubase/bench", nil, nil, "holds tests only"},
	{"cmd/incubase/demo", []string{"workflow/"}, []string{"github.com/goccy/go-yaml", "golang.org/x/sync"},
		"acts through the desk, as people do"},
	{"cmd/incubase/app/apptest", []string{"api/edge", "cmd/e2e/process", "cmd/incubase/app", "cmd/incubase/demo", "db/",
		"web/pagetest", "workflow/"}, nil, "the server in the process of a test; nothing but tests imports it"},
	{"cmd/incubase/app", []string{"api", "api/edge", "db", "db/", "web", "web/ui", "workflow/", "cmd/incubase/demo"},
		[]string{"github.com/alecthomas/kong", "github.com/goccy/go-yaml"},
		"wires everything on one database, so that nothing else does"},
	{"cmd/incubase", []string{"cmd/incubase/app", "cmd/incubase/demo", "cmd/incubase/walk", "db", "db/", "workflow/"},
		[]string{"filippo.io/age", "github.com/alecthomas/kong", "github.com/goccy/go-yaml", "golang.org/x/term"},
		"a command a file, on what app wires"},
	{"api/edge", []string{"workflow/"}, []string{"github.com/go-json-experiment/json", "github.com/labstack/echo/v4",
		"golang.org/x/sync", "golang.org/x/text"}, "speaks HTTP for the API and the pages; knows no database"},
	{"api/print", []string{"workflow/paper"}, []string{"github.com/signintech/gopdf", "github.com/klauspost/compress"},
		"lays papers out; below both surfaces, since both hand them out"},
	{"api", []string{"api/edge", "api/print", "workflow/"}, []string{"github.com/labstack/echo/v4",
		"github.com/danielgtaylor/huma/v2", "github.com/prometheus/client_golang"}, "JSON; never meets web or db"},
	{"web/ui", []string{"api/edge", "workflow/"}, []string{"github.com/labstack/echo/v4", "github.com/a-h/templ",
		"golang.org/x/text"}, "what all pages share; never meets api or db"},
	{"web/accounts", []string{"web/ui", "api/edge", "workflow/"}, pages, "links no case"},
	{"web/records", []string{"web/ui", "web/accounts", "api/edge", "workflow/"}, pages,
		"an organization's page shows its people"},
	{"web/cases", []string{"web/ui", "web/accounts", "web/records", "api/edge", "api/print", "workflow/"}, pages,
		"a case shows its organization"},
	{"web/public", []string{"web/ui", "web/cases", "api/edge", "api/print", "workflow/"}, pages,
		"calls and boards lead to cases"},
	{"web/rounds", []string{"web/ui", "web/accounts", "web/cases", "api/edge", "workflow/"}, pages,
		"a round's page lists its cases and jobs"},
	{"web/admin", []string{"web/ui", "web/accounts", "web/records", "web/cases", "web/public", "api/edge", "workflow/"},
		pages, "administrators look at all of it"},
	{"web", []string{"web/", "api/edge", "workflow/"}, pages, "the table of pages, and the first page"},
	{"web/pagetest", nil, []string{"github.com/PuerkitoBio/goquery", "github.com/chromedp/chromedp",
		"github.com/chromedp/cdproto"}, "reads pages as a browser does"},
	{"docs/gen", []string{"api", "workflow/"}, nil, "writes tables and diagrams from code"},
	{"db/embedded", nil, []string{"github.com/lib/pq"}, "starts a private PostgreSQL and knows no table of it"},
	{"db/dbtest/many", nil, []string{"github.com/lib/pq"}, "copies rows in SQL"},
	{"db/dbtest", []string{"db", "db/", "workflow/"}, []string{"github.com/lib/pq"}, "a database for each test"},
	{"db/regions/gen", []string{"workflow/", "db/regions"}, nil, "writes the table of divisions"},
	{"db/regions", []string{"workflow/"}, nil, "holds the table of divisions"},
	{"db/pg", []string{"workflow/"}, []string{"github.com/jmoiron/sqlx", "github.com/lib/pq", "github.com/google/uuid",
		"golang.org/x/sys", "github.com/go-json-experiment/json"}, "below all stores; canonical JSON for the MACs of rows"},
	{"db/records", []string{"db/pg", "db/regions", "workflow/"}, []string{"github.com/lib/pq"},
		"a case refers to records, and no record to a case"},
	{"db/accounts", []string{"db/pg", "workflow/"}, []string{"github.com/lib/pq", "github.com/alexedwards/argon2id"},
		"who signs in needs no case and no other record"},
	{"db/board", []string{"db/pg", "workflow/"}, nil, "counts what commits hand it"},
	{"db/cases", []string{"db/pg", "db/records", "db/accounts", "db/board", "workflow/"}, []string{"github.com/lib/pq"},
		"a commit changes boards, an import writes records, a job asks for the rights of its actor"},
	{"db/audit", []string{"db/pg", "db/cases", "db/records", "workflow/"}, []string{"github.com/lib/pq"},
		"recomputes what the other stores write"},
	{"db", []string{"db/", "workflow/"}, []string{"github.com/lib/pq", "github.com/pressly/goose/v3"},
		"opens, migrates and hands out the stores"},
	{"workflow/export", []string{"workflow/"}, []string{"github.com/xuri/excelize/v2"}, "lists as files"},
	{"workflow/intake", []string{"workflow/"}, []string{"golang.org/x/text", "github.com/xuri/excelize/v2"},
		"reads files that come in and writes nothing"},
	{"workflow/catalog/catalogtest", []string{"workflow/"}, nil, "definitions for tests"},
	{"workflow/catalog", []string{"workflow/"}, []string{"github.com/goccy/go-yaml"}, "the only package that knows YAML"},
	{"workflow/form", []string{"workflow/calendar", "workflow/clean", "workflow/money", "workflow/text"},
		[]string{"github.com/santhosh-tekuri/jsonschema/v6"}, "checks answers against a schema"},
	{"workflow/filetype", []string{"workflow/text"}, []string{"github.com/gabriel-vasile/mimetype", "golang.org/x/text"},
		"knows a file by its content"},
	{"workflow/password", []string{"workflow/text"}, []string{"github.com/mozillazg/go-pinyin",
		"github.com/trustelem/zxcvbn"}, "guesses passwords, in Chinese too"},
	{"workflow/factor", nil, []string{"github.com/pquerna/otp"}, "one-time codes"},
	{"workflow/clean", []string{"workflow/text"}, []string{"golang.org/x/text"}, "one way to clean text for all"},
	{"workflow/paper", []string{"workflow/calendar", "workflow/money", "workflow/text"}, nil, "what papers say"},
	{"workflow/define", append([]string{"workflow"}, arithmetic...), nil, "the language knows the vocabulary alone"},
	{"workflow/machine", append([]string{"workflow", "workflow/define"}, arithmetic...),
		[]string{"github.com/looplab/fsm"}, "compiles definitions and decides; asks no store"},
	{"workflow/vet", append([]string{"workflow", "workflow/define", "workflow/machine"}, arithmetic...), nil,
		"looks at compiled definitions from outside"},
	{"workflow/desk", append([]string{"workflow", "workflow/define", "workflow/machine"}, arithmetic...), nil,
		"loads, lets a machine decide and commits, through ports"},
	{"workflow/registry", append([]string{"workflow", "workflow/define", "workflow/machine", "workflow/vet",
		"workflow/desk"}, arithmetic...), nil, "records; a round is a case too, which the desk opens"},
	{"workflow/erase", append([]string{"workflow", "workflow/define", "workflow/machine", "workflow/vet", "workflow/desk",
		"workflow/registry"}, arithmetic...), nil, "erases in cases and in records"},
	{"workflow/part/", append([]string{"workflow", "workflow/define"}, arithmetic...), nil,
		"a kind of facts, declared to the language; no machine and no other part"},
	{"workflow", arithmetic, []string{"github.com/google/uuid"}, "the vocabulary that all share"},
	{"workflow/", []string{"workflow/clean", "workflow/text"}, nil, "pure arithmetic"},
}

var pages = []string{"github.com/labstack/echo/v4", "github.com/a-h/templ", "golang.org/x/text"}

// arithmetic are the packages that import nothing of ours but each other.
var arithmetic = []string{"workflow/calendar", "workflow/clean", "workflow/credit", "workflow/factor",
	"workflow/filetype", "workflow/form", "workflow/money", "workflow/outage", "workflow/paper", "workflow/password",
	"workflow/region", "workflow/text", "workflow/topic"}

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
			why               string
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
					t.Errorf("%s imports %s, which the design forbids: it %s", name, inside, allowed[i].why)
				}
			} else if strings.Contains(strings.SplitN(imported, "/", 2)[0], ".") && !slices.ContainsFunc(allowed[i].foreign,
				func(f string) bool { return imported == f || strings.HasPrefix(imported, f+"/") }) {
				t.Errorf("%s imports %s, which the design keeps elsewhere", name, imported)
			}
			if strings.HasPrefix(imported, "incubase/workflow/part/") && name != "workflow/catalog" {
				t.Errorf("%s imports %s: a part is known by its hooks alone", name, imported)
			}
			if strings.HasPrefix(name, "db") && (imported == "net/http" || strings.Contains(imported, "echo")) {
				t.Errorf("%s imports %s: db and HTTP never meet", name, imported)
			}
		}
	}
}

func covers(list []string, name string) bool {
	return slices.ContainsFunc(list, func(r string) bool {
		return r == name || strings.HasSuffix(r, "/") && (strings.HasPrefix(name, r) || name == strings.TrimSuffix(r, "/"))
	})
}

// TestTheMachineStaysInOneFile: looplab/fsm is a private detail of workflow/machine/machine.go.
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
	if !slices.Equal(files, []string{"incubase/workflow/machine/machine.go"}) {
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
