package catalog_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestTheProgramNamesNoDefinition: what a shipped definition calls its actions, clocks, outcomes and workflows stands
// in no other code and in no SQL: a definition that calls them otherwise must work as well. What is a word of its own,
// or waits for the grown language, is listed with its reason.
func TestTheProgramNamesNoDefinition(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	all := shipped(t)
	for _, name := range all.Names() {
		d := all.Machine(name, 0).Definition()
		names[name] = true
		for _, a := range d.Actions {
			names[a.Name] = true
			for _, e := range a.Effects {
				if n, ok := e.Params["name"].(string); ok && e.Name == "start_clock" {
					names[n] = true
				}
			}
		}
		for _, s := range d.States {
			names[s.Outcome] = true
			for _, k := range s.Timers {
				names[k.Name] = true
			}
		}
		for _, g := range d.Groups {
			for _, k := range g.Timers {
				names[k.Name] = true
			}
		}
	}
	delete(names, "")
	used := map[string]bool{}
	for _, root := range []string{"..", "../../db", "../../api", "../../web"} {
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case e.IsDir() && slices.Contains([]string{"catalog", "testdata", "dbtest", "pagetest", "embedded"}, e.Name()):
				return fs.SkipDir
			case e.IsDir() || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".sql") ||
				strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(path, "_templ.go"):
				return nil
			}
			for _, at := range literals(t, path) {
				where := strings.TrimLeft(filepath.ToSlash(path), "./") + ": " + at
				if !names[at] {
					continue
				}
				used[where] = true
				if nameExceptions[where] == "" {
					t.Errorf("%s is what a shipped definition calls something: ask for it by effect or parameter, or say why not "+
						"in nameExceptions", where)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for where := range nameExceptions {
		if !used[where] {
			t.Errorf("%s is excepted and stands nowhere", where)
		}
	}
}

// quoted finds what stands in quotation marks in SQL, and in a JSON path within them.
var quoted = regexp.MustCompile(`'([^'"]*)'|"([^"']*)"`)

var sqlComments = regexp.MustCompile(`(?m)--.*$`)

// literals are the texts of a file's constants, those of struct tags and imports left out.
func literals(t *testing.T, path string) (out []string) {
	t.Helper()
	if strings.HasSuffix(path, ".sql") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range quoted.FindAllStringSubmatch(sqlComments.ReplaceAllString(string(raw), ""), -1) {
			if s := m[1] + m[2]; !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return out
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			if n.Tag != nil {
				n.Tag = nil
			}
		case *ast.BasicLit:
			if s, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING && !slices.Contains(out, s) {
				out = append(out, s)
			}
		}
		return true
	})
	return out
}

// nameExceptions are the constants that equal a name of a shipped definition, each with its reason.
var nameExceptions = exceptions(map[string][]string{
	"the language's own word: an effect, guard, parameter, field or counter": {
		"check.go: answer", "check_life.go: settle", "check_life.go: round", "check_life.go: propose",
		"check_life.go: notice", "unique.go: round", "check_refs.go: notice", "check_refs.go: done", "erase.go: answer",
		"check_refs.go: declare",
		"minutes.go: propose", "check_refs.go: score", "check_refs.go: cosign", "check_refs.go: answer",
		"check_refs.go: propose",
		"check_refs.go: tranche_paid", "check_refs.go: tranche_cancelled", "check_refs.go: settle",
		"check_refs.go: report_accepted", "check_refs.go: accepted", "check_refs.go: round", "check.go: round",
		"check.go: open", "check_shape.go: answer", "compile.go: declare", "effect.go: answer",
		"effects_money.go: propose", "effects_money.go: tranche_paid", "effects_money.go: tranche_cancelled",
		"effects_money.go: report_accepted", "effects_money.go: accepted", "effects_money.go: settle",
		"effects_paper.go: notice", "two_keys.go: notice", "effects_review.go: declare", "effects_review.go: score",
		"effects_review.go: cosign", "effects_review.go: answer", "effects_review.go: cosign_lapse",
		"guard.go: round", "guards_case.go: notice", "guards_case.go: done", "guards_case.go: accepted",
		"guards_money.go: accepted", "insider.go: declare", "insider.go: score", "secret.go: cosign",
		"secret.go: declare", "secret.go: score", "show.go: declare",
	},
	"the name of the clock that ask_cosigners starts, and what silence and answers are called": {
		"effects_review.go: lapse", "effects_review.go: lapsed", "export/columns.go: agree",
		"export/columns.go: object", "export/columns.go: lapsed", "web/case_words.go: agree",
		"web/case_words.go: object", "web/case_words.go: lapsed", "simulate.go: lapse", "record_round.go: lapse",
		"web/round_form.go: lapse", "web/round_words.go: lapse",
	},
	"a kind of posting, paper or question, or an operation on records": {
		"effects_money.go: release", "effects_money.go: return", "effects_money.go: pay", "paper/paper.go: notice",
		"web/earlier.go: confirm", "web/form_edit.go: confirm", "web/form_edit_schema.go: confirm",
		"web/form_edit_words.go: confirm", "web/form_page.go: confirm", "web/question.go: confirm", "web/signing.go: confirm",
		"record_policy.go: grant", "record_roles.go: grant", "record_round.go: extend", "web/people.go: grant",
		"record_agency.go: decide", "record_agency.go: cosign", "confirm.go: withdraw", "record_policy.go: withdraw",
		"two_keys.go: withdraw",
		"two_keys.go: withdrawn", "web/record_words.go: cosign",
		"web/record_words.go: decide",
	},
	"a word of JSON, HTTP, SQL, an address or a page": {
		"form/form.go: object", "form/words.go: object", "web/form_edit_schema.go: object", "api/edge/server.go: close",
		"api/edge/shape.go: close", "web/account.go: done", "web/act.go: done", "web/code.go: done",
		"web/apply.go: open", "web/people.go: done", "web/erasures.go: done", "web/visit.go: done", "web/filters.go: done",
		"web/two_keys.go: done", "web/factor.go: done", "job.go: done", "web/bulk.go: round", "web/bulk_list.go: round",
		"db/sql/actor_now.sql: round",
		"api/edge/problem.go: confirm",
		"web/form_edit.go: open", "api/public.go: object", "db/public.go: notice",
		"guards_case.go: report",
	},
	"the record, place or filter of a round, or the dimension of a board": {
		"open.go: round", "record_roles.go: round", "records.go: round", "db/board.go: round", "db/list.go: round",
		"web/apply.go: round", "web/board.go: round", "web/export.go: round", "web/filters.go: round",
		"web/home.go: round", "web/public.go: round", "web/rounds.go: round", "record_round.go: round",
		"simulate.go: round", "simulate.go: open", "simulate.go: terminated",
	},
	"a type of JSON Schema": {"api/field_schema.go: object"},
	"a word that no password may have": {
		"password/password.go: incubation",
	},
	"waits for rounds and kinds of work as data": {
		"guards_round.go: open", "guards_round.go: incubation", "import.go: imported", "record_round.go: grant",
		"record_round.go: incubation", "record_round.go: open", "web/apply_words.go: grant",
		"web/round_words.go: grant", "web/rounds.go: grant", "web/rounds.go: open",
	},
	"SQL: a record, dimension or place of a round, or the machine of rounds itself": {
		"db/migrations/0104_log.sql: round", "db/migrations/0107_money.sql: round", "db/sql/account_facts.sql: round",
		"db/sql/board_read.sql: round", "db/sql/case_open.sql: round", "db/sql/login_done.sql: round",
		"db/sql/public_figures.sql: round", "db/sql/record_round_change.sql: round", "db/sql/session_actor.sql: round",
		"db/sql/verify_strays.sql: round", "db/sql/record_round_change.sql: extend", "db/sql/record_round_change.sql: close",
	},
	"SQL: a kind of posting, paper, erasing, competence or standing, or a type of JSON": {
		"db/migrations/0107_money.sql: release", "db/migrations/0107_money.sql: pay", "db/migrations/0107_money.sql: return",
		"db/sql/verify_awards.sql: release", "db/sql/verify_awards.sql: pay", "db/sql/verify_awards.sql: return",
		"db/sql/verify_envelopes.sql: release", "db/sql/verify_envelopes.sql: pay", "db/sql/verify_envelopes.sql: return",
		"db/sql/verify_payments.sql: pay", "db/migrations/0108_papers.sql: notice", "db/migrations/0110_views.sql: notice",
		"db/migrations/0109_erasing.sql: answer", "db/sql/erasure_case.sql: answer",
		"db/sql/verify_erasures.sql: answer", "db/migrations/0102_records.sql: cosign",
		"db/migrations/0102_records.sql: decide",
		"db/sql/case_load.sql: cosign", "db/migrations/0105_cases.sql: withdrawn", "db/sql/definition_list.sql: withdrawn",
		"db/migrations/0101_words.sql: object", "db/migrations/0105_cases.sql: object",
	},
	"SQL: waits for kinds of work as data: the case that pays a tranche": {
		"db/migrations/0105_cases.sql: payment", "db/sql/verify_payments.sql: payment", "db/sql/verify_payments.sql: paid",
	},
})

// exceptions turns the reasons' lists round.
func exceptions(by map[string][]string) map[string]string {
	out := map[string]string{}
	for why, list := range by {
		for _, at := range list {
			out[at] = why
		}
	}
	return out
}
