package cases_test

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/workflow/catalog"
)

// TestWhatAReaderMayOpen: the page lists each approved workflow whose cases the reader may open, with the rounds that
// take them now; others are offered neither the page nor a form.
func TestWhatAReaderMayOpen(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	b, err := catalog.Source("incubation")
	if err != nil {
		t.Fatal(err)
	}
	waiting := strings.NewReplacer("name: incubation\n", "name: hatching\n", "prefix: IN\n", "prefix: HA\n",
		"zh: 组织孵化", "zh: 尚未批准").Replace(string(b))
	s.Want(http.StatusCreated, "POST", "/workflows", "sysadmin", map[string]any{"source": waiting})
	if p := s.Visit("applicant", "zh").Get("/start"); !strings.Contains(p.Main(), "现在没有正在受理的批次") ||
		p.Following("/start/grant") != "" || p.Following("/start/incubation") == "" ||
		strings.Contains(p.Main(), "尚未批准") {
		t.Errorf("without a round: %s", p.Main())
	}
	round, _ := s.Round()
	for login, opens := range map[string][]string{"applicant": {"/start/grant?round=" + round, "/start/incubation"},
		"certifier": {"/start/grant", "/start/incubation"}, "officer": {"/start/grant", "/start/incubation", "/rounds/new"},
		"reviewer1": nil, "decider": nil, "secadmin": nil} {
		v := s.Visit(login, "en")
		home, p := v.Get("/"), v.Get("/start")
		if p.Status != http.StatusOK || (home.Following("/start") != "") != (len(opens) > 0) {
			t.Errorf("%s: %d, offered %t", login, p.Status, home.Following("/start") != "")
		}
		for _, to := range opens {
			if p.Following(to) == "" {
				t.Errorf("%s is not offered %s: %v", login, to, p.Links())
			}
		}
		if len(opens) == 0 && (!strings.Contains(p.Main(), "There is nothing that you may start now.") ||
			v.Get("/start/incubation").Status != http.StatusNotFound) {
			t.Errorf("%s: %s", login, p.Main())
		}
		if login == "applicant" && p.Following("/rounds/new") != "" {
			t.Error("an applicant is offered a round")
		}
	}
	for _, path := range []string{"/start/payment", "/start/round", "/start/none", "/start/hatching"} {
		if p := s.Visit("officer", "zh").Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
}

// TestOpeningFromAPage: a grant by its round, an incubation without one, with a place of its own, and a case without
// an organization, by what each definition needs. A form sent twice opens one case.
func TestOpeningFromAPage(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	applicant := s.Visit("applicant", "zh")
	s.Round()
	grant := applicant.Get("/start/grant").Form("/start/grant")
	if !grant.Has("project") || !grant.Has("region") {
		t.Error("the page of a grant asks for no project or place")
	}
	if p := grant.Fill(map[string]string{"project": "new", "title": "银龄课堂"}).Send(); p.Status != http.StatusOK ||
		!strings.HasSuffix(p.At.Path, "/form") || !strings.Contains(p.Main(), "银龄课堂") {
		t.Errorf("a grant: %d at %s", p.Status, p.At)
	}

	gone := grant.Fill(map[string]string{"round": "01a22df4-2656-74fd-ab00-5b49d0f91d38", "title": "另一项目"}).Send()
	if gone.Status != http.StatusConflict || !strings.Contains(gone.Main(), "现在不受理申报") {
		t.Errorf("a round that is not announced any more: %d at %s: %s", gone.Status, gone.At, gone.Main())
	}
	entry := applicant.Get("/start/incubation").Form("/start/incubation")
	if entry.Has("project") {
		t.Error("an incubation asks for a project")
	}
	far := entry.Fill(map[string]string{"title": "老街坊互助", "region": "230403"}).Send()
	if far.Status != http.StatusUnprocessableEntity || !strings.Contains(far.Main(), "只能选择本组织所在县") ||
		far.Find("#region").AttrOr("value", "") != "230403" || far.Find("#title").AttrOr("value", "") != "老街坊互助" {
		t.Errorf("another place: %d %s", far.Status, far.Main())
	}
	again := far.Form("/start/incubation").Fill(map[string]string{"region": ""})
	first, second := again.Send(), again.Send()
	ref, ok := strings.CutPrefix(first.At.Path, "/cases/") // without a round it has no form
	if !ok || second.At.Path != first.At.Path {
		t.Fatalf("an incubation: %d at %s, again at %s: %s", first.Status, first.At, second.At, first.Main())
	}
	if c := s.Want(http.StatusOK, "GET", "/cases/"+ref, "applicant", nil).Body; c["title"] != "老街坊互助" ||
		!strings.HasPrefix(ref, "IN-") {
		t.Errorf("%s: %v", ref, c["title"])
	}
	if p := s.Visit("officer", "zh").Get("/start/incubation"); !strings.Contains(p.Main(), "代办") {
		t.Errorf("an officer: %s", p.Main())
	}

	b, err := os.ReadFile("../../workflow/catalog/testdata/foreign/harbor_award.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Want(http.StatusCreated, "POST", "/workflows", "sysadmin", map[string]any{"source": string(b)})
	s.Want(http.StatusCreated, "POST", "/workflows/harbor_award/versions/1/approval", "secadmin", nil)
	officer := s.Visit("officer", "zh")
	form := officer.Get("/start/harbor_award").Form("/start/harbor_award")
	if p := form.Fill(map[string]string{"title": "", "region": "x"}).Send(); p.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(p.Main(), "没有这样的区划代码") || !strings.Contains(p.Main(), "请写 1 到 200 个字的标题") {
		t.Errorf("neither title nor place: %d %s", p.Status, p.Main())
	}
	p := form.Fill(map[string]string{"title": "江北社区消防", "region": "230302"}).Send()
	if p.Status != http.StatusOK || !strings.HasPrefix(p.At.Path, "/cases/") || !strings.Contains(p.Main(), "江北社区消防") {
		t.Errorf("a case of a place: %d at %s: %s", p.Status, p.At, p.Main())
	}
}

// TestOpeningAtAPlaceByTheAPI: the place of a new case is named there too, and checked as on the page.
func TestOpeningAtAPlaceByTheAPI(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	org := s.Want(http.StatusOK, "GET", "/me", "applicant", nil).Body["organization"]
	open := func(place string) map[string]any {
		return map[string]any{"workflow": "incubation", "organization": org, "region": place}
	}
	home := s.Want(http.StatusCreated, "POST", "/cases", "applicant",
		map[string]any{"workflow": "incubation", "organization": org}).Body["region"].(string)
	if c := s.Want(http.StatusCreated, "POST", "/cases", "applicant", open(home[:6])).Body; c["region"] != home[:6] {
		t.Errorf("it lies in %v", c["region"])
	}
	s.Want(http.StatusUnprocessableEntity, "POST", "/cases", "applicant", open("230403"))
	// an officer of another place learns nothing of the organization by naming the own place
	s.Want(http.StatusNotFound, "POST", "/cases", "officer-heihe", open("231102"))
	far := s.Want(http.StatusUnprocessableEntity, "POST", "/cases", "officer", open("231102"))
	if list := far.Body["errors"]; !strings.Contains(fmt.Sprint(list), "fields.region") {
		t.Errorf("outside the officer's scope: %v", list)
	}
	s.Want(http.StatusUnprocessableEntity, "POST", "/cases", "applicant", open("x"))
}
