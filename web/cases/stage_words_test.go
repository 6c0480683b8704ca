package cases_test

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"incubase/cmd/incubase/demo"
	"incubase/workflow"
	"incubase/workflow/define"
)

// rating is the trial's star rating, adapted: without a round it is opened by hand and scored by nobody. It names its
// own stages.
func rating(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../../shared/trials/definitions/star_a.yaml")
	if err != nil {
		if os.Getenv("INCUBASE_SHARED") == "required" {
			t.Fatal(err)
		}
		t.Skip("the shared trials are not here: ", err)
	}
	source := string(b)
	for _, change := range [][2]string{
		{"needs: [organization, round]", "needs: [organization]"},
		{"initial: draft", "initial: draft\nstages: {applied: {zh: 参评中, en: Being rated}, reviewed: {zh: 已授星, en: Starred}}"},
		{", effects: [assign_reviewers]", ""},
		{"{pass_points: {min: 9500}}", "{field: {name: stars, equals: five}}"},
		{"{pass_points: {min: 9000}}", "{field: {name: stars, equals: four}}"},
		{"guards: [{scores: {min: 3}}]", "fields: [{name: stars, label: {zh: 星级, en: Stars}, type: choice, required: true, " +
			"example: five, choices: [{value: five, label: {zh: 五星, en: Five}}, {value: four, label: {zh: 四星, en: Four}}]}]"},
	} {
		if !strings.Contains(source, change[0]) {
			t.Fatalf("the trial has no %q", change[0])
		}
		source = strings.Replace(source, change[0], change[1], 1)
	}
	return source
}

// TestALoadedProgrammeHasItsOwnWords: pages, lists, boards and files of a rating name its stages by its own words, and
// nothing of it shows the words of a grant, in both languages.
func TestALoadedProgrammeHasItsOwnWords(t *testing.T) {
	t.Parallel()
	source := rating(t)
	s := newSite(t, demo.LoadPeople)
	s.load(source)
	org := s.Want(http.StatusOK, "GET", "/me", "certifier", nil).Body["organization"]
	open := func() string {
		ref := s.Want(http.StatusCreated, "POST", "/cases", "certifier", map[string]any{"workflow": "star",
			"organization": org}).Body["ref"].(string)
		s.Act("certifier", ref, "submit", s.Example("certifier", ref, "submit"))
		return ref
	}
	applied, starred := open(), open()
	s.Act("checker", starred, "pass", nil)
	s.Act("decider", starred, "rate", map[string]any{"stars": "five"})
	s.Submitted(func() string { id, _ := s.Round(); return id }(), "银龄助餐") // a grant beside it

	var common *define.Definition
	type words struct{ applied, reviewed string }
	own := map[string]words{"zh": {"参评中", "已授星"}, "en": {"Being rated", "Starred"}}
	foreign := func(lang string) (out []string) {
		for _, st := range workflow.Stages {
			out = append(out, common.StageLabel(st).In(lang))
		}
		return append(out, map[string][]string{"zh": {"资助", "立项", "拨付"}, "en": {"grant", "award"}}[lang]...)
	}
	for lang, w := range own {
		for _, page := range []struct {
			login, path string
			want        []string
		}{
			{"certifier", "/cases/" + applied, []string{w.applied, w.reviewed}},
			{"checker", "/cases/" + applied, []string{w.applied, w.reviewed}},
			{"officer", "/cases/" + starred, []string{w.applied, w.reviewed}},
			{"officer", "/cases?workflow=star", []string{w.applied, w.reviewed}},
			{"analyst", "/board?region=23&by=region&workflow=star", []string{w.applied, w.reviewed}},
			{"analyst", "/board?region=230302&by=round&workflow=star", nil},
			{"secadmin", "/workflows/star", []string{w.applied, w.reviewed}},
		} {
			p := s.Visit(page.login, lang).Get(page.path)
			if p.Status != http.StatusOK {
				t.Errorf("%s %s: %d", page.login, page.path, p.Status)
				continue
			}
			p.Find("main option").Remove() // of filters: other workflows by their titles
			p.Find("main form.filters").Remove()
			said := p.Main()
			for _, x := range page.want {
				if !strings.Contains(p.Body, x) {
					t.Errorf("%s, %s as %s does not say %q: %s", lang, page.path, page.login, x, said)
				}
			}
			for _, x := range foreign(lang) {
				if strings.Contains(said, x) {
					t.Errorf("%s, %s as %s says %q: %s", lang, page.path, page.login, x, said)
				}
			}
		}
		file := s.Visit("analyst", lang).Get("/exports/board?format=csv&region=23&workflow=star").Body
		head, _, _ := strings.Cut(file, "\n")
		if !strings.Contains(head, w.applied) || !strings.Contains(head, w.reviewed) || strings.Count(head, ",") != 6 {
			t.Errorf("%s: the file's head is %s", lang, head)
		}
		list := s.Visit("officer", lang).Get("/exports/cases?format=csv&workflow=star").Body
		if !strings.Contains(list, w.applied) || !strings.Contains(list, w.reviewed) {
			t.Errorf("%s: the file of cases: %s", lang, list)
		}
		for _, x := range foreign(lang)[:4] {
			if strings.Contains(file, x) || strings.Contains(list, x+",") {
				t.Errorf("%s: a file says %q: %s %s", lang, x, head, list)
			}
		}
	}
	board := s.Want(http.StatusOK, "GET", "/board?region=23&workflow=star", "analyst", nil).Body["stages"].(map[string]any)
	if len(board) != 2 || board["reviewed"].(map[string]any)["zh"] != "已授星" {
		t.Errorf("the API's board of it has the stages %v", board)
	}
	mixed := s.Want(http.StatusOK, "GET", "/board?region=23", "analyst", nil).Body["stages"].(map[string]any)
	if len(mixed) != 4 || mixed["reviewed"].(map[string]any)["zh"] != common.StageLabel(workflow.Reviewed).ZH {
		t.Errorf("the API's board of all has the stages %v", mixed)
	}
	row := s.Want(http.StatusOK, "GET", "/cases/"+starred, "officer", nil).Body["labels"].(map[string]any)
	if row["stage"].(map[string]any)["en"] != "Starred" {
		t.Errorf("the case says %v", row)
	}
	grant := s.Visit("officer", "zh").Get("/cases?workflow=grant")
	stages := grant.Find(`select[name="stage"] option`).Map(func(_ int, o *goquery.Selection) string { return o.Text() })
	if slices.Contains(stages, "已授星") || !slices.Contains(stages, common.StageLabel(workflow.Funded).ZH) {
		t.Errorf("a list of grants offers the stages %v", stages)
	}
}
