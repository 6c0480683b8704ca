package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	"incubase/workflow"
)

// Journeys of people at their desks, in Chromium, by keyboard or finger. What came before is done through the API.

// at returns a window of a size in which a login has signed in.
func (s *site) at(b *pagetest.Browser, login string, width, height int64) *pagetest.Tab {
	s.T.Helper()
	tab := b.Tab(s.T, s.URL)
	tab.Cookie("incubase-lang", "zh")
	if login != "" {
		tab.Cookie("incubase", s.Token(login))
	}
	tab.Size(width, height)
	return tab
}

func (s *site) stateOf(ref string) string {
	s.T.Helper()
	return s.Want(http.StatusOK, "GET", "/cases/"+ref, "auditor", nil).Body["state"].(string)
}

// TestBrowserOfficerChecksSixtyByKeyboard: of sixty applications one is left for later, one returned and the rest
// admitted, by keyboard alone.
func TestBrowserOfficerChecksSixtyByKeyboard(t *testing.T) {
	const n = 60
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	var refs []string
	for i := range n {
		refs = append(refs, s.Submitted(round, fmt.Sprintf("第 %d 个项目", i+1)))
	}
	began := time.Now()
	tab := s.at(b, "officer", 1280, 800)
	tab.Visit("/")
	tab.Tabulate(`a[href="/next/grant/admit"]`)
	tab.Enter()
	seen := map[string]int{}
	for i := range n + 1 {
		ref := strings.Split(strings.TrimPrefix(tab.Path(), "/cases/"), "/")[0]
		if !slices.Contains(refs, ref) || seen[ref] > 0 {
			t.Fatalf("the %d. application is %q: %s", i+1, tab.Path(), tab.Main())
		}
		seen[ref]++
		if left := fmt.Sprintf("还有 %d 件", n-i); i < n-1 && !strings.Contains(tab.Main(), left) {
			t.Errorf("%s does not say %q: %s", tab.Path(), left, tab.Main())
		}
		switch i {
		case 0:
			tab.Shortcut("n")
			delete(seen, ref)
			refs = append(slices.DeleteFunc(refs, func(r string) bool { return r == ref }), ref)
		case 1:
			tab.Tabulate(`a[href*="/do/return?"]`)
			tab.Enter()
			tab.Tabulate(`[name=note]`)
			tab.Type("请补上活动地点的照片。")
			tab.Tabulate(`main form button`)
			tab.Enter()
		default:
			tab.Shortcut("s")
		}
		if i == n-1 { // what was left for later is no part of this run
			break
		}
	}
	if tab.Path() != "/" || !strings.Contains(tab.Main(), "这一批都看过了") {
		t.Errorf("after the last: %s: %s", tab.Path(), tab.Main())
	}
	t.Logf("%d applications by keyboard in %v", n, time.Since(began).Round(time.Millisecond))
	count := map[string]int{}
	for _, ref := range refs {
		count[s.stateOf(ref)]++
	}
	if want := map[string]int{"applied": 1, "returned": 1, "screened": n - 2}; !maps.Equal(count, want) {
		t.Errorf("they stand in %v, want %v", count, want)
	}
}

func criteria(r *workflow.Rules) {
	r.Criteria = []workflow.Criterion{{Code: "need", Name: workflow.Text{ZH: "需求", EN: "Need"},
		Guide: workflow.Text{ZH: "说得清楚服务谁、为什么", EN: "Whom it serves and why"}, Weight: 60},
		{Code: "budget", Name: workflow.Text{ZH: "预算", EN: "Budget"}, Weight: 40}}
}

// TestBrowserReviewerDeclaresThenScores: on a tablet. Content shows after the declaration, the total is computed, a
// reload keeps what is typed, and other reviews show once the own score is in.
func TestBrowserReviewerDeclaresThenScores(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round(criteria)
	ref := s.Submitted(round, "星期三学校")
	s.Act("officer", ref, "admit", nil)
	const others, content = "另一位评审的评语", "退休教师每周三"
	s.Act("reviewer2", ref, "declare", map[string]any{"conflict": false})
	s.Act("reviewer2", ref, "score", map[string]any{"points_need": 6250, "points_budget": 6000, "comment": others})
	tab := s.at(b, "reviewer1", 1024, 768)
	tab.Visit("/")
	tab.Tabulate(`.cards :is(h2, h3) a`)
	tab.Enter()
	if strings.Contains(tab.Main(), content) || strings.Contains(tab.Main(), others) {
		t.Errorf("before the declaration: %s", tab.Main())
	}
	tab.Tabulate(`.offers a[href$="/do/declare"]`)
	tab.Enter()
	tab.Choose("f.conflict", "false")
	tab.Tabulate(`main form button`)
	tab.Enter()
	if !strings.Contains(tab.Main(), content) || strings.Contains(tab.Main(), others) ||
		strings.Contains(tab.Main(), "61.5") {
		t.Errorf("after the declaration: %s", tab.Main())
	}
	tab.Tabulate(`.offers a[href$="/do/score"]`)
	tab.Enter()
	if panes := tab.Boxes(`.pane`); len(panes) != 2 || panes[0].Y != panes[1].Y || panes[0].X+panes[0].Width > panes[1].X {
		t.Errorf("on a tablet the content stands not beside the form: %+v", panes)
	}
	if said := tab.Text(`#act form`); !strings.Contains(said, "占 60%。说得清楚服务谁、为什么") {
		t.Errorf("the criteria: %s", said)
	}
	tab.Tabulate(`[name="f.points_need"]`)
	tab.Type("90.5")
	tab.Says(`[data-weighted]`, "—")
	tab.Tabulate(`[name="f.points_budget"]`)
	tab.Type("80.5")
	tab.Says(`[data-weighted]`, "86.5")
	tab.Tabulate(`[name="f.comment"]`)
	tab.Type("贴近需要")
	tab.Says(`.saving`, "已暂存")
	tab.Reload()
	if n, p, c := tab.Value(`[name="f.points_need"]`), tab.Value(`[name="f.points_budget"]`),
		tab.Value(`[name="f.comment"]`); n != "90.5" || p != "80.5" || c != "贴近需要" || tab.Text(`[data-weighted]`) != "86.5" {
		t.Errorf("after a reload: %q %q %q", n, p, c)
	}
	if strings.Contains(tab.Main(), others) {
		t.Errorf("before the own score: %s", tab.Main())
	}
	tab.Tabulate(`#act form button`)
	tab.Enter()
	if !strings.Contains(tab.Main(), "已办理") || !strings.Contains(tab.Main(), others) ||
		!strings.Contains(tab.Main(), "61.5") || !strings.Contains(tab.Main(), "需求（60%）：90.5") {
		t.Errorf("with the own score in: %s", tab.Main())
	}
	c := s.Want(http.StatusOK, "GET", "/cases/"+ref, "officer", nil).Body
	if said, _ := json.Marshal(c["reviews"]); !strings.Contains(string(said), "8650") || !strings.Contains(string(said),
		"9050") || !strings.Contains(string(said), "贴近需要") {
		t.Errorf("what was scored: %s", said)
	}
}

func TestBrowserAgencyConcursWithOneTap(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	ref := s.Submitted(round, "妇女之家")
	s.Act("officer", ref, "admit", nil)
	tab := s.at(b, "women", 360, 740)
	tab.Visit("/")
	tab.Tap(`form[action="/cases/` + ref + `/do/cosign"] button`)
	if tab.Path() != "/" || !strings.Contains(tab.Main(), "已办理") || strings.Contains(tab.Main(), ref) {
		t.Errorf("after one tap: %s: %s", tab.Path(), tab.Main())
	}
	for _, x := range s.Want(http.StatusOK, "GET", "/cases/"+ref, "women", nil).Body["cosigns"].([]any) {
		if c := x.(map[string]any); strings.Contains(fmt.Sprint(c["name"]), "妇") && c["answer"] == "agree" {
			return
		}
	}
	t.Errorf("the agency has not agreed: %v", s.Want(http.StatusOK, "GET", "/cases/"+ref, "women", nil).Body["cosigns"])
}

// TestBrowserPublicObjectsAndDeciderAnswers: an objection from a phone, without signing in, must be answered before the
// award can be confirmed.
func TestBrowserPublicObjectsAndDeciderAnswers(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	ref := s.Proposed(round, "星期三学校")
	const said = "公示的活动地点与实际不符"
	anybody := s.at(b, "", 360, 740)
	anybody.Visit("/")
	anybody.Tabulate(`a[href="/notices"]`)
	anybody.Enter()
	anybody.Tap(`main .cards h2 a`)
	anybody.Fill(map[string]string{"text": said, "name": "李四", "contact": "138 0000 0000"}, `main form button`)
	anybody.Enter()
	if !strings.Contains(anybody.Main(), "异议已收到") || !strings.Contains(anybody.Main(), ref) {
		t.Fatalf("after objecting: %s: %s", anybody.Path(), anybody.Main())
	}
	s.Advance("P12D")
	s.Refused(http.StatusConflict, "no_open_objection", "decider", ref, "confirm", nil)
	officer := s.at(b, "officer", 1280, 800)
	officer.Visit("/cases/" + ref)
	if !strings.Contains(officer.Main(), said) || !strings.Contains(officer.Main(), "李四") {
		t.Errorf("the officer does not read the objection: %s", officer.Main())
	}
	decider := s.at(b, "decider", 1280, 800)
	decider.Visit("/")
	decider.Tabulate(`.cards :is(h2, h3) a[href="/cases/` + ref + `"]`)
	decider.Enter()
	decider.Tabulate(`.offers a[href$="/do/resolve"]`)
	decider.Enter()
	decider.Choose("f.upheld", "false")
	decider.Tabulate(`[name="f.reason"]`)
	decider.Type("经核实，活动地点已更正")
	decider.Tabulate(`main form button`)
	decider.Enter()
	if !strings.Contains(decider.Main(), "已办理") || !strings.Contains(decider.Main(), "活动地点已更正") {
		t.Errorf("after resolving: %s: %s", decider.Path(), decider.Main())
	}
	s.Settled("decider", ref, "confirm")
}

// TestBrowserFinancePays: one prepares the payment and cannot release it, another releases it, and the grant is funded.
func TestBrowserFinancePays(t *testing.T) {
	b := pagetest.OpenBrowser(t)
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	ref := s.Proposed(round, "星期三学校")
	s.Advance("P12D")
	s.Settled("decider", ref, "confirm")
	s.Act("decider", ref, "confirm", nil)
	for _, who := range []string{"certifier", "officer"} {
		s.Act(who, ref, "sign", s.Signature(who, ref))
	}
	s.Settled("finance1", ref, "pay")
	maker, checker := s.at(b, "finance1", 1280, 800), s.at(b, "finance2", 1280, 800)
	maker.Visit("/")
	maker.Tabulate(`.cards :is(h2, h3) a[href="/cases/` + ref + `"]`)
	maker.Enter()
	maker.Tabulate(`.offers a[href$="/do/pay"]`)
	maker.Enter()
	maker.Tabulate(`main form button`)
	maker.Enter()
	payment := "/cases/" + ref + "-P1"
	maker.Visit(payment + "/do/release")
	if maker.Value(`form[action$="/do/release"] [name=_key]`) != "(none)" || !strings.Contains(maker.Main(), "现在不能办理") {
		t.Errorf("who prepared may release: %s", maker.Main())
	}
	checker.Visit("/")
	checker.Tabulate(`.cards :is(h2, h3) a[href="` + payment + `"]`)
	checker.Enter()
	checker.Tabulate(`.offers a[href$="/do/release"]`)
	checker.Enter()
	checker.Fill(map[string]string{"f.voucher": "记-12"}, `main form button`)
	checker.Enter()
	if !strings.Contains(checker.Main(), "已办理") || !strings.Contains(checker.Main(), "记-12") {
		t.Errorf("after the release: %s", checker.Main())
	}
	s.until("officer", ref, "funded")
	head := s.at(b, "certifier", 360, 740)
	head.Visit("/cases/" + ref)
	if now := head.Text(`.stages .now`); !strings.Contains(now, "资助") || !strings.Contains(head.Main(), "已拨付") {
		t.Errorf("the organization reads stage %q: %s", now, head.Main())
	}
}
