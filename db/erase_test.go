package db_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"incubase/db/accounts"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/erase"
	"incubase/workflow/registry"
)

type eraser struct {
	*theRegistry
	eraser   erase.Eraser
	files    *cases.Files
	folder   string
	security workflow.Actor
	keys     int
}

func newEraser(t *testing.T) *eraser {
	t.Helper()
	f := dbtest.New(t)
	e := &eraser{theRegistry: &theRegistry{Fixture: f, people: map[string]workflow.Actor{}},
		folder: filepath.Join(t.TempDir(),
			"files")}
	e.Registry = &registry.Registry{Store: f.DB, Clock: f.Clock, Regions: records.NewDivisions(), Passwords: f.DB,
		Codes: f.DB,
		Desk:  f.Desk}
	var err error
	if e.files, err = f.NewFiles(e.folder, cases.DefaultFileLimits); err != nil {
		t.Fatal(err)
	}
	e.eraser = erase.Eraser{Desk: f.Desk, Registry: e.Registry, Store: cases.Erasures{Cases: f.DB.Cases, Files: e.files}}
	e.security = e.person(workflow.RoleSecadmin, "")
	return e
}

func (e *eraser) try(who workflow.Actor, x erase.Erasure) (*erase.Erased, error) {
	if x.Reason == "" {
		x.Reason = "本人要求"
	}
	if x.Key == "" {
		e.keys++
		x.Key = fmt.Sprint("erasing ", e.keys)
	}
	x.Digest = sha256.Sum256(fmt.Append(nil, x))
	return e.eraser.Erase(context.WithoutCancel(e.T.Context()), who, x)
}

func (e *eraser) erase(x erase.Erasure) *erase.Erased {
	e.T.Helper()
	done, err := e.try(e.security, x)
	if err != nil {
		e.T.Fatalf("erase %s: %v", x.Kind, err)
	}
	return done
}

// find returns every column and file that holds the marker.
func (e *eraser) find(marker string) (places []string) {
	e.T.Helper()
	escaped, _ := json.Marshal(marker)
	forms := []string{marker, strings.Trim(string(escaped), `"`), ascii(marker)}
	owner := e.Owner(e.T)
	rows, err := owner.Query(`select c.table_name, c.column_name, c.data_type from information_schema.columns c
		join information_schema.tables t using (table_schema, table_name)
		where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
		and c.data_type not in ('boolean', 'bigint', 'integer', 'smallint', 'date', 'interval', 'timestamp with time zone',
		'uuid')`)
	if err != nil {
		e.T.Fatal(err)
	}
	var all [][3]string
	for rows.Next() {
		var c [3]string
		if err := rows.Scan(&c[0], &c[1], &c[2]); err != nil {
			e.T.Fatal(err)
		}
		all = append(all, c)
	}
	if err := rows.Err(); err != nil || len(all) < 150 {
		e.T.Fatalf("%d columns of text: %v", len(all), err)
	}
	for _, c := range all {
		for _, form := range forms {
			what, arg := fmt.Sprintf(`position($1 in %q::text) > 0`, c[1]), any(form)
			if c[2] == "bytea" {
				what, arg = fmt.Sprintf(`position($1::bytea in %q) > 0`, c[1]), []byte(form)
			}
			var n int
			if err := owner.QueryRow(fmt.Sprintf(`select count(*) from %q where %s`, c[0], what), arg).Scan(&n); err != nil {
				e.T.Fatalf("%s.%s: %v", c[0], c[1], err)
			}
			if n > 0 {
				places = append(places, c[0]+"."+c[1])
				break
			}
		}
	}
	err = filepath.WalkDir(e.folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.Contains(string(b), marker) || strings.Contains(path, marker) {
			places = append(places, "file")
		}
		return err
	})
	if err != nil {
		e.T.Fatal(err)
	}
	slices.Sort(places)
	return places
}

// ascii escapes every non-ASCII character as JSON may.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 128 {
			b.WriteRune(r)
			continue
		}
		fmt.Fprintf(&b, `\u%04x`, r)
	}
	return b.String()
}

// planted checks that the marker stands in the places given.
func (e *eraser) planted(marker string, least ...string) {
	e.T.Helper()
	found := e.find(marker)
	for _, place := range least {
		if !slices.Contains(found, place) {
			e.T.Errorf("%s was not planted in %s: %v", marker, place, found)
		}
	}
}

func (e *eraser) gone(marker string, except ...string) {
	e.T.Helper()
	if found := e.find(marker); !slices.Equal(found, append([]string{}, except...)) && len(found)+len(except) > 0 {
		e.T.Errorf("%s survives in %v, expected %v", marker, found, except)
	}
	sound(e.T, e.Fixture)
	if err := e.files.Missing(e.T.Context(), func(a workflow.Attachment) {
		e.T.Errorf("the content of %s is missing",
			a.ID)
	}); err != nil {
		e.T.Error(err)
	}
}

// marker contains characters that JSON may escape.
func marker(what string) string { return "蝶" + what + "0371" }

func (e *eraser) put(who, on, name, inside string) *workflow.Attachment {
	e.T.Helper()
	var into *workflow.Case
	if on != "" {
		c := e.Case(on)
		into = &c
	}
	a, err := e.files.Put(e.T.Context(), e.Actor(who).ID, into, name, strings.NewReader("%PDF-1.7\n"+inside+"\n%%EOF\n"))
	if err != nil {
		e.T.Fatal(err)
	}
	return a
}

func TestErasingADraft(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	m, ref := marker("draft"), e.NewGrant()
	answers := e.Answers(dbtest.Requested)
	answers["need"] = m
	e.Do("preparer", ref, workflow.SaveAction, map[string]any{"answers": answers})
	e.put("preparer", e.ID(ref), m+".pdf", m)
	e.planted(m, "drafts.body", "attachments.name", "file")
	e.erase(erase.Erasure{Kind: workflow.EraseDraft, Case: ref})
	e.gone(m)
	if c := e.Case(ref); c.Version != 2 || c.Title != "—" {
		t.Errorf("version %d, titled %q", c.Version, c.Title)
	}
	submitted := e.NewGrant()
	e.Walk(submitted, "applied")
	var no *workflow.Refused
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.EraseDraft, Case: submitted}); !errors.As(err, &no) ||
		no.Refusals[0].Rule != "submitted" {
		t.Errorf("a submitted application as a draft: %v", err)
	}
}

func TestErasingAnAnswer(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	m, ref := marker("answer"), e.NewGrant()
	answers := e.Answers(dbtest.Requested)
	answers["need"] = m
	e.Do("preparer", ref, workflow.SaveAction, map[string]any{"answers": answers})
	e.Do("certifier", ref, "submit", map[string]any{"answers": answers,
		"attachments": []string{e.put("certifier", "", "证书.pdf", "证书").ID}})
	e.planted(m, "case_answers.body")
	before := e.Case(ref)
	e.erase(erase.Erasure{Kind: workflow.EraseAnswer, Case: ref, Question: "need"})
	e.gone(m)
	var left map[string]any
	var body string
	if err := e.Owner(t).QueryRow(`select body from case_answers where case_id = $1`, before.ID).Scan(&body); err != nil ||
		json.Unmarshal([]byte(body), &left) != nil {
		t.Fatal(err)
	}
	if c := e.Case(ref); c.Requested != before.Requested || c.Title != before.Title || len(left) != len(answers)-1 {
		t.Errorf("more than the answer went: %d of %d answers, %+v", len(left), len(answers), c)
	}
	var bad *workflow.Invalid
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.EraseAnswer, Case: ref,
		Question: "requested_fen"}); !errors.As(err, &bad) {
		t.Errorf("the sum asked for: %v", err)
	}
	var no *workflow.Refused
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.EraseAnswer, Case: ref,
		Question: "need"}); !errors.As(err, &no) || no.Refusals[0].Rule != "nothing_to_erase" {
		t.Errorf("erased twice: %v", err)
	}
}

func TestErasingWhatWasSaid(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "screened")
	note, comment, opinion := marker("note"), marker("comment"), marker("opinion")
	reviewer := e.Actor("reviewer1")
	e.Do("reviewer1", ref, "declare", map[string]any{"conflict": false})
	e.Do("reviewer1", ref, workflow.SaveAction, map[string]any{"for": "score", "comment": comment})
	e.planted(comment, "drafts.body")
	cmd := workflow.Command{Ref: ref, Action: "score", Key: "scored", Digest: digest("scored"), Note: note,
		Fields: map[string]any{"points": 8550, "comment": comment}}
	r, err := e.Fixture.Desk.Do(t.Context(), reviewer, cmd)
	if err != nil {
		t.Fatal(err)
	}
	spoken := e.Do("cosigner", ref, "cosign", map[string]any{"answer": "agree", "opinion": opinion})
	e.planted(comment, "event_payloads.body", "cases.assignments")
	e.planted(opinion, "event_payloads.body", "cases.cosigns")
	e.planted(note, "event_payloads.body")
	e.erase(erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: r.Event.Seq})
	e.gone(note)
	e.gone(comment)
	e.erase(erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: spoken.Event.Seq})
	e.gone(opinion)
	again, err := e.Fixture.Desk.Do(t.Context(), reviewer, cmd)
	if err != nil || !again.Replay || again.Event.Hash != r.Event.Hash || again.View.Case.Version <= r.Event.Seq ||
		strings.Contains(fmt.Sprintf("%+v", again), note) {
		t.Errorf("repeated: %+v, %v", again, err)
	}
	c := e.Case(ref)
	if i := slices.IndexFunc(c.Assignments, func(a workflow.Assignment) bool { return a.User == reviewer.ID }); i < 0 ||
		c.Assignments[i].Points != 8550 {
		t.Errorf("the score itself went: %+v", c.Assignments)
	}
	if i := slices.IndexFunc(c.Cosigns, func(s workflow.Cosign) bool { return s.Answer == "agree" }); i < 0 {
		t.Errorf("the agency's answer itself went: %+v", c.Cosigns)
	}
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.ErasePayload, Case: ref,
		Event: c.Version}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("why something was erased can be erased: %v", err)
	}
}

func TestErasingAnObjector(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "proposed")
	name, contact, text, file := marker("name"), marker("contact"), marker("text"), marker("file")
	a, err := e.files.Put(t.Context(), workflow.ObjectorID, nil, file+".pdf",
		strings.NewReader("%PDF-1.7\n"+file+"\n%%EOF\n"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := workflow.Command{Ref: ref, Action: "object", Key: "objected", Digest: digest("o"),
		Fields: map[string]any{"name": name, "contact": contact, "text": text, "attachments": []string{a.ID}}}
	if _, err := e.Fixture.Desk.Do(t.Context(), workflow.Objector(), cmd); err != nil {
		t.Fatal(err)
	}
	e.planted(name, "objections.name", "event_payloads.body")
	e.planted(file, "attachments.name", "file")
	before := e.Case(ref)
	e.erase(erase.Erasure{Kind: workflow.EraseObjector, Case: ref, Objection: 1})
	for _, m := range []string{name, contact, text, file} {
		e.gone(m)
	}
	if c := e.Case(ref); c.Counts["objections_holding"] != before.Counts["objections_holding"] {
		t.Errorf("the objection no longer holds the award: %v", c.Counts)
	}
}

func TestErasingAFile(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref, other := e.NewGrant(), e.NewGrant()
	m, shared := marker("scan"), marker("shared")
	a := e.put("preparer", e.ID(ref), m+".pdf", m)
	b := e.put("preparer", e.ID(ref), "one.pdf", shared)
	c := e.put("preparer", e.ID(other), "two.pdf", shared)
	e.erase(erase.Erasure{Kind: workflow.EraseFile, Case: ref, File: a.ID})
	e.gone(m)
	found, err := e.files.Find(t.Context(), a.ID)
	if err != nil || found.SHA256 != a.SHA256 || found.Size != a.Size {
		t.Errorf("hash and size stay: %+v, %v", found, err)
	}
	if _, err := e.files.Open(t.Context(), found); !errors.Is(err, workflow.ErrFileErased) {
		t.Errorf("opened: %v", err)
	}
	e.erase(erase.Erasure{Kind: workflow.EraseFile, Case: ref, File: b.ID})
	content, err := e.files.Open(t.Context(), c) // the same content, another user's file
	if err != nil {
		t.Fatal(err)
	}
	_ = content.Close()
	e.erase(erase.Erasure{Kind: workflow.EraseFile, Case: other, File: c.ID})
	e.gone(shared)
}

func TestErasingAPerson(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	name := marker("person")
	login := "marker-person-0371"
	ref := e.NewGrant()
	u, err := e.AddWithHash(t.Context(), registry.NewUser{Login: login, Name: name}, hashed(t),
		registry.RecordCommand{Key: "opened"})
	if err != nil {
		t.Fatal(err)
	}
	g, err := e.GrantRole(t.Context(), workflow.System(), u.ID, workflow.NewRole{Role: workflow.RoleReviewer,
		Region: "230302"}, registry.RecordCommand{Key: "granted"})
	if err != nil {
		t.Fatal(err)
	}
	e.Walk(ref, "screened")
	if _, err := e.DB.Login(t.Context(), registry.SignIn{Login: login, Password: password, Address: "192.0.2.7"},
		accounts.DefaultSessionLimits); err != nil {
		t.Log("sign in:", err)
	}
	me := workflow.Actor{ID: u.ID, Login: login, Name: name, Roles: []workflow.Grant{g.Grant}}
	if _, err := e.Fixture.Desk.Do(t.Context(), me, workflow.Command{Ref: ref, Action: "declare", Key: "declared",
		Digest: digest("d"), Fields: map[string]any{"conflict": false}}); err != nil {
		t.Fatal(err)
	}
	job, err := e.Bulk.Start(t.Context(), me, desk.BulkOrder{Action: "admit", Note: name, Refs: []string{ref}, Key: name,
		Digest: digest(name)})
	if err != nil {
		t.Fatal(err)
	}
	e.planted(name, "users.name", "record_bodies.body", "cases.assignments", "idempotency_keys.receipt", "jobs.request",
		"jobs.key")
	e.planted(login, "users.login", "record_bodies.body", "idempotency_keys.receipt")
	x := erase.Erasure{Kind: workflow.ErasePerson, User: u.ID, Key: "person"}
	done := e.erase(x)
	e.gone(name)
	e.gone(login, "audit.subject") // the log of sign-ins is kept as long as the law says
	if again := e.erase(x); again.ID != done.ID {
		t.Errorf("repeated: %+v, then %+v", done, again)
	}
	for _, s := range []string{`select count(*) from sessions where user_id = $1`,
		`select count(*) from role_grants where user_id = $1 and until is null`,
		`select count(*) from users where id = $1 and not (disabled and password_hash is null)`,
		`select count(*) from known_addresses where user_id = $1`,
		`select count(*) from jobs where actor_id = $1`,
		`select count(*) from idempotency_keys where actor_id = $1 and digest = sha256('d')`} {
		var n int
		if err := e.Owner(t).QueryRow(s, u.ID).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", s, n, err)
		}
	}
	if more, err := e.Bulk.Work(t.Context()); more || err != nil {
		t.Errorf("job %s is worked on: %v, %v", job.ID, more, err)
	}
	// The receipt of the opening keeps the account's id and nothing about its owner.
	again, err := e.AddWithHash(t.Context(), registry.NewUser{Login: login, Name: name}, hashed(t),
		registry.RecordCommand{Key: "opened"})
	if err != nil || again.ID != u.ID || !erase.Pseudonymous(again) {
		t.Errorf("the opening repeated: %+v, %v", again, err)
	}
	var no *workflow.Refused
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.ErasePerson, User: e.security.ID}); !errors.As(err,
		&no) || !no.Forbidden() {
		t.Errorf("one's own account: %v", err)
	}
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.ErasePerson, User: e.person(workflow.RoleAuditadmin,
		"").ID}); !errors.As(err, &no) || no.Refusals[0].Rule != "administrator" {
		t.Errorf("an administrator's: %v", err)
	}
}

func TestErasingAnEntryOfALog(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	officer, m := e.person(workflow.RoleOfficer, ""), marker("contact")
	o := e.organization(officer, 1)
	cmd := registry.RecordCommand{Key: "contact", Digest: digest("c")}
	if _, err := e.ChangeOrganization(t.Context(), officer, o.ID, registry.OrganizationChange{Contact: &m},
		cmd); err != nil {
		t.Fatal(err)
	}
	other := "老周"
	if _, err := e.ChangeOrganization(t.Context(), officer, o.ID, registry.OrganizationChange{Contact: &other},
		registry.RecordCommand{}); err != nil {
		t.Fatal(err)
	}
	e.planted(m, "record_bodies.body", "idempotency_keys.receipt")
	e.erase(erase.Erasure{Kind: workflow.EraseEntry, Record: workflow.KindOrganization, RecordID: o.ID, Entry: 2})
	e.gone(m)
	again, err := e.ChangeOrganization(t.Context(), officer, o.ID, registry.OrganizationChange{Contact: &m}, cmd)
	if err != nil || again.Contact != other {
		t.Errorf("repeated: %+v, %v", again, err)
	}
}

func TestWhoErases(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "applied")
	x := erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: 2}
	for _, role := range registry.GrantableRoles {
		if role == workflow.RoleSecadmin {
			continue
		}
		a := workflow.Actor{ID: e.security.ID, Roles: []workflow.Grant{{Role: role}}}
		var no *workflow.Refused
		if _, err := e.try(a, x); !errors.As(err, &no) || !no.Forbidden() {
			t.Errorf("%s erases: %v", role, err)
		}
	}
	var bad *workflow.Invalid
	if _, err := e.try(e.security, erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: 2,
		Reason: " \u200b"}); !errors.As(err, &bad) || bad.Fields[0].Field != "reason" {
		t.Errorf("without a reason: %v", err)
	}
	server := e.Server(t)
	id := e.ID(ref)
	doc := func(who workflow.ID, seq int, reason string) string {
		b, _ := json.Marshal(workflow.EraseDoc{ID: workflow.NewID(e.Fixture.Clock.Now()), Kind: workflow.ErasePayload,
			Case: id, Seq: seq, Actor: who,
			At: e.Fixture.Clock.Now(), Reason: reason, Event: 2})
		return string(b)
	}
	for _, row := range []struct{ name, doc, rule string }{
		{"without an event that says so", doc(e.security.ID, 3, "无"), "erasing_is_an_act"},
		{"by an event of another act", doc(e.security.ID, 2, "无"), "erasing_is_an_act"},
		{"by who is no security administrator", doc(e.Actor("officer").ID, 3, "无"), "erasing_is_the_security_administrators"},
		{"without a reason", doc(e.security.ID, 3, " "), "erasure_has_a_reason"},
	} {
		_, err := server.Exec(`select erase_in_case($1::jsonb)`, row.doc)
		if no := pq.As(err, "23514"); no == nil || no.Constraint != row.rule {
			t.Errorf("the server's role erases %s: %v", row.name, err)
		}
	}
	for _, s := range []string{`update event_payloads set body = null`, `delete from event_payloads`,
		`update case_answers set body = '{}'`,
		`insert into erasures (id, at, actor_id, kind, case_id, seq, reason) select gen_random_uuid(), now(),
			'00000000-0000-7000-8000-000000000001', 'payload', id, 1, 'x' from cases`,
		`delete from erasures`, `update retention_periods set keep = null`} {
		if _, err := server.Exec(s); err == nil || !strings.Contains(err.Error(), "permission denied") {
			t.Errorf("the server's role may %s: %v", s, err)
		}
	}
	var n int
	if err := server.QueryRow(`select count(*) from erasures`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d erasings listed, %v", n, err)
	}
	if list, _, err := e.Erasures(t.Context(), e.Actor("officer"), "", 0); err == nil {
		t.Errorf("an officer reads the list: %v", list)
	}
}

// Payloads of events that moved money stay for their period, unless they are no voucher.
func TestVouchersAreKept(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "funded")
	x := erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: 2}
	var no *workflow.Refused
	if _, err := e.try(e.security, x); !errors.As(err, &no) || no.Refusals[0].Rule != "retention" {
		t.Fatalf("erased: %v", err)
	}
	x.NoVoucher = true
	e.erase(x)
	sound(t, e.Fixture)
}

func TestTheListOfErasings(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "screened")
	var want []workflow.ID
	for seq := 1; seq <= 3; seq++ {
		e.Fixture.Clock.Advance(1000)
		want = append([]workflow.ID{e.erase(erase.Erasure{Kind: workflow.ErasePayload, Case: ref, Event: seq}).ID},
			want...)
	}
	var got []workflow.ID
	for cursor := ""; ; {
		list, next, err := e.Erasures(t.Context(), e.security, cursor, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			got = append(got, x.ID)
			if x.Ref != ref || x.Actor != e.security.ID || x.Reason != "本人要求" || !strings.HasPrefix(x.Detail, "event ") ||
				x.Seq < 3 {
				t.Errorf("listed as %+v", x)
			}
		}
		if cursor = next; next == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
	periods, err := e.eraser.Retentions(t.Context(), e.security)
	if err != nil || len(periods) < 3 {
		t.Errorf("periods: %v, %v", periods, err)
	}
	for _, p := range periods {
		if p.Source == "" || p.Since.IsZero() || !p.Title.Complete() {
			t.Errorf("a period without source, day or words: %+v", p)
		}
	}
}

func TestACrashBetweenErasingAndItsFile(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref, m := e.NewGrant(), marker("crash")
	a := e.put("preparer", e.ID(ref), m+".pdf", m)
	path := filepath.Join(e.folder, a.SHA256.String()[:2], a.SHA256.String()[2:4], a.SHA256.String())
	aside := filepath.Join(e.folder, "incoming", "erasing-"+a.SHA256.String())
	server := e.Server(t)
	erased := func(yes bool) {
		t.Helper()
		at := sql.NullString{String: "2026-03-02", Valid: yes}
		if _, err := server.Exec(`update attachments set erased_at = $1::timestamptz, content_gone = false where id = $2`, at,
			a.ID); err != nil {
			t.Fatal(err)
		}
	}
	erased(true) // after the commit, before the file is touched
	if n, err := e.files.RemoveErased(t.Context()); err != nil || n != 1 {
		t.Errorf("removed %d, %v", n, err)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there: %v", err)
	}
	if err := os.WriteFile(aside, []byte(m), 0o600); err != nil { // after the file was moved aside
		t.Fatal(err)
	}
	erased(true)
	if _, err := e.files.RemoveErased(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(aside); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file is there, aside: %v", err)
	}
	erased(false)
	b := e.put("preparer", e.ID(ref), "again.pdf", m) // the same content uploaded again while it lies aside
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	erased(true)
	if _, err := e.files.RemoveErased(t.Context()); err != nil {
		t.Error(err)
	}
	if content, err := e.files.Open(t.Context(), b); err != nil {
		t.Errorf("the other's file went: %v", err)
	} else {
		_ = content.Close()
	}
}
