package rounds_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
)

// TestRoundsByPages: an officer copies last year's round, corrects it and opens it, and applicants see the call; others
// prepare and change nothing.
func TestRoundsByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	_, ref := s.Round()
	v := s.Visit("officer", "zh")
	if to := v.Get("/rounds").Following("/rounds/new?from="); to != "/rounds/new?from="+ref {
		t.Fatalf("the list leads to %q", to)
	}
	f := v.Get("/rounds/new?from=" + ref).Form("/rounds/new")
	old := s.Want(http.StatusOK, "GET", "/rounds/"+ref, "officer", nil).Body
	if f.Values.Get("name.zh") != "试验批次" || f.Values.Get("rules.tranches.0.share_bp") == "" ||
		f.Values.Get("total_fen") != "60,000.00" ||
		!strings.HasPrefix(f.Values.Get("closes_at"), nextOf(old["closes_at"].(string))) {
		t.Errorf("copied: %v", f.Values)
	}
	if f.Has("rules") {
		t.Error("rules to begin from are offered although everything is filled in")
	}
	p := f.Fill(map[string]string{"name.zh": "下一期", "total_fen": "八万", "rules.tranches.0.share_bp": "70",
		"rules.notice_period": "x", "closes_at": "2020-01-01T00:00"}).Send()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "请填金额") ||
		!strings.Contains(p.Main(), "请填天数") {
		t.Errorf("what cannot be understood: %d %s", p.Status, p.Main())
	}
	p = p.Form("/rounds/new").Fill(map[string]string{"total_fen": "80000", "rules.notice_period": "5"}).Send()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "截止时间应晚于开始时间") ||
		!strings.Contains(p.Main(), "比例之和应为") {
		t.Errorf("what cannot be meant: %d %s", p.Status, p.Main())
	}
	good := p.Form("/rounds/new").Fill(map[string]string{"opens_at": "2026-01-01T09:00",
		"closes_at":                 "2036-12-31T17:00",
		"rules.tranches.0.share_bp": "60", "rules.tranches.1.share_bp": "40", "rules.tranches.1.reports": "1",
		"rules.contact": "0000-7654321"})
	p = good.Send()
	made := strings.TrimPrefix(p.At.Path, "/rounds/")
	if p.Status != http.StatusOK || made == ref || !strings.Contains(p.Main(), "下一期") {
		t.Fatalf("prepared: %d at %s: %s", p.Status, p.At, p.Main())
	}
	if again := good.Send(); again.At.Path != p.At.Path {
		t.Errorf("sent twice it makes %s and %s", p.At.Path, again.At.Path)
	}
	got := s.Want(http.StatusOK, "GET", "/rounds/"+made, "officer", nil).Body
	for _, name := range []string{"kind", "region", "form", "tracks"} {
		if a, b := jsonOf(old[name]), jsonOf(got[name]); a != b {
			t.Errorf("%s is %s, was %s", name, b, a)
		}
	}
	rules, was := got["rules"].(map[string]any), old["rules"].(map[string]any)
	for name := range was {
		if name != "tranches" && name != "contact" && jsonOf(rules[name]) != jsonOf(was[name]) {
			t.Errorf("rule %s is %v, was %v", name, rules[name], was[name])
		}
	}
	if got["total_fen"] != 8_000_000.0 || got["closes_at"] != "2036-12-31T09:00:00Z" ||
		rules["contact"] != "0000-7654321" {
		t.Errorf("prepared: %v", got)
	}

	stale := v.Get("/rounds/" + made + "/edit").Form("/rounds/" + made + "/edit").Fill(map[string]string{"name.zh": "后来的"})
	first := v.Get("/rounds/" + made + "/edit").Form("/rounds/" + made + "/edit").Fill(map[string]string{"name.zh": "先改的",
		"form": `{"type":"object",` + "\n}"})
	if p := first.Send(); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "问题在第 2 行") {
		t.Errorf("a form that is no JSON: %d %s", p.Status, p.Main())
	}
	first.Set("form", `{"type":"object","properties":{"a":{"title":"甲"}}}`)
	if p := first.Send(); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "缺少中文或英文标题") {
		t.Errorf("a form in one language: %d %s", p.Status, p.Main())
	}
	first.Set("form", `{"type":"object","properties":{"a":{"title":"甲题","x-title-en":"A"}}}`)
	first.Values.Set("go", "preview")
	if p := first.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "还没有保存") ||
		!strings.Contains(p.Main(), "甲题") {
		t.Errorf("a preview: %d %s", p.Status, p.Main())
	}
	first.Values.Del("go")
	first.Set("form", stale.Values.Get("form"))
	for name, value := range map[string]string{"code": "need", "weight": "60", "name.zh": "需求", "guide.zh": "服务谁"} {
		first.Set("rules.criteria.0."+name, value)
	}
	if p := first.Send(); p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "权重之和应为 100") ||
		!slices.Contains(p.Links(), "#f-rules.criteria.0.weight") {
		t.Errorf("weights of 60: %d %s", p.Status, p.Main())
	}
	first.Set("rules.criteria.0.weight", "100")
	if p := first.Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "先改的") {
		t.Errorf("changed: %d %s", p.Status, p.Main())
	}
	if p := v.Get("/rounds/" + made); !strings.Contains(p.Main(), "需求 100%") {
		t.Errorf("the criteria are not shown: %s", p.Main())
	}
	if n := s.Want(http.StatusOK, "GET", "/rounds/"+made, "officer", nil).Body["form_version"]; n != 1.0 {
		t.Errorf("a form that says the same is version %v", n)
	}
	p = stale.Send()
	if p.Status != http.StatusConflict && p.Status != http.StatusPreconditionFailed ||
		p.Form("/rounds/"+made+"/edit").Values.Get("name.zh") != "后来的" {
		t.Errorf("a stale form: %d %s", p.Status, p.Main())
	}
	s.openRoundByPage(v, made)
	s.roundsOfOthers(made)
}

func (s *site) openRoundByPage(v *pagetest.Visitor, made string) {
	t := s.T
	t.Helper()
	v.Get("/cases/" + made + "/do/open").Form("/cases/" + made + "/do/open").Send()
	if calls := pagetest.NewVisitor(t, s.URL, "zh").Get("/calls"); !strings.Contains(calls.Main(), "先改的") {
		t.Errorf("no call: %s", calls.Main())
	}
	f := v.Get("/rounds/" + made + "/edit").Form("/rounds/" + made + "/edit")
	if f.Has("total_fen") || f.Has("form") {
		t.Error("the rules of an open round are offered for changing")
	}
	earlier := f.Fill(map[string]string{"closes_at": "2036-12-30T17:00", "note": "提前"}).Send()
	if earlier.Status != http.StatusConflict || !strings.Contains(earlier.Main(), "只能推迟") {
		t.Errorf("an earlier closing: %d %s", earlier.Status, earlier.Main())
	}
	if p := earlier.Form("/rounds/" + made + "/edit").Fill(map[string]string{"closes_at": "2037-01-10T17:00",
		"note": "系统故障一天"}).Send(); p.Status != http.StatusOK || !strings.Contains(p.Main(), "2037年1月10日 17:00") {
		t.Errorf("extended: %d %s", p.Status, p.Main())
	}
}

func (s *site) roundsOfOthers(made string) {
	t := s.T
	t.Helper()
	for _, login := range []string{"applicant", "reviewer1", "finance1", "women", "sysadmin", "officer-heihe"} {
		v := s.Visit(login, "zh")
		p := v.Get("/rounds/" + made + "/edit")
		if p.Status != http.StatusNotFound {
			t.Errorf("%s may change the round: %d", login, p.Status)
		}
		token := v.Get("/").Form("/logout").Values.Get("_token")
		if p := v.Post(s.URL+"/rounds/"+made+"/edit", map[string][]string{"_token": {token}, "_version": {"3"},
			"closes_at": {"2040-01-01T00:00"}, "note": {"x"}}); p.Status < 400 {
			t.Errorf("%s changes the round: %d", login, p.Status)
		}
		if login != "officer-heihe" {
			if p := v.Get("/rounds/new"); p.Status != http.StatusNotFound {
				t.Errorf("%s may prepare rounds: %d", login, p.Status)
			}
		}
		if p := v.Post(s.URL+"/rounds/new", map[string][]string{"_token": {token}, "kind": {"grant"}, "name.zh": {"偷来的批次"},
			"region": {"230302"}}); p.Status < 400 {
			t.Errorf("%s prepares a round: %d", login, p.Status)
		}
	}
}

func nextOf(at string) string { return string(at[:3]) + string(at[3]+1) }

func jsonOf(v any) string {
	b, _ := json.Marshal(v) // decoded JSON
	return string(b)
}
