package public_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	"incubase/workflow/money"
)

// TestPublicWindowAndBoard: pages show the API's figures, every way down ends at cases, and a refused objection keeps
// what was written.
func TestPublicWindowAndBoard(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.Load)
	for name, try := range map[string]func(*testing.T, *apptest.Site){
		"a board equals the API's at every height": boardsEqual, "figures are the sums of the awards": figuresEqual,
		"an objection keeps what was written": objectionsKeep, "workflows are kept apart": workflowsApart,
	} {
		t.Run(name, func(t *testing.T) {
			own := *s
			own.T = t
			try(t, &own)
		})
	}
}

// table returns the words of a table's cells, without spaces.
func table(p *pagetest.Page, part string) (out [][]string) {
	for _, tr := range p.Find(part + " tr").EachIter() {
		out = append(out, tr.Find("td, th").Map(func(_ int, c *goquery.Selection) string {
			return strings.Join(strings.Fields(c.Text()), "")
		}))
	}
	return out
}

func amountCell(n, fen float64) string {
	if fen == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%v%s元", n, money.Fen(fen).Yuan())
}

func boardsEqual(t *testing.T, s *apptest.Site) {
	v := s.Visit("analyst", "zh")
	queue, cases := []string{"/board?region=23&by=region"}, 0
	for len(queue) > 0 {
		to := queue[0]
		queue = queue[1:]
		u, _ := url.Parse(to)
		for _, by := range []string{"region", "agency", "field", "round", "workflow"} {
			at := "?" + url.Values{"region": {u.Query().Get("region")}, "by": {by}}.Encode()
			p := v.Get("/board" + at)
			items := s.Want(http.StatusOK, "GET", "/board"+at, "analyst", nil).Body["items"].([]any)
			boardEquals(t, at, table(p, "tbody"), items)
			for _, l := range p.Links() {
				if by == "region" && strings.HasPrefix(l, "/board?by=region") && len(l) > len(to) && !slices.Contains(queue, l) {
					queue = append(queue, l)
				}
				if strings.HasPrefix(l, "/cases?") {
					cases++
					if c := v.Get(l); c.Status != http.StatusOK || c.Find(".cards").Length() == 0 {
						t.Errorf("%s leads to %s, where there is nothing: %d", at, l, c.Status)
					}
				}
			}
		}
	}
	if cases < 10 {
		t.Errorf("only %d rows lead to cases", cases)
	}
	if p := v.Get("/board?region=230302001"); len(table(p, "tbody")) == 0 {
		t.Error("a street has no board")
	}
	if p := s.Visit("officer", "zh").Get("/board?region=23"); p.Status != http.StatusNotFound {
		t.Errorf("an officer of a county sees the province: %d", p.Status)
	}
}

func boardEquals(t *testing.T, at string, rows [][]string, items []any) {
	t.Helper()
	if len(rows) != len(items) || len(items) == 0 {
		t.Errorf("%s: %d rows on the page, %d in the API", at, len(rows), len(items))
		return
	}
	for i, x := range items {
		item := x.(map[string]any)
		count, sum := item["count"].(map[string]any), item["sum_fen"].(map[string]any)
		want := []string{fmt.Sprint(item["overdue"])}
		all, fen := 0.0, 0.0
		for _, stage := range []string{"applied", "reviewed", "funded", "reported"} {
			n, _ := count[stage].(float64)
			f, _ := sum[stage].(float64)
			want = append(want, amountCell(n, f))
			all, fen = all+n, fen+f
		}
		if want = append(want, amountCell(all, fen)); !slices.Equal(rows[i][1:], want) {
			t.Errorf("%s, %v: the page says %v, the API %v", at, item["key"], rows[i][1:], want)
		}
	}
}

// workflowsApart: page, API and file show the same board of one workflow, and a to-do list has a part for each.
func workflowsApart(t *testing.T, s *apptest.Site) {
	v := s.Visit("analyst", "zh")
	sums := map[string]float64{}
	for _, of := range []string{"", "grant", "incubation"} {
		q := "region=23&by=region&workflow=" + of
		p := v.Get("/board?" + q)
		items := s.Want(http.StatusOK, "GET", "/board?"+q, "analyst", nil).Body["items"].([]any)
		boardEquals(t, of, table(p, "tbody"), items)
		for _, x := range items {
			for _, n := range x.(map[string]any)["count"].(map[string]any) {
				sums[of] += n.(float64)
			}
		}
		if got := p.Find(`select[name="workflow"] option[selected]`).AttrOr("value", ""); got != of {
			t.Errorf("of %q the page has chosen %q", of, got)
		}
		for _, l := range p.Links() {
			if strings.HasPrefix(l, "/board?") && of != "" && !strings.Contains(l, "workflow="+of) {
				t.Errorf("a board of %s leads to %s", of, l)
			}
		}
		if live := p.Find("[data-live]").AttrOr("data-live", ""); of != "" && !strings.HasSuffix(live, "workflow="+of) {
			t.Errorf("a board of %s listens to %s", of, live)
		}
	}
	if sums["grant"] == 0 || sums["incubation"] == 0 || sums[""] != sums["grant"]+sums["incubation"] {
		t.Errorf("cases of all and of each workflow: %v", sums)
	}
	rows := table(v.Get("/board?region=23&by=workflow"), "tbody")
	if len(rows) != 2 || rows[0][0] != "品牌项目资助" || rows[1][0] != "组织孵化" {
		t.Errorf("by workflow: %v", rows)
	}
	if p := s.Visit("analyst", "en").Get("/board?region=23&by=workflow"); !strings.Contains(p.Main(), "Incubation of an") {
		t.Errorf("by workflow in English: %s", p.Main())
	}
	file := v.Get("/exports/board?format=csv&region=23&by=workflow&workflow=incubation").Body
	if !strings.Contains(file, "incubation,组织孵化,") || strings.Contains(file, "grant") {
		t.Errorf("the file of one workflow: %s", file)
	}
	for path, status := range map[string]int{"/board?workflow=none": http.StatusUnprocessableEntity,
		"/statistics?workflow=none": http.StatusNotFound} {
		if p := v.Get(path); p.Status != status {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	if p := v.Get("/statistics?workflow=incubation"); !strings.Contains(p.Main(), "还没有") {
		t.Errorf("awards of incubations: %s", p.Main())
	}
	home := s.Visit("officer", "zh").Get("/")
	groups := home.Find("h2.group")
	if groups.Length() < 2 {
		t.Errorf("the officer's to-do list has %d parts", groups.Length())
	}
	for _, g := range groups.EachIter() {
		part := g.Parent()
		n := part.Find(".cards > li").Length()
		if said := strings.Fields(g.Find("small").Text()); n == 0 || said[0] != fmt.Sprint(n) {
			t.Errorf("%s has %d cases", g.Text(), n)
		}
		to := g.Find("a").AttrOr("href", "")
		list := s.Visit("officer", "zh").Get(to)
		if list.Find(".cards > li").Length() != n {
			t.Errorf("%s leads to %d cases, not %d", to, list.Find(".cards > li").Length(), n)
		}
	}
}

func figuresEqual(t *testing.T, s *apptest.Site) {
	public := pagetest.NewVisitor(t, s.URL, "zh")
	for _, in := range []string{"", "2303", "2311", "230302001"} {
		n, awarded, paid := 0, 0.0, 0.0
		for cursor := ""; ; {
			a := s.Want(http.StatusOK, "GET", "/public/awards?limit=5&region="+in+"&cursor="+url.QueryEscape(cursor), "", nil)
			for _, x := range a.Body["items"].([]any) {
				n++
				awarded += x.(map[string]any)["awarded_fen"].(float64)
				paid += x.(map[string]any)["paid_fen"].(float64)
			}
			if cursor, _ = a.Body["next"].(string); cursor == "" {
				break
			}
		}
		want := fmt.Sprintf("共 %d 项，资助 %s 元，已拨付 %s 元。", n, money.Fen(awarded).Yuan(), money.Fen(paid).Yuan())
		if said := public.Get("/awards?region=" + in).Main(); n == 0 || !strings.Contains(said, want) {
			t.Errorf("in %q the page does not say %q: %s", in, want, said)
		}
		if in == "" && !strings.Contains(public.Get("/statistics").Main(), want) {
			t.Errorf("figures do not say %q", want)
		}
	}
	for path, status := range map[string]int{"/awards?region=0": 422, "/awards?region=99": 404, "/awards?round=none": 422,
		"/awards?region=11": 200} {
		if p := public.Get(path); p.Status != status || status == 200 && !strings.Contains(p.Main(), "没有符合条件") {
			t.Errorf("%s: %d %s", path, p.Status, p.Main())
		}
	}
	rows, feet := table(public.Get("/statistics"), "tbody"), table(public.Get("/statistics"), "tfoot")
	if len(rows) != 3 || len(feet) != 1 {
		t.Errorf("figures: %v, %v", rows, feet)
	}
}

func objectionsKeep(t *testing.T, s *apptest.Site) {
	public := pagetest.NewVisitor(t, s.URL, "zh")
	notice := public.Get("/notices").Following("/notices/")
	for try := range 11 {
		f := public.Get(notice).Form(notice + "/object")
		f.Set("text", "短")
		f.Set("name", "李四")
		f.Set("contact", "138")
		status, links := http.StatusUnprocessableEntity, "#f-text"
		if try == 10 { // ten at once, then one a minute
			status, links = http.StatusTooManyRequests, ""
		}
		p := f.Send()
		again := p.Form(notice + "/object")
		if p.Status != status || again.Values.Get("text") != "短" || again.Values.Get("name") != "李四" ||
			again.Values.Get("contact") != "138" || again.Values.Get("_key") != f.Values.Get("_key") {
			t.Errorf("try %d: %d %v", try, p.Status, again.Values)
		}
		if links != "" && !slices.Contains(p.Links(), links) || links == "" && p.Header.Get("Retry-After") == "" {
			t.Errorf("try %d does not tell what to do: %s", try, p.Main())
		}
	}
	for _, made := range []string{"/notices/GA-2026-0001/done", "/notices/GA-2026-0001/done?n=999",
		"/objections/00000-00000-00000-00000", "/objections/x"} {
		if p := public.Get(made); p.Status != http.StatusNotFound {
			t.Errorf("a receipt that was made up, %s: %d", made, p.Status)
		}
	}
}
