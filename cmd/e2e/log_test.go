package e2e

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// quiet is a log for several goroutines.
type quiet struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (q *quiet) Write(p []byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.b.Write(p)
}

func (q *quiet) lines() []string {
	q.mu.Lock()
	defer q.mu.Unlock()
	return strings.Split(strings.TrimSpace(q.b.String()), "\n")
}

// marked puts a mark into every text of a document.
func marked(v any, mark string) any {
	switch v := v.(type) {
	case string:
		return v + mark
	case []any:
		for i := range v {
			v[i] = marked(v[i], mark)
		}
	case map[string]any:
		for k := range v {
			v[k] = marked(v[k], mark)
		}
	}
	return v
}

// TestTheLogKeepsSecrets: at level debug the log has one line a request, and nothing that a person wrote: no name,
// login, password, token, file name or content, whatever became of the request.
func TestTheLogKeepsSecrets(t *testing.T) {
	t.Parallel()
	var log quiet
	s := &site{apptest.NewWith(t, demo.LoadPeople, apptest.Options{
		Log: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})}
	const mark, digits = "密标zqxj", "13800138042"
	statuses := map[int]int{}
	sent := 0
	send := func(method, path, login string, body any) process.Answer {
		a := s.Send(method, path, login, map[string]string{"User-Agent": "agent-" + mark,
			"Referer": "http://x/" + url.QueryEscape(mark), "Cookie": "incubase=" + url.QueryEscape(mark),
			"Idempotency-Key": "key-zqxj-" + strconv.Itoa(sent)}, body)
		if statuses[a.Status/100]++; a.Status == 400 && method == "POST" {
			t.Errorf("%s: the request itself is malformed: %v", path, a.Body)
		}
		sent++
		return a
	}
	round, _ := s.Round()
	org := s.Want(200, "GET", "/me", "certifier", nil).Body["organization"].(string)
	project := s.Want(201, "POST", "/organizations/"+org+"/projects", "applicant", map[string]any{"title": "项目" + mark,
		"topics": []string{"left_behind_children"}}).Body["id"]
	ref := s.Want(201, "POST", "/cases", "certifier", map[string]any{"workflow": "grant", "round": round,
		"organization": org, "project": project}).Body["ref"].(string)
	answers := s.Example("certifier", ref, "submit")["answers"].(map[string]any)
	answers["title"] = "标题" + mark

	send("POST", "/sessions", "", map[string]any{"login": "login-zqxj", "password": "pass-" + mark})
	send("POST", "/sessions", "", map[string]any{"login": "officer", "password": "pass-" + mark})
	send("POST", "/cases/"+ref+"/actions/save", "certifier", map[string]any{"fields": map[string]any{"answers": answers}})
	send("POST", "/cases/"+ref+"/actions/submit", "certifier", map[string]any{"fields": map[string]any{"answers": answers},
		"note": mark})
	send("POST", "/cases/"+ref+"/actions/submit", "certifier",
		map[string]any{"fields": map[string]any{"answers": marked(answers, mark)}})
	send("POST", "/cases/"+ref+"/actions/return", "officer", map[string]any{"note": "理由" + mark})
	send("POST", "/cases/"+ref+"/actions/"+mark, "officer", map[string]any{"note": "理由" + mark})
	send("POST", "/cases/"+ref+"/attachments", "certifier", process.Form{Field: "file", Name: "名" + mark + ".txt",
		Upload: "内容" + mark})
	send("POST", "/cases/"+ref+"/attachments", "certifier", process.Form{Field: "file", Name: "名" + mark + ".exe",
		Upload: "内容" + mark})
	person := map[string]any{"name": "人" + mark, "login": "zqxj.person"}
	send("POST", "/users", "sysadmin", person)
	send("POST", "/users", "officer", map[string]any{"name": "人" + mark, "login": "zqxj.person"})
	send("POST", "/users", "sysadmin", map[string]any{"name": "人" + mark, "login": "zqxj.person"})
	house := map[string]any{"name": "组织" + mark, "kind": "filed_community_org", "filing_number": "备案" + mark,
		"region": "230302", "address": "地址" + mark, "contact": "联系人" + mark, "phone": digits, "about": mark}
	send("POST", "/organizations", "officer", house)
	send("GET", "/cases?q="+url.QueryEscape(mark), "officer", nil)
	send("GET", "/cases/"+url.PathEscape(mark), "officer", nil)
	send("GET", "/users?q="+url.QueryEscape(mark), "sysadmin", nil)
	send("POST", "/public/notices/"+s.In.Clock.Now().Format("20060102")+"/objections", "",
		map[string]any{"name": "举报人" + mark, "contact": digits, "text": "内容" + mark})
	send("POST", "/setup", "", map[string]any{"token": "token-" + mark,
		"sysadmin":   map[string]any{"name": "人" + mark, "login": "zqxj.first"},
		"secadmin":   map[string]any{"name": "人" + mark, "login": "zqxj.second"},
		"auditadmin": map[string]any{"name": "人" + mark, "login": "zqxj.third"}})
	send("POST", "/password", "", map[string]any{"login": "zqxj.person", "first": "code-" + mark, "second": "half-" + mark,
		"password": "long-" + mark + "-password"})
	send("POST", "/workflows", "sysadmin", map[string]any{"source": "name: zqxj\nversion: " + mark})
	for _, raw := range []string{`{"note": "` + mark, `{"` + mark + `": 1}`, `"` + mark + `"`} {
		r, err := http.NewRequestWithContext(t.Context(), "POST", s.URL+"/api/v1/cases/"+ref+"/actions/return",
			strings.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer not-a-token-zqxj")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		statuses[resp.StatusCode/100]++
	}
	// A write that the database refuses by a rule nobody foresaw: the server's own error.
	if _, err := s.Owner.Exec(
		`alter table organizations add constraint unforeseen check (name !~ 'zqxj') not valid`); err != nil {
		t.Fatal(err)
	}
	house["name"] = "又一个" + mark
	send("POST", "/organizations", "officer", house)
	for _, path := range []string{"/login?next=%2F" + url.QueryEscape(mark), "/" + url.PathEscape(mark)} {
		resp, err := http.PostForm(s.URL+path, url.Values{"login": {"login-zqxj"}, "password": {"pass-" + mark}})
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	for _, kind := range []int{2, 4, 5} {
		if statuses[kind] == 0 {
			t.Errorf("no answer of the kind %dxx: %v", kind, statuses)
		}
	}
	secrets := []string{"zqxj", "密标", url.QueryEscape("密标"), digits, demo.Password}
	for _, token := range s.Tokens {
		secrets = append(secrets, token)
	}
	requests := 0
	for _, line := range log.lines() {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("no JSON: %s", line)
		}
		if row["msg"] == "request" {
			requests++
			for _, field := range []string{"id", "method", "route", "status", "bytes", "took", "ip"} {
				if _, there := row[field]; !there {
					t.Errorf("a request's line lacks %s: %s", field, line)
				}
			}
		}
		for _, secret := range secrets {
			if strings.Contains(strings.ToLower(line), strings.ToLower(secret)) {
				t.Errorf("the log has %q: %s", secret, line)
			}
		}
	}
	if requests < sent {
		t.Errorf("%d requests, %d lines", sent, requests)
	}
}
