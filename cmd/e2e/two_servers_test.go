package e2e

import (
	"fmt"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestTwoServers: two servers on one database share sessions, definitions and keys of requests; timers fire once and
// children tell their parents once.
func TestTwoServers(t *testing.T) {
	t.Parallel()
	one := newSite(t, demo.LoadPeople)
	two := &site{one.Second()}
	one.foreign("ifs_project")
	org := one.Want(200, "GET", "/me", "certifier", nil).Body["organization"].(string)

	opening := map[string]any{"workflow": "ifs_project", "organization": org}
	a := one.Send("POST", "/cases", "officer", map[string]string{"Idempotency-Key": "once"}, opening)
	two.Want(200, "GET", fmt.Sprint("/cases/", a.Body["ref"]), "officer", nil)
	b := two.Send("POST", "/cases", "officer", map[string]string{"Idempotency-Key": "once"}, opening)
	if a.Status != 201 || b.Status != 201 || a.Body["ref"] != b.Body["ref"] {
		t.Fatalf("one key on two servers: %d %v, %d %v", a.Status, a.Body["ref"], b.Status, b.Body["ref"])
	}
	one.foreign("ifs_offer_letter", "ifs_spend_profile") // the other server meets them first as children

	// Signals: every letter's approval is told by whichever worker is first, to a parent that the other server may hold.
	var projects []string
	for i := range 10 {
		here, there := one, two
		if i%2 == 1 {
			here, there = two, one
		}
		project := here.Want(201, "POST", "/cases", "officer", opening).Body["ref"].(string)
		there.Act("officer", project, "open_parts", nil)
		here.Act("officer", project+"-N1", "send", nil)
		there.Act("certifier", project+"-N1", "sign", nil)
		here.Act("officer", project+"-N1", "approve_signed", nil)
		projects = append(projects, project)
	}
	told := func() (n, twice int) {
		if err := one.Owner.QueryRow(`select count(*), count(*) filter (where n > 1) from
			(select case_id, count(*) as n from events where action = 'letter_approved'
			group by case_id) e`).Scan(&n, &twice); err != nil {
			t.Fatal(err)
		}
		return n, twice
	}
	apptest.WaitFor(t, "every letter to be told of", func() bool { n, _ := told(); return n == len(projects) })

	// Timers: all fall due at one moment, and both workers look.
	round, _ := one.Round()
	for i := range 20 {
		here := []*site{one, two}[i%2]
		project := here.Want(201, "POST", "/organizations/"+org+"/projects", "applicant",
			map[string]any{"title": fmt.Sprintf("项目%d", i), "topics": []string{"disabled"}}).Body["id"]
		ref := here.Want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
			"organization": org, "project": project}).Body["ref"].(string)
		here.Act("certifier", ref, "submit", here.Example("certifier", ref, "submit"))
		here.Act("officer", ref, "return", nil)
	}
	one.Advance("P25D")
	fired := func() (cases, events int) {
		if err := one.Owner.QueryRow(`select count(distinct case_id), count(*) from events where action = 'lapse'`).Scan(
			&cases, &events); err != nil {
			t.Fatal(err)
		}
		return cases, events
	}
	apptest.WaitFor(t, "every deadline to fire", func() bool { n, _ := fired(); return n == 20 })
	for _, server := range []*site{one, two} { // both look again
		for more := true; more; {
			var err error
			if more, err = server.In.Worker(nil).Round(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if cases, events := fired(); cases != 20 || events != 20 {
		t.Errorf("%d deadlines fired %d times", cases, events)
	}
	if n, twice := told(); n != len(projects) || twice != 0 {
		t.Errorf("%d projects were told, %d of them twice", n, twice)
	}

	// A session ends everywhere.
	one.Want(200, "GET", "/me", "decider", nil)
	two.Want(200, "GET", "/me", "decider", nil)
	if a := one.Send("DELETE", "/sessions/current", "decider", nil, nil); a.Status >= 300 {
		t.Fatal(a.Status, a.Body)
	}
	if a := two.Send("GET", "/me", "decider", nil, nil); a.Status != 401 {
		t.Errorf("signed out on one server, the other answers %d", a.Status)
	}
	one.Verified()
}
