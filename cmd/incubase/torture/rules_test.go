package torture

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"time"

	"incubase/cmd/e2e/process"
	"incubase/db/embedded"
)

// rule is a request that exactly one rule forbids, or that has exactly one meaning, with its answer.
type rule struct {
	name, login, method, path string
	body                      any // JSON, or a paper
	status                    int
	// part of the answer: a problem's type, a rule, a field or the value as understood
	says string
}

type paper string

// rules sends what random requests rarely hit: each rule on signing, on whose act it is and on the meaning of values,
// once, by an actor who is otherwise allowed. Acts that need the password again use sessions of their own.
func (h *hostile) rules() {
	h.t.Helper()
	me := h.want(200, "certifier", "GET", "/me", nil)
	organization := me["organization"].(string)
	officer := h.want(200, "officer", "GET", "/me", nil)["id"].(string)
	session := h.want(200, "officer", "GET", "/me/sessions", nil)["items"].([]any)[0].(map[string]any)["id"].(string)
	analyst := h.want(200, "analyst", "GET", "/me", nil)["id"].(string)

	own, helped := h.draft("certifier", organization), h.draft("officer", organization)
	file := h.want(201, "applicant", "POST", own+"/attachments", paper("说明"))["id"].(string)
	answers := h.example("certifier", own)["answers"]
	h.want(200, "applicant", "POST", own+"/actions/save", fields("answers", answers))
	h.want(200, "officer", "POST", helped+"/actions/save", fields("answers", answers))
	seen := h.example("certifier", own)
	h.send(slices.Concat([]rule{
		{"a submission that names no draft", "certifier", "POST", own + "/actions/submit", fields(), 428,
			"/problems/draft-required"},
		{"a submission by who may only write", "applicant", "POST", own + "/actions/submit", map[string]any{"fields": seen},
			403, "role"},
		{"a submission by the officer who helped", "officer", "POST", helped + "/actions/submit", fields(), 403, ""},
		{"a digest that is none", "certifier", "POST", own + "/actions/submit", fields("draft", "１２３"), 422, "draft"},
	}, doubtful(own, organization, answers)))
	h.want(200, "applicant", "POST", own+"/actions/save", fields("answers", with(answers, "requested_fen", 2_000_100)))
	h.send([]rule{
		{"a draft that changed since it was seen", "certifier", "POST", own + "/actions/submit",
			map[string]any{"fields": seen}, 412, "/problems/changed"},
		{"a draft of another application", "certifier", "POST", own + "/actions/submit",
			map[string]any{"fields": h.example("certifier", helped)}, 412, "/problems/changed"},
	})
	h.want(200, "applicant", "POST", own+"/actions/save", fields("answers", answers))
	h.want(200, "certifier", "POST", own+"/actions/submit", map[string]any{"fields": h.example("certifier", own)})
	h.want(200, "certifier", "POST", helped+"/actions/submit", map[string]any{"fields": h.example("certifier", helped)})
	h.send([]rule{
		{"a file into what was submitted", "certifier", "POST", own + "/attachments", paper("后补"), 403, ""},
		{"a file into it by who may act now", "officer", "POST", own + "/attachments", paper("后补"), 403, ""},
		{"a file out of what was submitted", "applicant", "DELETE", "/attachments/" + file, nil, 409, ""},
		{"answers of what was submitted", "applicant", "POST", own + "/actions/save", fields("answers", answers), 409, ""},
		{"an insider admits what he wrote", "officer", "POST", helped + "/actions/admit", fields(), 403, "insider"},
		{"an insider returns what he wrote", "officer", "POST", helped + "/actions/return",
			map[string]any{"note": "补正", "fields": map[string]any{}}, 403, "insider"},
		{"another's session", "certifier", "DELETE", "/me/sessions/" + session, nil, 404, ""},
		{"another's sessions by who is no administrator", "certifier", "DELETE", "/users/" + officer + "/sessions", nil, 404,
			""},
		{"another's sessions by an administrator of the audit", "auditadmin", "DELETE",
			"/users/" + officer + "/sessions/" + session, nil, 403, ""},
		{"a session of somebody else's account", "sysadmin", "DELETE", "/users/" + analyst + "/sessions/" + session, nil, 404,
			""},
		{"a right that excludes another", "secadmin", "POST", "/users/" + officer + "/roles",
			map[string]any{"role": "certifier", "organization": organization}, 409, ""},
	})
	h.unconfirmed(analyst)
}

// doubtful are values that a careless parser would guess at: each has one meaning or is refused.
func doubtful(draft, organization string, answers any) []rule {
	organizations := func(field string, value any) map[string]any {
		return map[string]any{"name": "样例疑值队", "kind": "unregistered_team", "region": "230302004", field: value}
	}
	return []rule{
		{"a year for a day", "officer", "POST", "/organizations", organizations("founded", 2019), 400, "founded"},
		{"a number of a spreadsheet for a day", "officer", "POST", "/organizations", organizations("founded", "43525.5"), 422,
			"founded"},
		{"a telephone of letters", "officer", "POST", "/organizations", organizations("phone", "12ab"), 422, "phone"},
		{"a name of invisible characters", "officer", "POST", "/organizations", organizations("name", "\u200b\u00ad\ufeff"),
			422, "name"},
		{"a name that turns the text round", "officer", "POST", "/organizations", organizations("name", "样例\u202e队"), 422,
			"name"},
		{"a full-width telephone", "certifier", "PATCH", "/organizations/" + organization,
			map[string]any{"phone": "１３９－０000－0000"}, 200, `"13900000000"`},
		{"a word in two pieces", "certifier", "PATCH", "/organizations/" + organization,
			map[string]any{"contact": "王\u200b五"}, 200, `"王五"`},
		{"an amount with a decimal comma", "certifier", "POST", draft + "/actions/submit",
			fields("answers", with(answers, "requested_fen", "25000,00")), 422, "requested_fen"},
		{"half a fen", "certifier", "POST", draft + "/actions/submit",
			fields("answers", with(answers, "requested_fen", 2_000_000.51)), 422, "requested_fen"},
		{"a number for a day of the form", "certifier", "POST", draft + "/actions/submit",
			fields("answers", with(answers, "start", 46023)), 422, "start"},
		{"an end before the start", "certifier", "POST", draft + "/actions/submit",
			fields("answers", with(answers, "end", "2001-01-01")), 422, "end"},
		{"an empty list", "certifier", "POST", draft + "/actions/submit", fields("answers", with(answers, "budget", []any{})),
			422, "budget"},
		{"an answer of invisible characters", "certifier", "POST", draft + "/actions/submit",
			fields("answers", with(answers, "need", "\u200b\u2060 \u00ad")), 422, "need"},
		{"a track that no round has", "officer", "GET", "/cases?track=%E2%80%8B", nil, 422, "track"},
		{"a state that there is not", "officer", "GET", "/cases?state=asleep", nil, 422, "state"},
	}
}

// unconfirmed tries acts that need the password again, by their proper actors.
func (h *hostile) unconfirmed(analyst string) {
	h.t.Helper()
	roles := h.want(200, "secadmin", "GET", "/users/"+analyst+"/roles", nil)["items"].([]any)
	before := len(h.want(200, "secadmin", "GET", "/users/"+analyst+"/roles", nil)["items"].([]any))
	for _, login := range []string{"secadmin", "sysadmin", "certifier"} {
		h.signInAs(login, "stale "+login)
	}
	h.age(-11 * time.Minute)
	const confirm = "/problems/confirm"
	h.send([]rule{
		{"an account, unconfirmed", "stale sysadmin", "POST", "/users", map[string]any{"login": "sneaked", "name": "某人"}, 401,
			confirm},
		{"an account changed, unconfirmed", "stale sysadmin", "PATCH", "/users/" + analyst, map[string]any{"disabled": true},
			401, confirm},
		{"a reset, unconfirmed", "stale sysadmin", "POST", "/users/" + analyst + "/reset", nil, 401, confirm},
		{"a right, unconfirmed", "stale secadmin", "POST", "/users/" + analyst + "/roles", map[string]any{"role": "auditor",
			"region": "2303"}, 401, confirm},
		{"the end of a right, unconfirmed", "stale secadmin", "DELETE",
			"/users/" + analyst + "/roles/" + roles[0].(map[string]any)["id"].(string), nil, 401, confirm},
		{"a definition withdrawn, unconfirmed", "stale secadmin", "POST", "/workflows/grant/versions/1/withdrawal",
			map[string]any{"note": "x"}, 401, confirm},
		{"contacts, unconfirmed", "stale certifier", "PATCH", "/organizations/" + h.want(200, "certifier", "GET", "/me",
			nil)["organization"].(string), map[string]any{"phone": "13900000001"}, 401, confirm},
		{"a wrong password", "stale secadmin", "POST", "/sessions/current/confirmation",
			map[string]any{"password": "incubase-dem0"}, 401, ""},
	})
	h.age(11 * time.Minute) // back, because audit verify names sessions that no server wrote so
	if after := len(h.want(200, "secadmin", "GET", "/users/"+analyst+"/roles", nil)["items"].([]any)); after != before {
		h.t.Errorf("%d roles where there were %d", after, before)
	}
}

// age changes when the latest sessions were confirmed.
func (h *hostile) age(by time.Duration) {
	h.t.Helper()
	pg, err := embedded.Attach(h.srv.Data)
	if err != nil {
		h.t.Fatal(err)
	}
	pool, err := sql.Open("postgres", pg.URL(embedded.Superuser, embedded.Database))
	if err != nil {
		h.t.Fatal(err)
	}
	defer pool.Close()
	if _, err := pool.Exec(
		`update sessions s set confirmed_at = s.confirmed_at + $1::interval from users u where u.id = s.user_id
		and u.login in ('secadmin', 'sysadmin', 'certifier') and s.id = (select max(x.id::text)::uuid from sessions x
		where x.user_id = u.id)`, fmt.Sprintf("%.0f seconds", by.Seconds())); err != nil {
		h.t.Fatal(err)
	}
}

func fields(kv ...any) map[string]any {
	f := map[string]any{}
	for i := 0; i < len(kv); i += 2 {
		f[kv[i].(string)] = kv[i+1]
	}
	return map[string]any{"fields": f}
}

func with(answers any, name string, value any) map[string]any {
	out := map[string]any{}
	for k, v := range answers.(map[string]any) {
		out[k] = v
	}
	out[name] = value
	return out
}

// draft opens an application in a round that takes it, and returns its path.
func (h *hostile) draft(login, organization string) string {
	h.t.Helper()
	title := fmt.Sprintf("规则试验 %s %d", login, h.seed)
	project := h.want(201, "certifier", "POST", "/organizations/"+organization+"/projects", map[string]any{"title": title,
		"topics": []string{"left_behind_children"}})["id"]
	for _, r := range h.want(200, "officer", "GET", "/rounds?state=open&workflow=grant", nil)["items"].([]any) {
		status, body := h.ask(login, "POST", "/cases", map[string]any{"workflow": "grant", "round": r.(map[string]any)["id"],
			"organization": organization, "project": project})
		var doc caseDoc
		if status == http.StatusCreated && json.Unmarshal(body, &doc) == nil {
			return "/cases/" + doc.Ref
		}
	}
	h.t.Fatalf("no round takes an application by %s", login)
	return ""
}

// example returns the fields of a submission: the digest of the saved draft, or sample answers.
func (h *hostile) example(login, at string) map[string]any {
	h.t.Helper()
	status, body := h.ask(login, "GET", at, nil)
	var doc caseDoc
	if err := json.Unmarshal(body, &doc); err != nil || status != 200 {
		h.t.Fatalf("%s reads %s: %d %s", login, at, status, process.Tail(string(body), 300))
	}
	for _, a := range doc.Actions {
		if a.Name == "submit" {
			return a.Fields.example()
		}
	}
	h.t.Fatalf("%s is not offered to submit %s", login, at)
	return nil
}

// send sends the requests in order and reports wrong answers.
func (h *hostile) send(rules []rule) {
	h.t.Helper()
	for _, r := range rules {
		status, body := h.ask(r.login, r.method, r.path, r.body)
		if status != r.status || !strings.Contains(string(body), r.says) {
			h.t.Errorf("%s: %s %s as %s: %d %.400s\nwant %d %s", r.name, r.method, r.path, r.login, status, body, r.status,
				r.says)
		}
		h.saw("rules tried", "")
		h.sent.Add(1)
	}
}

func (h *hostile) want(status int, login, method, path string, body any) map[string]any {
	h.t.Helper()
	got, answer := h.ask(login, method, path, body)
	var out map[string]any
	if err := json.Unmarshal(answer, &out); err != nil && len(answer) > 0 || got != status {
		h.t.Fatalf("%s %s as %s: %d %.600s", method, path, login, got, answer)
	}
	return out
}

func (h *hostile) ask(login, method, path string, body any) (int, []byte) {
	h.t.Helper()
	var content bytes.Buffer
	media := "application/json"
	switch b := body.(type) {
	case nil:
		media = ""
	case paper:
		w := multipart.NewWriter(&content)
		part, err := w.CreateFormFile("file", "说明.txt")
		if err != nil {
			h.t.Fatal(err)
		}
		_, _ = io.WriteString(part, string(b))
		_ = w.Close()
		media = w.FormDataContentType()
	default:
		if err := json.NewEncoder(&content).Encode(b); err != nil {
			h.t.Fatal(err)
		}
	}
	version := ""
	if method == "PATCH" {
		version = fmt.Sprintf(`"%.0f"`, h.want(http.StatusOK, login, "GET", path, nil)["version"])
	}
	h.asked++
	key := fmt.Sprintf("rule-%d-%d", h.seed, h.asked)
	return h.patient(&http.Client{Timeout: 2 * time.Minute}, func() *http.Request {
		req, err := http.NewRequest(method, h.srv.URL+"/api/v1"+path, bytes.NewReader(content.Bytes()))
		if err != nil {
			h.t.Fatal(err)
		}
		for name, value := range map[string]string{"Content-Type": media, "If-Match": version, "Idempotency-Key": key,
			"Authorization": "Bearer " + h.tokens[login], "Accept-Language": "en"} {
			if value != "" && (name != "Idempotency-Key" || method != "GET") {
				req.Header.Set(name, value)
			}
		}
		return req
	})
}
