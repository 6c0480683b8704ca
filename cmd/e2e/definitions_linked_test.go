package e2e

import (
	"fmt"
	"os"
	"testing"

	"incubase/cmd/incubase/demo"
)

// foreign loads workflows of other systems from the catalog's test data.
func (s *site) foreign(names ...string) {
	s.T.Helper()
	for _, name := range names {
		b, err := os.ReadFile("../../workflow/catalog/testdata/foreign/" + name + ".yaml")
		if err != nil {
			s.T.Fatal(err)
		}
		made := s.Want(201, "POST", "/workflows", "sysadmin",
			map[string]any{"source": string(b)}).Body["definition"].(map[string]any)
		s.Want(201, "POST", fmt.Sprintf("/workflows/%v/versions/%v/approval", made["name"], made["version"]), "secadmin", nil)
	}
}

// child returns the latest record below a case.
func (s *site) child(login, ref string) map[string]any {
	s.T.Helper()
	list := s.Want(200, "GET", "/cases/"+ref, login, nil).Body["children"].([]any)
	if len(list) == 0 {
		s.T.Fatal(ref, "has nothing below it")
	}
	return list[len(list)-1].(map[string]any)
}

// TestLinkedRecordsOfLoadedDefinitions: loaded workflows of other systems open linked records, which report to each
// other through the database and the worker.
func TestLinkedRecordsOfLoadedDefinitions(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	s.foreign("hypha_concept", "hypha_proposal", "ifs_project", "ifs_offer_letter", "ifs_spend_profile")
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"]

	concept := s.Want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "hypha_concept",
		"organization": org}).Body["ref"].(string)
	s.Act("certifier", concept, "to_in_discussion", map[string]any{"answers": map[string]any{"title": "社区花园"}})
	s.Act("officer", concept, "to_invited_to_proposal", nil)
	s.Act("officer", concept, "to_draft_proposal", nil)
	s.Refused(409, "once", "officer", concept, "to_draft_proposal", nil)
	proposal := s.child("officer", concept)
	if proposal["workflow"] != "hypha_proposal" || proposal["state"] != "draft_proposal" ||
		proposal["ref"] != concept+"-N1" {
		t.Fatalf("born: %v", proposal)
	}
	c := s.Act("certifier", proposal["ref"].(string), "to_proposal_discussion",
		map[string]any{"answers": map[string]any{"title": "社区花园（正式）"}})
	if c["state"] != "proposal_discussion" || c["organization"] != org {
		t.Errorf("the proposal: %v %v", c["state"], c["organization"])
	}

	project := s.Want(201, "POST", "/cases", "officer", map[string]any{"workflow": "ifs_project",
		"organization": org}).Body["ref"].(string)
	s.Act("officer", project, "open_parts", nil)
	s.Act("certifier", project, "give_details", nil)
	s.Act("finance1", project, "check_bank", nil)
	letter, profile := project+"-N1", project+"-N2"
	s.Act("officer", letter, "send", nil)
	s.Act("certifier", letter, "sign", nil)
	s.Act("officer", letter, "approve_signed", nil)
	s.Act("finance1", profile, "generate", nil)
	s.Act("applicant", profile, "submit", nil)
	if state := s.Want(200, "GET", "/cases/"+project, "officer", nil).Body["state"]; state != "setting_up" {
		t.Fatalf("live before its last part: %v", state)
	}
	s.Act("officer", profile, "approve", nil)
	s.until("officer", project, "live")
	s.Verified()
}
