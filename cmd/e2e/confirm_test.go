package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/workflow"
	"incubase/workflow/define"
)

// listedAct is an act that asks for the password again, by API and page.
type listedAct struct {
	who, method, path string
	body              any
	status            int // once confirmed
	page, form        string
	written           url.Values
}

func (s *site) stale() {
	s.T.Helper()
	if _, err := s.Owner.ExecContext(s.T.Context(),
		`update sessions set confirmed_at = now() - interval '10 minutes 1 second'`); err != nil {
		s.T.Fatal(err)
	}
}

// written counts the rows that acts write.
func (s *site) written() (n int) {
	s.T.Helper()
	if err := s.Owner.QueryRowContext(s.T.Context(),
		`select (select count(*) from record_log) + (select count(*) from events) + (select count(*) from idempotency_keys)
		+ (select count(*) from account_codes) + (select count(*) from drafts) + (select count(*)
		from definitions) + (select count(*) from definition_standings) + (select count(*) from postings) + (select count(*)
		from second_factors)`).Scan(&n); err != nil {
		s.T.Fatal(err)
	}
	return n
}

func (s *site) unthrottled() {
	s.T.Helper()
	if _, err := s.Owner.ExecContext(s.T.Context(), `delete from login_throttle`); err != nil {
		s.T.Fatal(err)
	}
}

// rows counts what one act writes itself; what it tells other cases comes later.
func (s *site) rows() (n int) {
	s.T.Helper()
	if err := s.Owner.QueryRowContext(s.T.Context(),
		`select (select count(*) from record_log) + (select count(*) from postings)`).Scan(&n); err != nil {
		s.T.Fatal(err)
	}
	return n
}

func (s *site) listedActs() map[string]listedAct {
	s.T.Helper()
	id := func(login string) string { return s.Want(200, "GET", "/me", login, nil).Body["id"].(string) }
	analyst, reviewer, culture, certifier := "/users/"+id("analyst"), "/users/"+id("reviewer1"), "/users/"+id("culture"),
		s.Want(200, "GET", "/me", "certifier", nil).Body
	role := s.Want(200, "GET", reviewer+"/roles", "secadmin", nil).Body["items"].([]any)[0].(map[string]any)["id"].(string)
	organization := "/organizations/" + certifier["organization"].(string)
	payment := s.Want(200, "GET", "/cases?workflow=payment&state=prepared", "finance2",
		nil).Body["items"].([]any)[0].(map[string]any)["ref"].(string)
	s.Want(201, "POST", culture+"/reset", "sysadmin", nil)
	s.Token("officer")
	s.Want(201, "POST", "/users/"+id("women")+"/reset", "sysadmin", nil)
	person := func(users string) string { return strings.Replace(users, "/users/", "/people/", 1) }
	source, err := os.ReadFile("../../workflow/catalog/testdata/foreign/hypha_concept.yaml")
	if err != nil {
		s.T.Fatal(err)
	}
	made := s.Want(201, "POST", "/workflows", "sysadmin",
		map[string]any{"source": string(source)}).Body["definition"].(map[string]any)
	definition := fmt.Sprintf("/workflows/%v/versions/%v", made["name"], made["version"])
	return map[string]listedAct{
		"user.factor": {"officer", "POST", "/me/factor", nil, 201, "/account/factor", "/account/factor", nil},
		"workflow.approve": {"secadmin", "POST", definition + "/approval", nil, 201, definition + "/approval",
			definition + "/approval", nil},
		"workflow.withdraw": {"secadmin", "POST", definition + "/withdrawal", nil, 201, definition + "/approval",
			definition + "/withdrawal", nil},
		"role.create": {"secadmin", "POST", reviewer + "/roles", map[string]any{"role": "reviewer", "region": "2301"}, 201,
			person(reviewer), person(reviewer) + "/roles", url.Values{"role": {"reviewer"}, "region": {"2301"}}},
		"role.end": {"secadmin", "DELETE", reviewer + "/roles/" + role, nil, 200, person(reviewer), person(reviewer) + "/end",
			url.Values{"grant": {role}}},
		"user.create": {"sysadmin", "POST", "/users", map[string]any{"login": "new.person", "name": "新人"}, 201,
			"/people/new", "/people/new", url.Values{"login": {"new.person"}, "name": {"新人"}}},
		"user.change": {"sysadmin", "PATCH", analyst, map[string]any{"disabled": true}, 200, person(analyst),
			person(analyst), url.Values{"what": {"disable"}}},
		"user.reset_started": {"sysadmin", "POST", analyst + "/reset", nil, 201, person(analyst), person(analyst) + "/code",
			nil},
		"user.reset_approved": {"secadmin", "POST", culture + "/reset/approval", nil, 201,
			person(culture), person(culture) + "/code", url.Values{"what": {"approve"}}},
		"user.reset_ended": {"secadmin", "DELETE", strings.Replace(culture, id("culture"), id("women"), 1) + "/reset", nil,
			200,
			"/people/" + id("women"), "/people/" + id("women") + "/code", url.Values{"what": {"end"}}},
		"organization.contact": {"certifier", "PATCH", organization, map[string]any{"phone": "13900000000"}, 200,
			organization + "/edit", organization + "/edit", url.Values{"phone": {"13900000000"}}},
		"erasure.erase": {"secadmin", "POST", "/erasures", map[string]any{"kind": "payload", "case": payment, "event": 1,
			"reason": "本人要求", "not_a_voucher": true}, 201,
			"/erasures/new?kind=payload&event=1&case=" + payment, "/erasures", url.Values{"kind": {"payload"}, "event": {"1"},
				"case":   {payment},
				"reason": {"本人要求"}, "sure": {"true"}, "not_a_voucher": {"true"}}},
		"post_payment": {"finance2", "POST", "/cases/" + payment + "/actions/release",
			map[string]any{"fields": map[string]any{"voucher": "记-12"}}, 200,
			"/cases/" + payment + "/do/release", "/cases/" + payment + "/do/release", url.Values{"f.voucher": {"记-12"}}},
	}
}

func confirmedActs() []string {
	return slices.Sorted(slices.Values(slices.Concat(workflow.ConfirmedRecords(), define.ConfirmedEffects())))
}

// TestActsOfTheListAskForThePassword tries each act of the list by API and page in a session that is not fresh: nothing
// is written before the password, nothing typed is lost, a known key is answered as before.
func TestActsOfTheListAskForThePassword(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	acts := s.listedActs()
	if got := slices.Sorted(maps.Keys(acts)); !slices.Equal(got, confirmedActs()) {
		t.Fatalf("the list is %v, tried are %v", confirmedActs(), got)
	}
	header := func(a *listedAct, name string) map[string]string {
		h := map[string]string{"Idempotency-Key": "confirm-" + name}
		if a.method == "PATCH" {
			h["If-Match"] = s.Send("GET", a.path, a.who, nil, nil).Header.Get("ETag")
		}
		return h
	}
	s.stale()
	before := s.written()
	for name, a := range acts {
		if got := s.Send(a.method, a.path, a.who, header(&a, name), a.body); got.Status != 401 ||
			got.Body["type"] != "/problems/confirm" {
			t.Errorf("%s by API in a stale session: %d %v", name, got.Status, got.Body)
		}
		b := s.Browse(a.who, "en")
		form := b.Get(a.page)
		s.stale()
		asked := b.Post(form, a.form, a.written)
		asked.Says(t, 401, "Please confirm with your password")
		for field, values := range a.written {
			if !strings.Contains(asked.Text, `name="`+field+`" value="`+values[0]+`"`) {
				t.Errorf("%s by page: %s=%s is lost", name, field, values[0])
			}
		}
		s.unthrottled()
		b.Post(asked, a.form, url.Values{"_confirm": {"wrong-password"}}).Says(t, 401, "The password is wrong")
		if now := s.written(); now != before {
			t.Errorf("%s in a stale session wrote %d rows", name, now-before)
			before = now
		}
	}
	// by page, and it goes on by itself
	for _, name := range []string{"role.create", "user.reset_approved", "post_payment"} {
		a := acts[name]
		b := s.Browse(a.who, "en")
		form := b.Get(a.page)
		s.stale()
		asked := b.Post(form, a.form, a.written)
		if done := b.Post(asked, a.form, url.Values{"_confirm": {demo.Password}}); done.Status != 200 {
			t.Errorf("%s with the password: %d at %s", name, done.Status, done.At)
		}
		if s.written() == before {
			t.Errorf("%s with the password wrote nothing", name)
		}
		once := s.rows()
		b.Post(form, a.form, a.written) // sent once more it is fresh, and the same form
		if s.rows() != once {
			t.Errorf("%s sent twice wrote twice", name)
		}
		before = s.written()
	}
	s.confirmedByAPI(acts, header)
}

// confirmedByAPI: the password makes the session fresh, wrong ones are counted, and a repetition needs none.
func (s *site) confirmedByAPI(acts map[string]listedAct, header func(*listedAct, string) map[string]string) {
	t := s.T
	t.Helper()
	s.unthrottled()
	confirm := func(who, password string) int {
		return s.Send("POST", "/sessions/current/confirmation", who, nil, map[string]any{"password": password}).Status
	}
	s.stale()
	for _, who := range []string{"secadmin", "sysadmin", "certifier"} {
		if got := confirm(who, "wrong-password"); got != 401 {
			t.Errorf("a wrong password of %s: %d", who, got)
		}
		if got := confirm(who, demo.Password); got != 204 {
			t.Errorf("the password of %s: %d", who, got)
		}
	}
	for _, name := range []string{"workflow.approve", "role.end", "user.create", "user.reset_started",
		"organization.contact"} {
		a := acts[name]
		confirm(a.who, demo.Password)
		h := header(&a, name)
		if got := s.Send(a.method, a.path, a.who, h, a.body); got.Status != a.status {
			t.Errorf("%s in a confirmed session: %d %v", name, got.Status, got.Body)
		}
		s.stale()
		if got := s.Send(a.method, a.path, a.who, h, a.body); got.Status != a.status {
			t.Errorf("%s again under its key, in a stale session: %d %v", name, got.Status, got.Body)
		}
	}
	if got := s.Send("POST", "/sessions/current/confirmation", "", nil,
		map[string]any{"password": demo.Password}); got.Status != 401 {
		t.Errorf("without a session: %d", got.Status)
	}
	throttled := false
	for range 12 {
		throttled = throttled || confirm("officer", "wrong-password") == http.StatusTooManyRequests
	}
	if !throttled {
		t.Error("wrong passwords are tried without end")
	}
}

// TestABulkActAsksOnce: no payment is released before the password, then all are.
func TestABulkActAsksOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.Load)
	prepared := func() (refs []string) {
		for _, x := range s.Want(200, "GET", "/cases?workflow=payment&state=prepared", "finance2",
			nil).Body["items"].([]any) {
			refs = append(refs, x.(map[string]any)["ref"].(string))
		}
		return refs
	}
	for _, x := range s.Want(200, "GET", "/cases?workflow=grant&waiting=me", "finance1", nil).Body["items"].([]any) {
		s.Keys++
		s.Send("POST", "/cases/"+x.(map[string]any)["ref"].(string)+"/actions/pay", "finance1",
			map[string]string{"Idempotency-Key": fmt.Sprint("pay", s.Keys)}, map[string]any{})
	}
	refs := prepared()
	if len(refs) < 2 {
		t.Fatalf("there are %d payments to release", len(refs))
	}
	s.stale()
	before := s.written()
	if a := s.Want(401, "POST", "/cases/bulk/release", "finance2",
		map[string]any{"ids": refs}); a.Body["type"] != "/problems/confirm" || s.written() != before {
		t.Errorf("%v, %d rows", a.Body, s.written()-before)
	}
	b := s.Browse("finance2", "en")
	q := url.Values{"action": {"release"}}
	for _, ref := range refs {
		q.Set("ref."+ref, "1")
	}
	preview := b.Get("/batch?" + q.Encode())
	s.stale()
	asked := b.Post(preview, "/batch", nil)
	asked.Says(t, 401, "Please confirm")
	b.Post(asked, "/batch", url.Values{"_confirm": {demo.Password}}).Says(t, 200, "done")
	for _, ref := range refs {
		if got := s.Want(200, "GET", "/cases/"+ref, "finance2", nil).Body["state"]; got != "paid" {
			t.Errorf("%s is %v", ref, got)
		}
	}
}
