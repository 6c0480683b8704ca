package e2e

import (
	"net/http"
	"testing"

	"incubase/cmd/incubase/demo"
)

func TestRoundsAreListedByTheirFilters(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	made := s.Want(http.StatusCreated, "POST", "/rounds", "officer",
		object{"name": object{"zh": "筛选批次", "en": "Filtered round"}, "kind": "grant", "region": "230302"}).Body["id"]
	listed := func(query string) bool {
		for _, x := range s.Want(http.StatusOK, "GET", "/rounds?"+query, "officer", nil).Body["items"].([]any) {
			if x.(object)["id"] == made {
				return true
			}
		}
		return false
	}
	for query, want := range map[string]bool{"": true, "workflow=grant": true, "workflow=incubation": false,
		"state=preparing": true,
		"state=open":      false, "region=230302": true, "region=2303": true, "region=230303": false,
		"workflow=grant&state=preparing&region=23": true} {
		if listed(query) != want {
			t.Errorf("?%s: listed %v, want %v", query, !want, want)
		}
	}
	for query, field := range map[string]string{"workflow=nothing": "workflow", "state=nothing": "state",
		"region=x": "region"} {
		a := s.Want(http.StatusUnprocessableEntity, "GET", "/rounds?"+query, "officer", nil)
		if list, _ := a.Body["errors"].([]any); len(list) != 1 || list[0].(object)["field"] != field {
			t.Errorf("?%s: %v", query, a.Body)
		}
	}
}
