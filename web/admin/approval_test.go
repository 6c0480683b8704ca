package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"incubase/cmd/incubase/app/apptest"
	"incubase/cmd/incubase/demo"
	"incubase/web/pagetest"
	"incubase/workflow/catalog"
)

// renamed loads version 2 of the grant, in which a state has another name.
func renamed(t *testing.T, s *apptest.Site, state, to string) {
	t.Helper()
	b, err := catalog.Source("grant")
	if err != nil {
		t.Fatal(err)
	}
	source := strings.ReplaceAll(strings.Replace(string(b), "version: 1\n", "version: 2\n", 1), state, to)
	source = strings.Replace(source, "en: Branded project grant}", "en: Project grant}", 1)
	s.Want(http.StatusCreated, "POST", "/workflows", "sysadmin", map[string]any{"source": source})
}

// TestApprovalByPages: the page of the second key tells what differs in words, which promises hold and how the version
// stands; the approver approves and withdraws there with a remark, and the loader and the auditor only read.
func TestApprovalByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	renamed(t, s, "screened", "in_review")
	const at = "/workflows/grant/versions/2/approval"
	v := s.Visit("secadmin", "zh")
	p := v.Get(at)
	for _, want := range []string{"批准流程版本", "待批准", "装入", "与已批准的第 1 版相比", "名称：", "取消状态", "新增状态", "符合：",
		"资金与独立性", "逐项对照定义原文", "在办案件试算"} {
		if !strings.Contains(p.Main(), want) {
			t.Errorf("the page does not say %q: %s", want, p.Main())
		}
	}
	if p.Status != http.StatusOK || p.Find("li.change.added").Length() == 0 || p.Find("li.change.removed").Length() == 0 ||
		p.Find("details ins").Length() == 0 || !p.Sends(at) {
		t.Errorf("%d: %d changes", p.Status, p.Find("li.change").Length())
	}
	for login, reads := range map[string]int{"sysadmin": 200, "auditadmin": 200, "officer": 404, "certifier": 404} {
		if p := s.Visit(login, "en").Get(at); p.Status != reads || p.Sends(at) {
			t.Errorf("%s: %d, approves %t", login, p.Status, p.Sends(at))
		}
	}
	for _, path := range []string{"/workflows/grant/versions/3/approval", "/workflows/none/versions/1/approval",
		"/workflows/grant/versions/x/approval"} {
		if p := v.Get(path); p.Status != http.StatusNotFound {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	long := p.Form(at).Fill(map[string]string{"note": strings.Repeat("长", 501)}).Send()
	if long.Status != http.StatusUnprocessableEntity {
		t.Errorf("a remark that is too long: %d %s", long.Status, long.Main())
	}
	p = p.Form(at).Fill(map[string]string{"note": "已核对"}).Send()
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), "已批准") || p.Sends(at) {
		t.Errorf("approved: %d %s", p.Status, p.Main())
	}
	p = p.Form("/workflows/grant/versions/2/withdrawal").Send()
	if p.Status != http.StatusOK || !strings.Contains(p.Main(), "已停用") || !p.Sends(at) {
		t.Errorf("withdrawn: %d %s", p.Status, p.Main())
	}
}

// TestTrialByPages: who loads or approves a version tries it on the live cases from its page; it tells numbers and
// names no case. The audit administrator and the base are offered
// nothing and refused.
func TestTrialByPages(t *testing.T) {
	t.Parallel()
	s := apptest.New(t, demo.LoadPeople)
	round, _ := s.Round()
	ref := s.Submitted(round, "星期三学校")
	s.Act("checker", ref, "admit", nil)
	other := s.Submitted(round, "银龄课堂")
	renamed(t, s, "screened", "in_review")
	const at = "/workflows/grant/versions/2/trial"
	trial := func(login, lang string) *pagetest.Page {
		return s.Visit(login, lang).Get(strings.TrimSuffix(at, "trial") + "approval")
	}
	for login, offered := range map[string]bool{"secadmin": true, "sysadmin": true, "auditadmin": false} {
		if p := trial(login, "zh"); (p.Following(at) != "") != offered {
			t.Errorf("%s is offered the trial: %t", login, !offered)
		}
	}
	for _, login := range []string{"auditadmin", "officer", "certifier"} {
		if p := s.Visit(login, "zh").Get(at); p.Status != http.StatusNotFound {
			t.Errorf("%s tries a version: %d", login, p.Status)
		}
	}
	kept := func() (sum string) {
		if err := s.Owner.QueryRowContext(t.Context(), `select concat((select md5(string_agg(c::text, '' order by c.id))
			from cases c), (select count(*) from events), (select count(*) from idempotency_keys), (select count(*)
			from record_log))`).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	before := kept()
	for lang, says := range map[string][]string{
		"zh": {"按第 2 版试算，2 件在办案件中有 1 件会停在无法离开的状态，另有 0 件受阻的条件与现在不同。", "1 件：",
			"「评审与会签中」，新版本没有这个状态", "重新试算"},
		"en": {"Under version 2, 1 of 2 live cases would stand in a state they cannot leave; 0 others would be refused " +
			"otherwise than today.", "“Under review and co-signature”: the version does not have this state",
			"Try it again"}} {
		p := s.Visit("secadmin", lang).Get(at)
		for _, want := range says {
			if !strings.Contains(p.Main(), want) {
				t.Errorf("the trial does not say %q: %d %s", want, p.Status, p.Main())
			}
		}
		if strings.Contains(p.Main(), ref) || strings.Contains(p.Main(), other) || p.Following("/cases/") != "" ||
			!p.Sends(strings.TrimSuffix(at, "trial")+"approval") {
			t.Errorf("the trial names a case, links to one or cannot be approved: %s", p.Main())
		}
	}
	got := s.Want(http.StatusOK, "GET", at, "sysadmin", nil).Body
	if got["cases"] != 2.0 || got["live"] != 2.0 || got["stranded"] != 1.0 || got["refused"] != 0.0 ||
		len(got["rows"].([]any)) != 0 {
		t.Errorf("by the API: %v", got)
	}
	s.Want(http.StatusNotFound, "GET", at, "officer", nil)
	s.Want(http.StatusNotFound, "GET", strings.Replace(at, "2", "3", 1), "sysadmin", nil)
	if after := kept(); after != before {
		t.Error("a trial writes")
	}
}
