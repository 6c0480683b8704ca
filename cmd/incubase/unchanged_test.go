package main

import (
	"net/http"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/workflow"
)

// TestAnUnchangedAnswerIsKnownByItsTag: the same tag as long as nothing changes, on another server too; another one as
// soon as anything changes that the answer is made of. Each row changes one thing behind the server's back, as another
// server or the program's own statements would.
func TestAnUnchangedAnswerIsKnownByItsTag(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	var ref, child string
	if err := s.owner.QueryRow(
		`select c.ref, k.ref from cases c join cases k on k.parent_id = c.id where c.workflow = 'grant' and c.state = 'funded'
		and c.organization_id is not null and c.project_id is not null and c.round_id is not null and c.agency_id is not null
		and c.clocks <> '[]'
		order by c.ref, k.ref limit 1`).Scan(&ref, &child); err != nil {
		t.Fatal(err)
	}
	sql := func(statement string) func() {
		return func() {
			s.t.Helper()
			r, err := s.owner.Exec(statement, ref)
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
	me := s.want(http.StatusOK, "GET", "/me", "officer", nil).body["id"].(string)
	paths := []string{"/cases/" + ref, "/cases/" + ref + "/events", "/cases?limit=200&sort=updated", "/cases/" + child}
	const theCase, events, list, theChild = 0, 1, 2, 3
	for _, tt := range []struct {
		name   string
		change func()
		of     []int // whose answers are made of it
	}{
		{"an act", func() { s.act("decider", ref, "suspend", nil) }, []int{theCase, events, list, theChild}},
		{"another act", func() { s.act("decider", ref, "resume", nil) }, []int{theCase, events, list, theChild}},
		{"a clock measured anew",
			sql(`update cases set clocks = jsonb_set(clocks, '{0,due_on}', '"2031-01-05"') where ref = $1`),
			[]int{theCase, events, list}},
		{"the round's rules, form or dates",
			sql(of(`update rounds set version = version + 1, closes_at = closes_at + interval '1 hour'`, "round_id")),
			[]int{theCase, events, list, theChild}},
		{"money of the round", sql(of(`update rounds set committed_fen = committed_fen - 1`, "round_id")),
			[]int{theCase, events, list, theChild}},
		{"awards of the round", sql(of(`update rounds set awards = awards + 1`, "round_id")),
			[]int{theCase, events, list, theChild}},
		{"the organization's record", sql(of(`update organizations set version = version + 1, name = name || '甲'`,
			"organization_id")), []int{theCase, events, list, theChild}},
		{"the project's name", sql(of(`update projects set title = title || '乙'`, "project_id")),
			[]int{theCase, events, list}},
		{"the agency's name", sql(of(`update agencies set name_zh = name_zh || '丙'`, "agency_id")),
			[]int{theCase, events, list}},
		{"the agency's name in English", sql(of(`update agencies set name_en = name_en || ' D'`, "agency_id")),
			[]int{theCase, events, list}},
		{"the division's name",
			sql(`update regions set full_name = full_name || '丁' where code = (select case when community = '' then region
				else street end from cases where ref = $1)`), []int{theCase, events, list}},
		{"a case below it",
			sql(`with k as (select id from cases where parent_id = (select id from cases where ref = $1) order by ref limit 1)
			update cases set stage = case stage when 'applied' then 'reviewed' else 'applied' end where id in (select id
			from k)`), []int{theCase, events, list}},
		{"a draft", sql(`insert into drafts (case_id, actor_id, slot, body, at) select id, '` + me +
			`', 'answers', '{"a":1}', now() from cases where ref = $1`), []int{theCase, events}},
		{"the draft, saved again at the same moment",
			sql(`update drafts set body = '{"a":2}' where slot = 'answers' and case_id = (select id from cases where ref = $1)`),
			[]int{theCase, events}},
		{"no draft any more",
			sql(`delete from drafts where slot = 'answers' and case_id = (select id from cases where ref = $1)`),
			[]int{theCase, events}},
		{"the name of who acted",
			sql(`update users set name = name || '戊' where id = (select e.actor_id from events e join cases c on c.id = e.case_id
				where c.ref = $1 and e.actor_id <> '` + me + `' order by e.seq desc limit 1)`), []int{events}},
		{"what was said, erased",
			sql(`update event_payloads set body = null, erased_at = now(), reason = '个人信息' where seq = 1 and case_id = (select id
				from cases where ref = $1)`), []int{events}},
		{"the reader's name", sql(`update users set name = '改名者' where id = '` + me + `' and $1 <> ''`),
			[]int{theCase, events, list, theChild}},
		{"a role more",
			sql(`insert into role_grants (id, user_id, role, region) select '` + workflow.NewID(s.in.clock.Now()) + `', '` + me +
				`', 'evaluator', region from cases where ref = $1`), []int{theCase, events, list, theChild}},
		{"a role less", sql(`update role_grants set until = now() where role = 'evaluator' and user_id = '` + me +
			`' and $1 <> ''`), []int{theCase, events, list, theChild}},
		{"a case more in the list",
			sql(`update cases set updated_at = now() + interval '1 day' where ref = (select ref from cases where ref > $1
				and workflow = 'grant' order by ref limit 1)`), []int{list}},
		{"the next day", func() { s.advance("P1D") }, []int{theCase, events, list, theChild}},
	} {
		tags := make([]string, len(paths))
		for i, p := range paths {
			first := s.send("GET", p, "officer", nil, nil)
			if tags[i] = first.header.Get("ETag"); first.status != http.StatusOK || tags[i] == "" {
				t.Fatalf("%s: %d %q", p, first.status, tags[i])
			}
			if again := s.send("GET", p, "officer", map[string]string{"If-None-Match": `"x", W/` + tags[i]},
				nil); again.status != http.StatusNotModified || again.header.Get("ETag") != tags[i] {
				t.Fatalf("before %s, %s: %d and %s for %s", tt.name, p, again.status, again.header.Get("ETag"), tags[i])
			}
		}
		tt.change()
		for _, i := range tt.of {
			if a := s.send("GET", paths[i], "officer", map[string]string{"If-None-Match": tags[i]},
				nil); a.status != http.StatusOK || a.header.Get("ETag") == tags[i] {
				t.Errorf("%s: %s was answered %d with %s, as before", tt.name, paths[i], a.status, a.header.Get("ETag"))
			}
		}
	}
	t.Run("the language", func(t *testing.T) {
		for _, p := range paths {
			tag := s.send("GET", p, "officer", nil, nil).header.Get("ETag")
			if a := s.send("GET", p, "officer", map[string]string{"If-None-Match": tag, "Accept-Language": "zh"},
				nil); a.status != http.StatusOK {
				t.Errorf("%s in Chinese for the tag in English: %d", p, a.status)
			}
		}
	})
	t.Run("another history of the database", func(t *testing.T) {
		for _, p := range paths {
			tag := s.send("GET", p, "officer", nil, nil).header.Get("ETag")
			s.in.origin += "'"
			if a := s.send("GET", p, "officer", map[string]string{"If-None-Match": tag}, nil); a.status != http.StatusOK {
				t.Errorf("%s: %d", p, a.status)
			}
		}
	})
	t.Run("a case that is no longer the reader's to see, and one that never was", func(t *testing.T) {
		tag := s.send("GET", paths[theCase], "officer", nil, nil).header.Get("ETag")
		sql(`update role_grants set until = now() where user_id = '` + me + `' and until is null and $1 <> ''`)()
		for _, p := range []string{paths[theCase], "/cases/GA-1999-000001"} {
			if a := s.send("GET", p, "officer", map[string]string{"If-None-Match": tag}, nil); a.status != http.StatusNotFound {
				t.Errorf("%s: %d", p, a.status)
			}
		}
	})
	t.Run("a session that was ended", func(t *testing.T) {
		tags := map[string]string{}
		for _, p := range paths {
			tags[p] = s.send("GET", p, "decider", nil, nil).header.Get("ETag")
		}
		if _, err := s.owner.Exec(`update sessions set ended_at = now()`); err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			if a := s.send("GET", p, "decider", map[string]string{"If-None-Match": tags[p]},
				nil); a.status != http.StatusUnauthorized {
				t.Errorf("%s: %d", p, a.status)
			}
		}
	})
}
