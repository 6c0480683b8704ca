package e2e

import (
	"bytes"
	"encoding/base32"
	"encoding/base64"
	"fmt"
	"html"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/workflow/factor"
)

// app is an authenticator app with one secret.
type authenticator struct {
	t      *testing.T
	secret []byte
}

func newApp(t *testing.T, secret string) *authenticator {
	t.Helper()
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil || len(b) != 20 {
		t.Fatal(secret, err)
	}
	return &authenticator{t, b}
}

// code returns the code of some steps from now.
func (a *authenticator) code(steps int) string {
	a.t.Helper()
	c, err := factor.Code(a.secret, time.Now().Add(time.Duration(steps)*factor.Step))
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// steady waits if the present step is about to end, so that its code is still valid when it is sent.
func steady() {
	if left := 30 - time.Now().Unix()%30; left < 8 {
		time.Sleep(time.Duration(left+1) * time.Second)
	}
}

func (s *site) enrol(login string) (*authenticator, []string) {
	s.T.Helper()
	steady()
	made := s.Want(201, "POST", "/me/factor", login, nil).Body
	a := newApp(s.T, made["secret"].(string))
	picture, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(made["qr"].(string), "data:image/png;base64,"))
	if err != nil {
		s.T.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(picture)); err != nil || !strings.HasPrefix(made["uri"].(string),
		"otpauth://totp/Incubase:"+login+"?") {
		s.T.Error(err, made["uri"])
	}
	s.Want(401, "POST", "/me/factor/confirmation", login, map[string]any{"code": "000000"})
	var codes []string
	for _, c := range s.Want(201, "POST", "/me/factor/confirmation", login,
		map[string]any{"code": a.code(-1)}).Body["recovery_codes"].([]any) {
		codes = append(codes, c.(string))
	}
	if len(codes) != 10 {
		s.T.Errorf("%d recovery codes", len(codes))
	}
	return a, codes
}

// TestSecondFactor: by API, a code is accepted once within one step, wrong ones count, recovery codes work once; the
// secret is sealed and the codes are hashes.
func TestSecondFactor(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	a, recovery := s.enrol("officer")
	sign := func(code string) process.Answer {
		body := map[string]any{"login": "officer", "password": demo.Password}
		if code != "" {
			body["code"] = code
		}
		return s.Send("POST", "/sessions", "", nil, body)
	}
	steady()
	if got := sign(""); got.Status != 401 || got.Body["type"] != "/problems/second-factor" {
		t.Errorf("without a code: %d %v", got.Status, got.Body)
	}
	if got := sign(a.code(-1)); got.Status != 401 || got.Body["type"] != "/problems/wrong-factor" {
		t.Errorf("the code of the enrolment again: %d %v", got.Status, got.Body)
	}
	code := a.code(0)
	if got := sign(code[:3] + " " + code[3:]); got.Status != 201 {
		t.Errorf("a code: %d %v", got.Status, got.Body)
	}
	if got := sign(code); got.Status != 401 {
		t.Errorf("the same code again: %d", got.Status)
	}
	if got := sign(a.code(4)); got.Status != 401 {
		t.Errorf("a code from the future: %d", got.Status)
	}
	s.unthrottled()
	if got := sign(strings.ToLower(recovery[0])); got.Status != 201 {
		t.Errorf("a recovery code: %d %v", got.Status, got.Body)
	}
	if got := sign(recovery[0]); got.Status != 401 {
		t.Errorf("the same recovery code again: %d", got.Status)
	}
	if left := s.Want(200, "GET", "/me/factor", "officer", nil).Body["recovery_codes_left"]; left != 9.0 {
		t.Errorf("%v recovery codes are left", left)
	}
	if got := s.Send("POST", "/sessions", "", nil, map[string]any{"login": "officer", "password": "wrong-password",
		"code": a.code(1)}); got.Status != 401 || got.Body["type"] != "/problems/wrong-login" {
		t.Errorf("a right code with a wrong password: %d %v", got.Status, got.Body)
	}
	s.unthrottled()
	throttled := 0
	for range 8 {
		if sign("123456").Status == 429 {
			throttled++
		}
	}
	if throttled < 2 {
		t.Errorf("%d of 8 wrong codes had to wait", throttled)
	}
	var secret []byte
	var hashes int
	if err := s.Owner.QueryRowContext(t.Context(),
		`select f.secret, (select count(*) from recovery_codes where length(hash) = 32) from second_factors f`).Scan(&secret,
		&hashes); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(secret, a.secret) || hashes != 10 {
		t.Errorf("the secret lies in clear, or there are %d hashes", hashes)
	}
	s.unthrottled()
	s.Want(401, "POST", "/me/factor", "officer", nil) // another device takes a code of this one
	s.Want(401, "DELETE", "/me/factor", "officer", map[string]any{"code": "000000"})
	s.unthrottled()
	s.Want(204, "DELETE", "/me/factor", "officer", map[string]any{"code": recovery[1]})
	if got := sign(""); got.Status != 201 {
		t.Errorf("after it was taken away: %d", got.Status)
	}
	for _, act := range []string{"factor_enrolled", "factor_refused", "recovery_code_used", "factor_removed"} {
		if items := s.Want(200, "GET", "/audit?act="+act, "auditadmin", nil).Body["items"].([]any); len(items) == 0 {
			t.Errorf("the trail knows no %s", act)
		}
	}
}

var secretOn = regexp.MustCompile(`[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}`)

// TestTheSecondFactorByPages: a decider must enrol first and signs in in two steps; a reset by two administrators
// removes a lost factor.
func TestTheSecondFactorByPages(t *testing.T) {
	t.Parallel()
	s := &site{apptest.NewWith(t, demo.LoadPeople, apptest.Options{Factors: true})}
	steady()
	b := s.Browse("decider", "en")
	page := b.Get("/cases")
	page.Says(t, 200, "Your roles need a second factor")
	if page.At != "/account/factor" {
		t.Errorf("the decider is at %s", page.At)
	}
	if a := s.Send("GET", "/cases", "decider", nil, nil); a.Status != 403 ||
		a.Body["type"] != "/problems/factor-required" {
		t.Errorf("by API: %d %v", a.Status, a.Body)
	}
	s.Want(200, "GET", "/me", "decider", nil)
	s.Browse("officer", "en").Get("/cases").Says(t, 200, "Cases") // no role of the list
	shown := b.Post(page, "/account/factor", nil)
	shown.Says(t, 200, "data:image/png;base64,", "shown this once")
	a := newApp(t, secretOn.FindString(html.UnescapeString(shown.Text)))
	b.Post(shown, "/account/factor/code", url.Values{"code": {"000000"}}).Says(t, 401, "Wrong code")
	codes := b.Post(shown, "/account/factor/code", url.Values{"code": {a.code(-1)}})
	codes.Says(t, 200, "The recovery codes are shown this once")
	b.Get("/cases").Says(t, 200, "Cases")

	other := s.Browse("", "en")
	two := other.Post(other.Get("/login?next=/account"), "/login", url.Values{"login": {"decider"},
		"password": {demo.Password}})
	two.Says(t, 401, "Type the six digits")
	if strings.Contains(two.Text, demo.Password) {
		t.Error("the page repeats the password")
	}
	if other.Get("/account").At == "/account" {
		t.Error("the password alone signs in")
	}
	again := other.Post(two, "/login", url.Values{"code": {a.code(-1)}})
	again.Says(t, 401, "Wrong code")
	if p := other.Post(again, "/login", url.Values{"code": {a.code(0)}}); p.At != "/account" {
		t.Errorf("signed in at %s: %d", p.At, p.Status)
	}
	third := s.Browse("", "en")
	forged := third.Post(third.Get("/login"), "/login", url.Values{"login": {"decider"}, "password": {demo.Password}})
	third.Post(forged, "/login", url.Values{"_ticket": {"AAAA"}, "code": {a.code(1)}}).Says(t, 401, "sign in again")

	id := s.Want(200, "GET", "/me", "decider", nil).Body["id"].(string)
	s.enrolAs("sysadmin")
	s.enrolAs("secadmin")
	first := s.Want(201, "POST", "/users/"+id+"/reset", "sysadmin", nil).Body["half"]
	second := s.Want(201, "POST", "/users/"+id+"/reset/approval", "secadmin", nil).Body["half"]
	const chosen = "一句很长的密码 2026"
	if got := s.Send("POST", "/password", "", nil, map[string]any{"login": "decider", "first": first, "second": second,
		"password": chosen, "forget_factor": true}); got.Status != 204 {
		t.Fatalf("choose: %d %v", got.Status, got.Body)
	}
	if got := s.Send("POST", "/sessions", "", nil, map[string]any{"login": "decider",
		"password": chosen}); got.Status != 201 {
		t.Errorf("after the reset: %d %v", got.Status, got.Body)
	}
	var reset int
	if err := s.Owner.QueryRowContext(t.Context(),
		`select count(*) from audit where act = 'factor_reset' and subject = 'decider'`).Scan(&reset); err != nil ||
		reset != 1 {
		t.Errorf("%d rows of the trail say so (%v)", reset, err)
	}
}

func (s *site) enrolAs(login string) {
	s.T.Helper()
	steady()
	a := newApp(s.T, fmt.Sprint(s.Want(201, "POST", "/me/factor", login, nil).Body["secret"]))
	s.Want(201, "POST", "/me/factor/confirmation", login, map[string]any{"code": a.code(0)})
}
