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

	"incubase/workflow/define"
)

// TestTheProgramNamesNoDefinition: no code or SQL uses a shipped definition's name of an action, clock, outcome or
// workflow, so that definitions with other names work. Exceptions are listed with their reason.
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
	everyLiteral(t, func(where, said string) {
		if !names[said] {
			return
		}
		used[where] = true
		if nameExceptions[where] == "" {
			t.Errorf("%s is what a shipped definition calls something: ask for it by effect or parameter, or say why not "+
				"in nameExceptions", where)
		}
	})
	for where := range nameExceptions {
		if !used[where] {
			t.Errorf("%s is excepted and stands nowhere", where)
		}
	}
}

// TestNothingSwitchesOnAGuardOrAnEffect: their names stand where they are declared, and nowhere else; other code asks
// for traits and marks. Names of one word are words of much else, so that TestTheProgramNamesNoDefinition has those.
func TestNothingSwitchesOnAGuardOrAnEffect(t *testing.T) {
	t.Parallel()
	names := append(define.GuardNames(), define.EffectNames()...)
	everyLiteral(t, func(where, said string) {
		file := strings.TrimSuffix(where, ": "+said)
		declared := strings.HasPrefix(file, "define/") || strings.HasPrefix(file, "machine/guard") ||
			strings.HasPrefix(file, "machine/effect") || strings.HasPrefix(file, "part/") || file == "machine/objection.go"
		if strings.Contains(said, "_") && slices.Contains(names, said) && !declared &&
			!slices.Contains(otherWords, where) {
			t.Errorf("%s is a guard's or an effect's name: ask for its trait or mark", where)
		}
	})
}

// otherWords are rules of refusals, a number of a round's rules and a key of the commit statement.
var otherWords = []string{"web/cases/open.go: round_open", "db/pg/refusals.go: max_awards",
	"db/migrations/0105_cases.sql: max_awards", "db/cases/sql/case_commit.sql: delete_draft"}

// everyLiteral visits the constants of the program, as "file: constant".
func everyLiteral(t *testing.T, visit func(where, said string)) {
	t.Helper()
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
			for _, said := range literals(t, path) {
				visit(strings.TrimLeft(filepath.ToSlash(path), "./")+": "+said, said)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// quoted matches quoted text in SQL, and in a JSON path within it.
var quoted = regexp.MustCompile(`'([^'"]*)'|"([^"']*)"`)

var sqlComments = regexp.MustCompile(`(?m)--.*$`)

// literals returns the texts of a file's constants, without struct tags and imports.
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

// nameExceptions lists the constants that equal a name of a shipped definition, by reason.
var nameExceptions = exceptions(map[string][]string{
	"the language's own word: an effect, guard, parameter, field or counter": {
		"machine/check.go: answer", "machine/unique.go: round", "erase.go: answer",
		"machine/check.go: round", "machine/check.go: open", "machine/check_shape.go: answer",
		"machine/effect.go: answer", "part/award/effects.go: propose", "part/award/effects.go: tranche_paid",
		"part/award/effects.go: tranche_cancelled", "machine/effects_child.go: report_accepted",
		"machine/effects_child.go: accepted", "part/award/effects.go: settle",
		"machine/effects_paper.go: notice", "vet/things.go: notice",
		"machine/effects_review.go: declare",
		"machine/effects_review.go: score", "machine/effects_review.go: cosign",
		"machine/effects_review.go: answer", "machine/effects_review.go: cosign_lapse", "define/guard.go: round",
		"machine/guards_case.go: notice", "machine/guards_case.go: done", "machine/guards_case.go: accepted",
		"part/award/guards.go: accepted",
		"part/panel/check.go: answer", "part/panel/plan.go: open",
		"part/panel/plan.go: declare", "part/panel/plan.go: answer", "part/panel/plan.go: withdraw",
		"part/panel/plan.go: reopen", "part/panel/plan.go: resolve", "part/panel/plan.go: lapse",
		"part/panel/doc.go: lapsed", "part/panel/doc.go: withdrawn",
	},
	"the name of the clock that ask_cosigners starts, and what silence and answers are called": {
		"machine/effects_review.go: lapse", "machine/effects_review.go: lapsed", "export/columns.go: agree",
		"export/columns.go: object", "export/columns.go: lapsed", "web/cases/case_words.go: agree",
		"web/cases/case_words.go: object", "web/cases/case_words.go: lapsed", "vet/simulate.go: lapse", "round.go: lapse",
		"web/rounds/round_form.go: lapse", "web/ui/round_words.go: lapse",
	},
	"a kind of posting, paper or question, or an operation on records": {
		"part/award/effects.go: release", "part/award/effects.go: return", "part/award/effects.go: pay",
		"paper/paper.go: notice",
		"web/cases/earlier.go: confirm", "web/ui/form_edit.go: confirm", "web/ui/form_edit_schema.go: confirm",
		"web/ui/form_edit_words.go: confirm", "web/cases/form_page.go: confirm", "web/ui/question.go: confirm",
		"web/cases/signing.go: confirm", "registry/roles.go: grant", "registry/round.go: extend",
		"web/accounts/people.go: grant",
		"agency.go: decide", "agency.go: cosign",
		"confirm.go: withdraw", "rights.go: withdraw",
		"vet/two_keys.go: withdraw",
		"vet/two_keys.go: withdrawn", "web/ui/record_words.go: cosign",
		"web/ui/record_words.go: decide",
	},
	"a word of JSON, HTTP, SQL, an address or a page": {
		"form/form.go: object", "form/words.go: object", "web/ui/form_edit_schema.go: object", "api/edge/server.go: close",
		"api/edge/shape.go: close", "web/accounts/account.go: done", "web/cases/act.go: done", "web/accounts/code.go: done",
		"web/cases/apply.go: open", "web/accounts/people.go: done", "web/admin/erasures.go: done", "web/ui/visit.go: done",
		"web/ui/filters.go: done",
		"web/admin/two_keys.go: done", "web/accounts/factor.go: done", "desk/job.go: done", "desk/job.go: cancelled",
		"web/cases/copy.go: done", "web/cases/bulk.go: round",
		"web/cases/bulk_list.go: round", "web/ui/bulk_list.go: round",
		"db/cases/sql/actor_now.sql: round",
		"api/edge/problem.go: confirm",
		"web/rounds/form_edit.go: open", "api/public.go: object", "intake/applications.go: object",
		"db/cases/public.go: notice",
		"machine/guards_case.go: report",
	},
	"the record, place or filter of a round, or the dimension of a board": {
		"desk/open.go: round", "db/records/round_of.go: round", "registry/roles.go: round", "records.go: round",
		"db/board/board.go: round",
		"web/cases/open.go: round", "web/ui/board.go: round", "web/ui/export.go: round", "web/ui/filters.go: round",
		"web/ui/home.go: round", "web/public/public.go: round", "web/rounds/rounds.go: round",
		"machine/record_round.go: round",
		"vet/simulate.go: round", "vet/simulate.go: open", "vet/simulate.go: terminated",
	},
	"a type of JSON Schema": {"api/field_schema.go: object"},
	"a word that no password may have": {
		"password/password.go: incubation",
	},
	"waits for rounds and kinds of work as data": {
		"machine/guards_round.go: open", "machine/guards_round.go: incubation", "import.go: imported",
		"registry/round.go: grant",
		"registry/round.go: incubation", "registry/round.go: open", "rights.go: grant",
		"web/ui/apply_words.go: grant",
		"web/ui/round_words.go: grant", "web/rounds/rounds.go: grant", "web/rounds/rounds.go: open",
	},
	"SQL: a record, dimension or place of a round, or the machine of rounds itself": {
		"db/migrations/0104_log.sql: round", "db/migrations/0107_money.sql: round",
		"db/accounts/sql/account_facts.sql: round",
		"db/board/sql/board_read.sql: round", "db/cases/sql/case_open.sql: round", "db/accounts/sql/login_done.sql: round",
		"db/cases/sql/public_figures.sql: round", "db/records/sql/record_round_change.sql: round",
		"db/accounts/sql/session_actor.sql: round",
		"db/audit/sql/verify_strays.sql: round", "db/records/sql/record_round_change.sql: extend",
		"db/records/sql/record_round_change.sql: close",
	},
	"SQL: a kind of posting, paper, erasing, competence or standing, or a type of JSON": {
		"db/migrations/0107_money.sql: release", "db/migrations/0107_money.sql: pay", "db/migrations/0107_money.sql: return",
		"db/audit/sql/verify_awards.sql: release", "db/audit/sql/verify_awards.sql: pay",
		"db/audit/sql/verify_awards.sql: return",
		"db/audit/sql/verify_envelopes.sql: release", "db/audit/sql/verify_envelopes.sql: pay",
		"db/audit/sql/verify_envelopes.sql: return",
		"db/audit/sql/verify_payments.sql: pay", "db/migrations/0108_papers.sql: notice",
		"db/migrations/0110_views.sql: notice",
		"db/migrations/0109_erasing.sql: answer", "db/cases/sql/erasure_case.sql: answer",
		"db/audit/sql/verify_erasures.sql: answer", "db/migrations/0102_records.sql: cosign",
		"db/migrations/0102_records.sql: decide",
		"db/cases/sql/case_load.sql: cosign", "db/migrations/0105_cases.sql: withdrawn",
		"db/records/sql/definition_list.sql: withdrawn",
		"db/migrations/0101_words.sql: object", "db/migrations/0105_cases.sql: object",
	},
	"SQL: waits for kinds of work as data: the case that pays a tranche": {
		"db/migrations/0105_cases.sql: payment", "db/audit/sql/verify_payments.sql: payment",
		"db/audit/sql/verify_payments.sql: paid",
	},
})

// exceptions inverts the lists by reason.
func exceptions(by map[string][]string) map[string]string {
	out := map[string]string{}
	for why, list := range by {
		for _, at := range list {
			out[at] = why
		}
	}
	return out
}
