package e2e

import (
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"incubase/cmd/incubase/demo"
	"incubase/db/dbtest/many"
	"incubase/web/pagetest"
)

// TestPagesAmongManyCases opens pages among INCUBASE_CASES copies of the demonstration's grants (make bench-pages) and
// prints how long each takes, also as a multiple of a page that reads next to nothing. The ordinary run has a few, and
// every page must find what it lists.
func TestPagesAmongManyCases(t *testing.T) {
	n := 2000
	if s := os.Getenv("INCUBASE_CASES"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	s := newSite(t, demo.Load)
	// A tenth is of the officer's own county; a word is frequent everywhere else and unknown there.
	if err := many.Fill(t.Context(), many.Options{URL: s.DB.OwnerURL, Cases: n, Home: "230302",
		Elsewhere: "第%s牧区流动课堂"}); err != nil {
		t.Fatal(err)
	}
	var ref string
	if err := s.Owner.QueryRow(
		`select max(ref) from cases where workflow = 'grant' and county = '230302' and stage <> ''`).Scan(&ref); err != nil {
		t.Fatal(err)
	}
	people := map[string]*pagetest.Visitor{}
	floor := 0.0
	for _, p := range []struct{ login, path, says string }{
		{"", "/calls", "正在受理"}, {"", "/", "孵化通"}, {"", "/notices", "公示"}, {"", "/awards", "共 "}, {"", "/statistics", "共 "},
		{"officer", "/", "待办"}, {"reviewer1", "/", "待办"}, {"women", "/", "待办"}, {"officer", "/cases", "GA-"},
		{"officer", "/cases?stage=applied", "GA-"},
		{"officer", "/cases?overdue=1", "GA-"}, {"officer", "/cases?q=" + ref, ref},
		{"officer", "/cases?q=%E6%98%9F%E6%9C%9F%E4%B8%89", "星期三"},
		// frequent elsewhere, unknown here
		{"officer", "/cases?q=%E7%89%A7%E5%8C%BA", "没有符合条件"}, {"officer", "/cases?q=%E6%B5%81%E5%8A%A8%E8%AF%BE%E5%A0%82",
			"没有符合条件"},
		{"officer", "/cases/" + ref, "办理过程"}, {"officer", "/board", "进度总览"}, {"analyst", "/board", "进度总览"},
		{"officer", "/rounds", "批次"},
		{"officer", "/organizations", "社会组织"}, {"applicant", "/cases", "GA-"},
		{"auditor", "/acts", "办理记录"}, {"auditor", s.year(), "办理记录"}, {"auditor", s.year() + "&who=officer", "办理记录"},
		{"auditor", s.year() + "&who=nobody", "没有这样的记录"},
	} {
		if people[p.login] == nil {
			people[p.login] = s.Visit(p.login, "zh")
		}
		ms := make([]float64, 21)
		for i := range ms {
			begun := time.Now()
			a := people[p.login].Get(p.path)
			ms[i] = float64(time.Since(begun).Microseconds()) / 1000
			if a.Status != http.StatusOK || !strings.Contains(a.Body, p.says) {
				t.Fatalf("%s for %q: %d, without %q", p.path, p.login, a.Status, p.says)
			}
		}
		first := ms[0]
		slices.Sort(ms)
		if floor == 0 {
			floor = ms[10]
		}
		t.Logf("%8d cases  %-10s %-40s first %8.1f ms  median %8.1f ms  worst %8.1f ms  %6.1f of /calls", n, p.login, p.path,
			first, ms[10], ms[20], ms[10]/floor)
	}
}

// year is the search for acts of the year up to now.
func (s *site) year() string {
	return "/acts?since=" + s.Now().AddDate(-1, 0, 2).Format(time.DateOnly) + "&until=" + s.Now().Format(time.DateOnly)
}
