package records_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestRecordsByPages: organizations, projects, agencies, competences and calendars, each by those who may; refusals
// keep what was written, repetitions act once.
func TestRecordsByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	for name, try := range map[string]func(*testing.T, *apptest.Site){"organizations": organizationPages,
		"agencies":  agencyPages,
		"calendars": calendarPages} {
		t.Run(name, func(t *testing.T) {
			own := *s
			own.T = t
			try(t, &own)
		})
	}
}

// sound is a valid credit code of an invented organization.
const sound = "51230302MJ0001010R"

func organizationPages(t *testing.T, s *apptest.Site) {
	v := s.Visit("officer", "zh")
	f := v.Get("/organizations/new").Form("/organizations/new").Fill(map[string]string{"name": apptest.Evil("红旗社"),
		"kind": "social_group", "credit_code": "51230300MJY0000000", "phone": "call me", "founded": "last year"})
	p := f.Send()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "读不懂的日期") ||
		p.Form("/organizations/new").Values.Get("name") != apptest.Evil("红旗社") {
		t.Errorf("a day that is none: %d %s", p.Status, p.Main())
	}
	p = p.Form("/organizations/new").Fill(map[string]string{"founded": ""}).Send()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "读不懂的电话") ||
		!strings.Contains(strings.Join(p.Links(), " "), "#f-credit_code") {
		t.Errorf("a wrong code and telephone: %d %s", p.Status, p.Main())
	}
	good := p.Form("/organizations/new").Fill(map[string]string{"kind": "filed_community_org", "credit_code": "",
		"filing_number": "备 1", "phone": "0467-123456"})
	p = good.Send()
	at := p.At.Path
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), apptest.Evil("红旗社")) ||
		!strings.Contains(p.Main(), "0467-123456") {
		t.Fatalf("registered: %d at %s: %s", p.Status, at, p.Main())
	}
	if again := good.Send(); again.At.Path != at {
		t.Errorf("sent twice it makes %s and %s", at, again.At.Path)
	}
	stale := v.Get(at + "/edit").Form(at + "/edit").Fill(map[string]string{"address": "南山街道 2 号"})
	if p := v.Get(at + "/edit").Form(at +
		"/edit").Fill(map[string]string{"standing": "barred"}).Send(); p.Status != http.StatusUnprocessableEntity ||
		!strings.Contains(p.Main(), "限制申报须有截止日期") {
		t.Errorf("barred without a day: %d %s", p.Status, p.Main())
	}
	if p := v.Get(at + "/edit").Form(at + "/edit").Fill(map[string]string{"standing": "barred",
		"standing_reason": "决定 1 号",
		"barred_until":    "2036-01-01"}).Send(); !strings.Contains(p.Main(), "2036年1月1日") {
		t.Errorf("barred: %d %s", p.Status, p.Main())
	}
	if p := stale.Send(); p.Status < 400 || p.Form(at+"/edit").Values.Get("address") != "南山街道 2 号" {
		t.Errorf("a stale form: %d %s", p.Status, p.Main())
	}
	host := v.Get("/organizations/new").Form("/organizations/new").Fill(map[string]string{"name": "枢纽社",
		"kind": "social_group", "credit_code": sound}).Send()
	if p := v.Get(at + "/edit").Form(at + "/edit").Fill(map[string]string{"fiscal_host": strings.TrimPrefix(host.At.Path,
		"/organizations/"), "about": "一行\r\n两行"}).Send(); !strings.Contains(p.Main(), "枢纽社") {
		t.Errorf("a fiscal host: %d %s", p.Status, p.Main())
	}
	version := func() any { return s.Want(http.StatusOK, "GET", at, "officer", nil).Header.Get("ETag") }
	before := version()
	same := v.Get(at + "/edit").Form(at + "/edit")
	same.Set("about", strings.ReplaceAll(same.Values.Get("about"), "\n", "\r\n")) // as browsers send it
	same.Send()
	if got := s.Want(http.StatusOK, "GET", at, "officer", nil).Body["about"]; got != "一行\n两行" {
		t.Errorf("about: %q (%v, %v)", got, before, version())
	}
	if p := v.Get("/organizations?q=" + sound); !strings.Contains(p.Main(), "枢纽社") || strings.Contains(p.Main(), "红旗社") {
		t.Errorf("found by its code: %s", p.Main())
	}
	if p := s.Visit("sysadmin", "zh").Get("/organizations"); p.Status != http.StatusNotFound {
		t.Errorf("an administrator lists organizations: %d", p.Status)
	}
	day := v.Get(at + "/edit").Form(at + "/edit").Fill(map[string]string{"founded": "2019-05-01"}).Send()
	if p := v.Get(at + "/edit").Form(at +
		"/edit").Fill(map[string]string{"founded": ""}).Send(); !strings.Contains(day.Main(), "2019年5月1日") ||
		p.Status != http.StatusUnprocessableEntity {
		t.Errorf("a day of founding taken away: %d %s", p.Status, p.Main())
	}
	to := at + "/projects/new"
	if p := v.Get(to).Form(to).Fill(map[string]string{"title": "银发食堂"}).Send(); p.At.Path != at ||
		!strings.Contains(p.Main(), "银发食堂") {
		t.Errorf("a project: %d %s", p.Status, p.Main())
	}
	to = v.Get(at).Following(at + "/projects/0")
	if p := v.Get(to).Form(to).Fill(map[string]string{"title": "银发食堂二期"}).Send(); !strings.Contains(p.Main(),
		"银发食堂二期") {
		t.Errorf("a project changed: %d %s", p.Status, p.Main())
	}
	for login, status := range map[string]int{"officer-heihe": 404, "applicant": 404, "decider": 200, "reviewer1": 404,
		"": 303} {
		if p := s.Visit(login, "zh").Stay("GET", at, nil); p.Status != status {
			t.Errorf("%q sees the organization: %d", login, p.Status)
		}
	}
	head := s.Visit("certifier", "zh")
	own := head.Get("/organizations").Following("/organizations/0")
	mine := head.Get(own + "/edit").Form(own + "/edit")
	if mine.Has("credit_code") || mine.Has("standing") || !mine.Has("phone") {
		t.Error("a head keeps how the organization is reached, and nothing else")
	}
	mine.Values.Set("standing", "good") // a field that the form does not have
	mine.Values.Set("name", "改名")
	if p := mine.Send(); p.Status != http.StatusForbidden || strings.Contains(head.Get(own).Main(), "改名") {
		t.Errorf("a head renames the organization: %d", p.Status)
	}
	if p := head.Get(own + "/edit").Form(own +
		"/edit").Fill(map[string]string{"phone": "13800000000"}).Send(); !strings.Contains(p.Main(), "13800000000") {
		t.Errorf("a head's own telephone: %d %s", p.Status, p.Main())
	}
}

func agencyPages(t *testing.T, s *apptest.Site) {
	v := s.Visit("officer", "zh")
	f := v.Get("/agencies/new").Form("/agencies/new").Fill(map[string]string{"name.zh": "鸡冠区图书馆",
		"kind":   "culture",
		"region": "230302", "name.en": strings.Repeat("x", 300)})
	p := f.Send()
	if p.Status != http.StatusUnprocessableEntity || p.Form("/agencies/new").Values.Get("name.zh") != "鸡冠区图书馆" {
		t.Errorf("a name that is too long: %d %s", p.Status, p.Main())
	}
	p = p.Form("/agencies/new").Fill(map[string]string{"name.en": "Library"}).Send()
	at := p.At.Path
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), "鸡冠区图书馆") {
		t.Fatalf("registered: %d %s", p.Status, p.Main())
	}
	if p := v.Get(at + "/competences"); p.Status != http.StatusNotFound {
		t.Errorf("an officer sets competences: %d", p.Status)
	}
	decider := s.Visit("decider", "zh")
	set := decider.Get(at + "/competences").Form(at + "/competences").Fill(map[string]string{"topic": "culture",
		"action": "cosign"})
	if p := set.Send(); p.At.Path != at || !strings.Contains(p.Main(), "会签") {
		t.Errorf("a competence: %d %s", p.Status, p.Main())
	}
	if p := set.Send(); strings.Count(p.Body, at+`/end`) != 1 {
		t.Errorf("sent twice: %s", p.Main())
	}
	s.Advance("P40D") // ended in the system's own time, which may be ahead
	if p := decider.Get(at).Form(at + "/end").Send(); !strings.Contains(p.Main(), "还没有设定") {
		t.Errorf("ended: %d %s", p.Status, p.Main())
	}
	for login, status := range map[string]int{"sysadmin": 200, "women": 404, "applicant": 404} {
		if p := s.Visit(login, "zh").Get(at + "/edit"); p.Status != status {
			t.Errorf("%s changes agencies: %d", login, p.Status)
		}
	}
}

func calendarPages(t *testing.T, s *apptest.Site) {
	v := s.Visit("sysadmin", "zh")
	days := "2031-01-01 休 元旦\n\n2031-02-03..2031-02-05 off 春节\n2031-02-08 班"
	f := v.Get("/calendars/new").Form("/calendars/new").Fill(map[string]string{"name": "2031年节假日", "source": "通知",
		"through": "2031-12-31", "days": days + "\n明天 休\n2031-05-01..2030-05-02 休"})
	p := f.Send()
	if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Main(), "第 5 行") ||
		!strings.Contains(p.Main(), "第 6 行") || strings.Contains(p.Main(), "第 4 行") {
		t.Errorf("lines that are no days: %d %s", p.Status, p.Main())
	}
	p = p.Form("/calendars/new").Fill(map[string]string{"days": days}).Send()
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), "2031年节假日") {
		t.Fatalf("entered: %d %s", p.Status, p.Main())
	}
	got := s.Want(http.StatusOK, "GET", "/calendars", "sysadmin", nil).Body["items"].([]any)
	if list := got[len(got)-1].(map[string]any)["days"].([]any); len(list) != 5 {
		t.Errorf("%d days: %v", len(list), list)
	}
	if p := s.Visit("officer", "zh").Get("/calendars/new"); p.Status != http.StatusNotFound {
		t.Errorf("an officer enters calendars: %d", p.Status)
	}
}
