package e2e

import (
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"testing"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

// TestDefinitionsHaveTwoKeys: a loaded definition opens neither cases nor rounds before another administrator, who sees
// the differences, approves it; withdrawing ends that, and cases keep their version.
func TestDefinitionsHaveTwoKeys(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	b, err := os.ReadFile("../../workflow/catalog/definitions/grant.yaml")
	if err != nil {
		t.Fatal(err)
	}
	bare := strings.Replace(string(b), "version: 1", "version: 2", 1) // the award without its guards
	for _, guard := range []string{"      - notice_elapsed\n", "      - no_open_objection\n",
		"      - separate_from: {actions: [admit, return, score, propose]}\n"} {
		if !strings.Contains(bare, guard) {
			t.Fatalf("%q is not in the definition", guard)
		}
		bare = strings.Replace(bare, guard, "", 1)
	}
	if a := s.Want(201, "POST", "/workflows", "sysadmin", map[string]any{"source": bare}); a.Body["status"] != "waiting" {
		t.Fatalf("loaded: %v", a.Body["status"])
	}
	version := func(round string) any {
		return s.Want(200, "GET", "/rounds/"+round, "officer", nil).Body["workflow_version"]
	}
	first, _ := s.Round()
	if v := version(first); v != 1.0 {
		t.Fatalf("a round is prepared under version %v, which waits", v)
	}
	at := "/workflows/grant/versions/2"
	for who, status := range map[string]int{"sysadmin": 403, "officer": 403, "auditadmin": 403} {
		s.Want(status, "POST", at+"/approval", who, nil)
		s.Want(status, "POST", at+"/withdrawal", who, nil)
	}
	s.Want(404, "GET", at+"/approval", "officer", nil)
	s.Want(404, "POST", "/workflows/grant/versions/3/approval", "secadmin", nil)
	seen := s.Want(200, "GET", at+"/approval", "secadmin", nil).Body
	if seen["status"] != "waiting" || seen["against"] != 1.0 || seen["loaded_by"] == nil {
		t.Errorf("%v %v %v", seen["status"], seen["against"], seen["loaded_by"])
	}
	broken := map[string]bool{}
	for _, x := range seen["invariants"].([]any) {
		p := x.(map[string]any)
		broken[p["name"].(string)] = p["holds"] != true
	}
	if !broken["public_notice"] || !broken["two_persons"] || broken["envelope"] || broken["independence"] ||
		broken["reviews"] || broken["money_is_the_staffs"] {
		t.Errorf("promises not kept: %v", broken)
	}
	if n := len(seen["difference"].([]any)); n == 0 || n > 40 {
		t.Errorf("%d differences", n)
	}
	shipped := s.Want(200, "GET", "/workflows/grant/versions/1/approval", "secadmin", nil).Body
	for _, x := range shipped["invariants"].([]any) {
		if p := x.(map[string]any); p["holds"] != true {
			t.Errorf("the shipped grant does not keep %v: %v", p["name"], p["breaks"])
		}
	}

	done := s.Want(201, "POST", at+"/approval", "secadmin", map[string]any{"note": "已核对"}).Body
	if done["status"] != "approved" || done["approved_by"] == nil {
		t.Errorf("approved: %v", done)
	}
	s.Want(201, "POST", at+"/approval", "secadmin", nil) // again changes nothing
	second, _ := s.Round()
	if v := version(second); v != 2.0 {
		t.Errorf("a round is prepared under version %v", v)
	}
	s.Want(201, "POST", at+"/withdrawal", "secadmin", map[string]any{"note": "有误"})
	third, _ := s.Round()
	if v := version(third); v != 1.0 {
		t.Errorf("after the withdrawal a round is prepared under version %v", v)
	}
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"]
	project := s.Want(201, "POST", "/organizations/"+org.(string)+"/projects", "certifier",
		map[string]any{"title": "星期三学校", "topics": []string{"left_behind_children"}}).Body["id"]
	open := map[string]any{"workflow": "grant", "round": second, "organization": org, "project": project}
	if a := s.Want(409, "POST", "/cases", "certifier",
		open); a.Body["refusals"].([]any)[0].(map[string]any)["rule"] != "not_approved" {
		t.Errorf("%v", a.Body)
	}
	s.Want(201, "POST", at+"/approval", "secadmin", nil)
	ref := s.Want(201, "POST", "/cases", "certifier", open).Body["ref"].(string)
	s.Want(201, "POST", at+"/withdrawal", "secadmin", nil)
	if c := s.Want(200, "GET", "/cases/"+ref, "certifier", nil).Body; c["workflow"].(map[string]any)["version"] != 2.0 {
		t.Errorf("the case lives under %v", c["workflow"])
	}
	s.Want(200, "POST", "/cases/"+ref+"/actions/save", "certifier",
		map[string]any{"fields": map[string]any{"answers": map[string]any{}}})
	s.schemaRefusesUnapproved()
	s.keysByPages()
}

// schemaRefusesUnapproved: a server that has not learned of a withdrawal opens nothing either.
func (s *site) schemaRefusesUnapproved() {
	t := s.T
	t.Helper()
	other := app.Begin(slog.New(slog.DiscardHandler))
	other.DB = s.In.DB
	if err := other.Wire(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, e := range other.Catalog.Entries("grant") { // as if it had not heard
		standing := e.Standing
		standing.Status = vet.DefinitionApproved
		other.Catalog.SetStatus("grant", e.Machine.Definition().Version, standing)
	}
	certifier := s.Want(200, "GET", "/me", "certifier", nil).Body
	actor := workflow.Actor{ID: certifier["id"].(string), Organization: certifier["organization"].(string),
		Roles: []workflow.Grant{{Role: workflow.RoleCertifier, Organization: certifier["organization"].(string)}}}
	var round, project string
	if err := s.Owner.QueryRowContext(t.Context(),
		`select r.id, p.id from rounds r, projects p where r.definition_version = 2 and r.kind = 'grant'
			and p.organization_id = $1 limit 1`,
		actor.Organization).Scan(&round, &project); err != nil {
		t.Fatal(err)
	}
	_, err := other.Desk.Open(t.Context(), actor, desk.Opening{Workflow: "grant", Round: round,
		Organization: actor.Organization, Project: project})
	if err == nil || !strings.Contains(fmt.Sprint(registry.Faults(err)), "not_approved") {
		t.Errorf("a server that has not heard of the withdrawal: %v", err)
	}
	if _, err := s.Owner.ExecContext(t.Context(),
		`insert into definition_standings (workflow, version, loaded_by, status, actor_id) select name, version, loaded_by,
			'approved', loaded_by from definitions where name = 'grant'
			and version = 2`); err == nil || !strings.Contains(err.Error(), "two_keys") {
		t.Errorf("the schema takes one person for both keys: %v", err)
	}
}

func (s *site) keysByPages() {
	t := s.T
	t.Helper()
	b, err := os.ReadFile("../../workflow/catalog/definitions/incubation.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s.Want(201, "POST", "/workflows", "sysadmin", map[string]any{"source": strings.Replace(string(b), "version: 1",
		"version: 9", 1)})
	at := "/workflows/incubation/versions/9/approval"
	security, system := s.Browse("secadmin", "en"), s.Browse("sysadmin", "zh")
	security.Get("/").Says(t, 200, "Versions of workflows to approve", at)
	security.Get("/workflows").Says(t, 200, "Versions that wait for approval", at)
	page := security.Get(at)
	page.Says(t, 200, "waiting for approval", "loaded by", "Kept: ", "They do not differ.", "Approve this version",
		"Refuse this version")
	if p := system.Get(at); p.Status != 200 || strings.Contains(p.Text, "批准这个版本") || !strings.Contains(p.Text, "待批准") {
		t.Errorf("the loader: %d %s", p.Status, p.Text)
	}
	s.Browse("officer", "en").Get(at).Says(t, 404)
	security.Post(page, at, url.Values{"note": {"checked"}}).Says(t, 200, "approved by",
		"Withdraw: it opens nothing any more")
	page = security.Get(at)
	security.Post(page, "/workflows/incubation/versions/9/withdrawal", nil).Says(t, 200, "withdrawn by",
		"Approve this version")
	security.Get("/workflows/incubation?version=9").Says(t, 200, "withdrawn", "difference and approval")
	for _, act := range []string{"workflow_loaded", "workflow_approved", "workflow_withdrawn"} {
		s.Browse("auditadmin", "en").Get("/trail?act="+act).Says(t, 200, "incubation 9")
	}
}

// TestTheMachineLoadsAndCannotApprove: a definition loaded by command waits like any other.
func TestTheMachineLoadsAndCannotApprove(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	b, err := os.ReadFile("../../workflow/catalog/testdata/foreign/hypha_concept.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (app.Definitions{In: s.In}).Take(t.Context(), workflow.System(),
		string(b)); err != nil {
		t.Fatal(err)
	}
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"]
	open := map[string]any{"workflow": "hypha_concept", "organization": org}
	version := s.In.Catalog.Entries("hypha_concept")[0].Machine.Definition().Version
	s.Want(409, "POST", "/cases", "certifier", open)
	if _, err := (app.Definitions{In: s.In}).Approve(t.Context(), workflow.System(),
		"hypha_concept", version,
		""); err == nil {
		t.Error("the machine approves what it loaded")
	}
	s.Want(201, "POST", fmt.Sprintf("/workflows/hypha_concept/versions/%d/approval", version), "secadmin", nil)
	s.Want(201, "POST", "/cases", "certifier", open)
}
