package e2e

import (
	"log/slog"
	"os"
	"strings"
	"testing"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
)

// TestADefinitionIsLoaded: a definition is loaded over HTTP by those who may, with faults named, recorded, and learned
// by other servers. Cases of a round keep the version that the round was prepared under.
func TestADefinitionIsLoaded(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	other := app.Begin(slog.New(slog.DiscardHandler))
	other.DB = s.In.DB
	if err := other.Wire(t.Context()); err != nil {
		t.Fatal(err)
	}
	round, _ := s.Round()
	b, err := os.ReadFile("../../workflow/catalog/definitions/grant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	source := func(old, new string) map[string]any {
		text := strings.Replace(string(b), old, new, 1)
		if text == string(b) {
			t.Fatalf("%q is not in the definition", old)
		}
		return map[string]any{"source": text}
	}
	second := source("version: 1", "version: 2")
	s.Want(403, "POST", "/workflows", "officer", second)
	for name, wrong := range map[string]struct {
		body map[string]any
		says string
	}{
		"another content under a version in use": {source("prefix: GA", "prefix: GX"), "version"},
		"a field that is none":                   {source("prefix: GA", "prefiks: GA"), "line "},
		"a guard that is none": {source("guards: [round_open,", "guards: [round_opened,"),
			"unknown guard round_opened"},
	} {
		a := s.Want(422, "POST", "/workflows", "sysadmin", wrong.body)
		if e := a.Body["errors"].([]any)[0].(map[string]any); e["field"] != "source" ||
			!strings.Contains(e["message"].(string), wrong.says) {
			t.Errorf("%s: %v", name, e)
		}
	}
	if a := s.Want(201, "POST", "/workflows", "sysadmin",
		second); a.Body["definition"].(map[string]any)["version"] != 2.0 || a.Body["status"] != "waiting" {
		t.Errorf("%v %v", a.Body["definition"], a.Body["status"])
	}
	s.Want(201, "POST", "/workflows/grant/versions/2/approval", "secadmin", nil)
	// the same again changes nothing
	if a := s.Want(201, "POST", "/workflows", "sysadmin", second); a.Body["status"] != "approved" {
		t.Errorf("loaded again it stands %v", a.Body["status"])
	}
	found := 0
	for _, x := range s.Want(200, "GET", "/audit", "auditadmin", nil).Body["items"].([]any) {
		if row := x.(map[string]any); row["act"] == "workflow_loaded" && row["subject"] == "grant 2" &&
			row["success"] == true {
			found++
		}
	}
	if found == 0 {
		t.Error("the trail does not know who loaded it")
	}
	if other.Catalog.Machine("grant", 2) != nil {
		t.Error("another server knows it already: the test shows nothing")
	}
	if err := other.Learn(t.Context()); err != nil || other.Catalog.Machine("grant", 2) == nil {
		t.Errorf("another server does not learn it: %v", err)
	}

	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"]
	project := s.Want(201, "POST", "/organizations/"+org.(string)+"/projects", "certifier",
		map[string]any{"title": "星期三学校", "topics": []string{"left_behind_children"}}).Body["id"]
	open := func(round string) any {
		return s.Want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
			"organization": org, "project": project}).Body["workflow"].(map[string]any)["version"]
	}
	if v := open(round); v != 1.0 {
		t.Errorf("a case of a round of before is born under version %v", v)
	}
	later, _ := s.Round()
	if v := open(later); v != 2.0 {
		t.Errorf("a case of a later round is born under version %v", v)
	}
}
