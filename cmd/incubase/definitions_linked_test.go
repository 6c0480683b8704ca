package main

import (
	"fmt"
	"os"
	"testing"

	"incubase/cmd/incubase/demo"
)

// foreign loads workflows of other systems from the catalog's test data into the running site.
func (s *site) foreign(names ...string) {
	s.t.Helper()
	for _, name := range names {
		b, err := os.ReadFile("../../workflow/catalog/testdata/foreign/" + name + ".yaml")
		if err != nil {
			s.t.Fatal(err)
		}
		made := s.want(201, "POST", "/workflows", "sysadmin",
			map[string]any{"source": string(b)}).body["definition"].(map[string]any)
		s.want(201, "POST", fmt.Sprintf("/workflows/%v/versions/%v/approval", made["name"], made["version"]), "secadmin", nil)
	}
}

// child is the latest record below a case.
func (s *site) child(login, ref string) map[string]any {
	s.t.Helper()
	list := s.want(200, "GET", "/cases/"+ref, login, nil).body["children"].([]any)
	if len(list) == 0 {
		s.t.Fatal(ref, "has nothing below it")
	}
	return list[len(list)-1].(map[string]any)
}

// TestLinkedRecordsOfLoadedDefinitions: the workflows of other systems, loaded into a running installation, open
// records beside each other and tell each other what came of them, through the database and the worker.
func TestLinkedRecordsOfLoadedDefinitions(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	s.foreign("hypha_concept", "hypha_proposal", "ifs_project", "ifs_offer_letter", "ifs_spend_profile")
	org := s.want(200, "GET", "/me", "certifier", nil).body["organization"]

	concept := s.want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "hypha_concept",
		"organization": org}).body["ref"].(string)
	s.act("certifier", concept, "to_in_discussion", map[string]any{"answers": map[string]any{"title": "社区花园"}})
	s.act("officer", concept, "to_invited_to_proposal", nil)
	s.act("officer", concept, "to_draft_proposal", nil)
	s.refused(409, "once", "officer", concept, "to_draft_proposal", nil)
	proposal := s.child("officer", concept)
	if proposal["workflow"] != "hypha_proposal" || proposal["state"] != "draft_proposal" ||
		proposal["ref"] != concept+"-N1" {
		t.Fatalf("born: %v", proposal)
	}
	c := s.act("certifier", proposal["ref"].(string), "to_proposal_discussion",
		map[string]any{"answers": map[string]any{"title": "社区花园（正式）"}})
	if c["state"] != "proposal_discussion" || c["organization"] != org {
		t.Errorf("the proposal: %v %v", c["state"], c["organization"])
	}

	project := s.want(201, "POST", "/cases", "officer", map[string]any{"workflow": "ifs_project",
		"organization": org}).body["ref"].(string)
	s.act("officer", project, "open_parts", nil)
	s.act("certifier", project, "give_details", nil)
	s.act("finance1", project, "check_bank", nil)
	letter, profile := project+"-N1", project+"-N2"
	s.act("officer", letter, "send", nil)
	s.act("certifier", letter, "sign", nil)
	s.act("officer", letter, "approve_signed", nil)
	s.act("finance1", profile, "generate", nil)
	s.act("applicant", profile, "submit", nil)
	if state := s.want(200, "GET", "/cases/"+project, "officer", nil).body["state"]; state != "setting_up" {
		t.Fatalf("live before its last part: %v", state)
	}
	s.act("officer", profile, "approve", nil)
	s.until("officer", project, "live")
	s.verified()
}
