package cases_test

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
)

// TestAGrantByPages goes from the call to the award by forms alone, with a wrong value, a stale page, a form sent twice
// and the back button.
func TestAGrantByPages(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	applicant, certifier, officer := s.Browse("applicant", "zh"), s.Browse("certifier", "zh"), s.Browse("officer", "en")
	nobody := s.Browse("", "zh")
	nobody.Get("/").Says(t, 200, "试验批次")
	nobody.Get("/calls/"+round+"?check1=yes&check2=yes&check3=yes&check4=no").Says(t, 200, "收费的项目不在资助范围内", "现在还不能申报")
	if p := nobody.Get("/apply?round=" + round); !strings.HasPrefix(p.At, "/login?next=%2Fapply") {
		t.Errorf("applying without signing in leads to %s", p.At)
	}

	apply := applicant.Get("/apply?round=" + round)
	applicant.Post(apply, "/apply", url.Values{"project": {"new"}, "title": {""}}).Says(t, 422, "请更正以下内容")
	first := applicant.Post(apply, "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂<script>"},
		"topics": {"left_behind_children"}})
	again := applicant.Post(apply, "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂<script>"},
		"topics": {"left_behind_children"}})
	first.Says(t, 200, "第 1 步", "银龄课堂&lt;script&gt;")
	if again.At != first.At {
		t.Errorf("one form sent twice opened two cases: %s, %s", first.At, again.At)
	}
	ref := strings.Split(first.At, "/")[2]
	s.fillIn(applicant, ref)
	applicant.Get("/cases/"+ref+"/form?step=review").Says(t, 200, "内容齐全", "由组织负责人登录后检查并提交")
	s.Browse("certifier2", "zh").Get("/cases/"+ref+"/form").Says(t, 404, "没有找到")

	submit := certifier.Get("/cases/" + ref + "/do/submit")
	receipt := certifier.Post(submit, "/cases/"+ref+"/do/submit", nil)
	receipt.Says(t, 200, "已经收到", ref)
	certifier.Post(submit, "/cases/"+ref+"/do/submit", nil).Says(t, 200, ref) // the back button, and sent again
	certifier.Act(ref, "withdraw", nil).Says(t, 422, "请写明理由")

	stale := officer.Get("/cases/" + ref + "/do/return")
	officer.Act(ref, "admit", nil).Says(t, 200, "Done.")
	officer.Post(stale, "/cases/"+ref+"/do/return", url.Values{"note": {"预算缺少说明"}}).Says(t, 412, "预算缺少说明")
	for _, who := range []string{"reviewer1", "reviewer2"} {
		b := s.Browse(who, "zh")
		b.Act(ref, "declare", url.Values{"f.conflict": {"false"}}).Says(t, 200, "已办理")
		b.Act(ref, "score", url.Values{"f.points": {"101"}}).Says(t, 422, "101")
		b.Act(ref, "score", url.Values{"f.points": {"86.5"}, "f.comment": {"贴近需要"}}).Says(t, 200, "86.50 分")
	}
	s.Browse("women", "en").Act(ref, "cosign", url.Values{"f.answer": {"agree"}}).Says(t, 200, "agrees")
	s.Advance("P10D")
	s.Settled("officer", ref, "propose")
	officer.Act(ref, "propose", url.Values{"f.amount_fen": {"999,999,999"}}).Says(t, 422, "999,999,999")
	officer.Act(ref, "propose", url.Values{"f.amount_fen": {"20,000"}}).Says(t, 200, "¥20,000.00")

	notice := apptest.Firsts(regexp.MustCompile(`href="/notices/([^"]+)"`), nobody.Get("/notices").Text)
	if len(notice) != 1 {
		t.Fatalf("notices: %v", notice)
	}
	on := nobody.Get("/notices/" + notice[0])
	on.Says(t, 200, "贰万元整")
	nobody.Post(on, "/notices/"+notice[0]+"/object", url.Values{"text": {"短"}, "name": {"李四"}}).Says(t, 422, "李四", "至少")
	nobody.Post(on, "/notices/"+notice[0]+"/object", url.Values{"text": {"公示地点与实际不符"}, "name": {"李四"}}).Says(t, 200, ref)
	if p := certifier.Get("/cases/" + ref); strings.Contains(p.Text, "李四") {
		t.Error("the applicant reads who objected")
	}
	officer.Get("/cases/"+ref).Says(t, 200, "李四")
	s.Advance("P12D")
	decider := s.Browse("decider", "zh")
	decider.Get("/cases/"+ref+"/do/confirm").Says(t, 200, "还有 1 条异议未处理")
	decider.Act(ref, "resolve", url.Values{"f.upheld": {"false"}, "f.reason": {"经核实已更正"}}).Says(t, 200, "已办理")
	decider.Act(ref, "confirm", nil).Says(t, 200, "已立项", "分期拨付", "待拨付", "需要 1 份通过的报告")
	nobody.Get("/awards").Says(t, 200, ref, "20,000.00")
	s.Browse("analyst", "zh").Get("/board?region=230302&by=round").Says(t, 200, "试验批次")
	s.Verified()
}

func (s *site) fillIn(b *apptest.Browser, ref string) {
	s.T.Helper()
	answers := s.Want(200, "GET", "/rounds/"+s.Want(200, "GET", "/cases/"+ref, "applicant", nil).Body["round"].(string)+
		"/form", "applicant", nil).Body
	p := b.Get("/cases/" + ref + "/form?step=1")
	for range 30 {
		if strings.Contains(p.At, "review") {
			return
		}
		form := url.Values{"go": {"next"}}
		for _, name := range apptest.Firsts(regexp.MustCompile(`name="asked" value="([^"]+)"`), p.Text) {
			fillQuestion(form, "q."+name, name, answers["properties"].(map[string]any)[name].(map[string]any))
		}
		form["asked"] = apptest.Firsts(regexp.MustCompile(`name="asked" value="([^"]+)"`), p.Text)
		p = b.Post(p, "/cases/"+ref+"/form", form)
		p.Says(s.T, 200)
	}
	s.T.Fatal("the form does not end:", p.At)
}

func fillQuestion(form url.Values, at, name string, q map[string]any) {
	if items, ok := q["items"].(map[string]any); ok {
		for column, c := range items["properties"].(map[string]any) {
			fillQuestion(form, at+".0."+column, column, c.(map[string]any))
		}
		return
	}
	list, ok := q["examples"].([]any)
	if !ok {
		return
	}
	switch v := list[0].(type) {
	case bool:
		form.Set(at, "true")
	case float64:
		if strings.HasSuffix(name, "_fen") {
			v /= 100
		}
		form.Set(at, fmt.Sprintf("%.0f", v))
	default:
		form.Set(at, fmt.Sprint(v))
	}
}
