package e2e

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"incubase/cmd/incubase/demo"
)

// scraped returns the values of /metrics by name with labels.
func (s *site) scraped() map[string]string {
	s.T.Helper()
	resp, err := http.Get(s.URL + "/metrics")
	if err != nil {
		s.T.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.T.Fatal(resp.StatusCode, err)
	}
	out := map[string]string{}
	for _, line := range strings.Split(string(b), "\n") {
		if name, value, ok := strings.Cut(line, " "); ok && strings.HasPrefix(name, "incubase_") {
			out[name] = value
		}
	}
	return out
}

var figureName = regexp.MustCompile(`incubase_[a-z_]*[a-z]`)

// family returns the name without labels and the endings of a histogram.
func family(name string) string {
	name, _, _ = strings.Cut(name, "{")
	for _, part := range []string{"_bucket", "_count", "_sum"} {
		name = strings.TrimSuffix(name, part)
	}
	return name
}

// TestFiguresAreDocumented: docs/operating.md names exactly what is served, and each figure has an alert, except those
// that say when another is valid.
func TestFiguresAreDocumented(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	s.Round() // has an envelope
	s.scraped()
	served := map[string]bool{}
	for name := range s.scraped() {
		served[family(name)] = true
	}
	named := map[string]map[string]bool{}
	for _, file := range []string{"operating.md", "deploy/alerts.yml"} {
		b, err := os.ReadFile("../../docs/" + file)
		if err != nil {
			t.Fatal(err)
		}
		named[file] = map[string]bool{}
		for _, name := range figureName.FindAllString(string(b), -1) {
			named[file][family(name)] = true
			if !served[family(name)] {
				t.Errorf("%s names %s, which is not served", file, name)
			}
		}
	}
	for name := range served {
		for file := range named {
			if !named[file][name] {
				t.Errorf("%s is not in %s", name, file)
			}
		}
	}
	if len(served) < 16 {
		t.Errorf("only %d figures are served", len(served))
	}
}

// TestAlertRules: promtool checks the rules where it is installed.
func TestAlertRules(t *testing.T) {
	t.Parallel()
	const file = "../../docs/deploy/alerts.yml"
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Alert, Expr, For    string
				Labels, Annotations map[string]string
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(b, &doc, yaml.Strict()); err != nil || len(doc.Groups) != 1 {
		t.Fatal(err, len(doc.Groups))
	}
	for _, r := range doc.Groups[0].Rules {
		if r.Alert == "" || !regexp.MustCompile(`[<>=]`).MatchString(r.Expr) || r.Labels["severity"] == "" ||
			r.Annotations["summary"] == "" {
			t.Errorf("%s is not complete", r.Alert)
		}
		if strings.Count(r.Expr, "(") != strings.Count(r.Expr, ")") {
			t.Errorf("%s: %s", r.Alert, r.Expr)
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Log("promtool is not installed; the rules were read as YAML only")
		return
	}
	if out, err := exec.Command(promtool, "check", "rules", file).CombinedOutput(); err != nil {
		t.Errorf("%v %s", err, out)
	}
}

// TestFiguresMove: each alert's figure follows its cause.
func TestFiguresMove(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	_, ref := s.Round()
	before := s.scraped()
	if before[`incubase_envelope_fen{round="`+ref+`"}`] != "6e+06" || before["incubase_timers_refused"] != "0" ||
		before["incubase_figures_up"] != "1" {
		t.Errorf("at first: %v", before)
	}
	if a := s.Send("POST", "/sessions", "", nil, map[string]any{"login": "officer",
		"password": "wrong"}); a.Status != 401 {
		t.Fatal(a.Status, a.Body)
	}
	for _, harm := range []string{
		`insert into timers (case_id, name, since, fires_at, action, tried_at, refusals) select id, 'lost', 1,
			now() - interval '2 hours', 'open', now() + interval '1 year', 'no' from cases limit 1`,
		`insert into signals (key, to_case, action, at, tries, next_at) select 'lost', id, 'nothing', now(), 7,
			now() + interval '1 hour' from cases limit 1`,
		`update rounds set committed_fen = total_fen`,
		`update event_payloads set body = '{}' where body <> '{}' and ctid = (select min(ctid) from event_payloads)`,
	} {
		if _, err := s.Owner.Exec(harm); err != nil {
			t.Fatalf("%s: %v", harm, err)
		}
	}
	s.In.VerifyOnce(t.Context())
	if _, err := s.In.DB.FoldBoard(t.Context(), 5000); err != nil {
		t.Fatal(err)
	}
	after := s.scraped()
	for name, want := range map[string]func(string) bool{
		"incubase_timers_refused":                              func(v string) bool { return v == "1" },
		"incubase_signals_failing":                             func(v string) bool { return v == "1" },
		"incubase_logins_refused_last_hour":                    func(v string) bool { return v == "1" },
		"incubase_chains_problems":                             func(v string) bool { return v != "0" },
		"incubase_chains_verified_timestamp_seconds":           func(v string) bool { return v != "0" },
		`incubase_envelope_committed_fen{round="` + ref + `"}`: func(v string) bool { return v == "6e+06" },
		"incubase_board_folded_timestamp_seconds":              func(v string) bool { return v != "0" },
	} {
		if !want(after[name]) {
			t.Errorf("%s is %q", name, after[name])
		}
	}
}
