package e2e

import (
	"net/http"
	"slices"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/workflow"
)

// TestAnUnchangedAnswerIsKnownByItsTag: the tag stays while nothing changes, on another server too, and changes with
// anything that the answer is made of. Each row changes one thing behind the server's back.
func TestAnUnchangedAnswerIsKnownByItsTag(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	var ref, child string
	if err := s.Owner.QueryRow(
		`select c.ref, k.ref from cases c join cases k on k.parent_id = c.id where c.workflow = 'grant' and c.state = 'funded'
		and c.organization_id is not null and c.project_id is not null and c.round_id is not null and c.agency_id is not null
		and c.clocks <> '[]'
		order by c.ref, k.ref limit 1`).Scan(&ref, &child); err != nil {
		t.Fatal(err)
	}
	sql := func(statement string) func() {
		return func() {
			s.T.Helper()
			r, err := s.Owner.Exec(statement, ref)
			if err != nil {
				t.Fatal(statement, err)
			}
			if n, err := r.RowsAffected(); err != nil || n == 0 {
				t.Fatal("nothing changed: ", statement, err)
			}
		}
	}
	of := func(set, column string) string {
		return set + ` where id = (select ` + column + ` from cases where ref = $1)`
	}
	me := s.Want(http.StatusOK, "GET", "/me", "officer", nil).Body["id"].(string)
	paths := []string{"/cases/" + ref, "/cases/" + ref + "/events", "/cases?limit=20&sort=updated&expand=case",
		"/cases/" + child, "/cases?limit=200&sort=updated"}
	const theCase, events, list, theChild, rows = 0, 1, 2, 3, 4
	for _, tt := range []struct {
		name   string
		change func()
		of     []int // whose answers are made of it
	}{
		{"an act", func() { s.Act("decider", ref, "suspend", nil) }, []int{theCase, events, list, rows}},
		{"another act", func() { s.Act("decider", ref, "resume", nil) }, []int{theCase, events, list, rows}},
		{"the organization's record", sql(of(`update organizations set version = version + 1, name = name || '甲'`,
			"organization_id")), []int{theCase, list, theChild, rows}},
		{"the project's name", sql(of(`update projects set title = title || '乙'`, "project_id")),
			[]int{theCase, list}},
		{"the agency's name", sql(of(`update agencies set name_zh = name_zh || '丙'`, "agency_id")),
			[]int{theCase, list}},
		{"the agency's name in English", sql(of(`update agencies set name_en = name_en || ' D'`, "agency_id")),
			[]int{theCase, list}},
		{"the division's name",
			sql(`update regions set full_name = full_name || '丁' where code = (select case when community = '' then region
				else street end from cases where ref = $1)`), []int{theCase, list}},
		{"a case below it",
			sql(`with k as (select id from cases where parent_id = (select id from cases where ref = $1) order by ref limit 1)
			update cases set stage = case stage when 'applied' then 'reviewed' else 'applied' end where id in (select id
			from k)`), []int{theCase, list}},
		{"the name of who acted",
			sql(`update users set name = name || '戊' where id = (select e.actor_id from events e join cases c on c.id = e.case_id
				where c.ref = $1 and e.actor_id <> '` + me + `' order by e.seq desc limit 1)`), []int{events}},
		{"a role more",
			sql(`insert into role_grants (id, user_id, role, region) select '` + workflow.NewID(s.In.Clock.Now()) + `', '` + me +
				`', 'evaluator', region from cases where ref = $1`), []int{theCase, list}},
		{"a role less", sql(`update role_grants set until = now() where role = 'evaluator' and user_id = '` + me +
			`' and $1 <> ''`), []int{theCase, list}},
		{"a case more in the list",
			sql(`update cases set updated_at = now() + interval '1 day' where ref = (select ref from cases where ref > $1
				and workflow = 'grant' order by ref limit 1)`), []int{list, rows}},
	} {
		tags := make([]string, len(paths))
		for i, p := range paths {
			first := s.Send("GET", p, "officer", nil, nil)
			if tags[i] = first.Header.Get("ETag"); first.Status != http.StatusOK || tags[i] == "" {
				t.Fatalf("%s: %d %q", p, first.Status, tags[i])
			}
			if again := s.Send("GET", p, "officer", map[string]string{"If-None-Match": `"x", W/` + tags[i]},
				nil); again.Status != http.StatusNotModified || again.Header.Get("ETag") != tags[i] {
				t.Fatalf("before %s, %s: %d and %s for %s", tt.name, p, again.Status, again.Header.Get("ETag"), tags[i])
			}
		}
		tt.change()
		for i, p := range paths {
			a := s.Send("GET", p, "officer", map[string]string{"If-None-Match": tags[i]}, nil)
			fresh := s.Send("GET", p, "officer", nil, nil)
			changed := a.Status == http.StatusOK && a.Header.Get("ETag") != tags[i]
			same := a.Status == http.StatusNotModified && a.Header.Get("ETag") == tags[i]
			if changed == same || slices.Contains(tt.of, i) && !changed || fresh.Header.Get("ETag") != a.Header.Get("ETag") {
				t.Errorf("%s: %s was answered %d with %s, before with %s", tt.name, p, a.Status, a.Header.Get("ETag"), tags[i])
			}
		}
	}
	t.Run("the language", func(t *testing.T) {
		for _, p := range []string{paths[list], paths[rows]} {
			tag := s.Send("GET", p, "officer", nil, nil).Header.Get("ETag")
			if a := s.Send("GET", p, "officer", map[string]string{"If-None-Match": tag, "Accept-Language": "zh"},
				nil); a.Status != http.StatusOK {
				t.Errorf("%s in Chinese for the tag in English: %d", p, a.Status)
			}
		}
	})
	t.Run("a case that is no longer the reader's to see, and one that never was", func(t *testing.T) {
		tag := s.Send("GET", paths[theCase], "officer", nil, nil).Header.Get("ETag")
		sql(`update role_grants set until = now() where user_id = '` + me + `' and until is null and $1 <> ''`)()
		for _, p := range []string{paths[theCase], "/cases/GA-1999-000001"} {
			if a := s.Send("GET", p, "officer", map[string]string{"If-None-Match": tag}, nil); a.Status != http.StatusNotFound {
				t.Errorf("%s: %d", p, a.Status)
			}
		}
	})
	t.Run("a session that was ended", func(t *testing.T) {
		tags := map[string]string{}
		for _, p := range paths {
			tags[p] = s.Send("GET", p, "decider", nil, nil).Header.Get("ETag")
		}
		if _, err := s.Owner.Exec(`update sessions set ended_at = now()`); err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			if a := s.Send("GET", p, "decider", map[string]string{"If-None-Match": tags[p]},
				nil); a.Status != http.StatusUnauthorized {
				t.Errorf("%s: %d", p, a.Status)
			}
		}
	})
}
