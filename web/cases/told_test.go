package cases_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestThePreparerIsTold: drafts and returned cases wait for their preparers, with what comes next and until when; each
// page of a draft has the closing time.
func TestThePreparerIsTold(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.Says(t, 200, "第 1 步")
	ref := strings.Split(opened.At, "/")[2]

	closes := regexp.MustCompile(`申报截止时间：[^。]*[0-9]{4}年[0-9]+月[0-9]+日 [0-9:]+[^。]*还剩 [0-9]+ (天|小时)`)
	b.Get("/").Says(t, 200, ref, "下一步", "/cases/"+ref+"/form", "截止，还剩")
	for _, at := range []string{"/cases/" + ref, "/cases/" + ref + "/form?step=1", "/cases/" + ref + "/form?step=2",
		"/cases/" + ref + "/form?step=review"} {
		if p := b.Get(at); !closes.MatchString(p.Text) {
			t.Errorf("%s does not say until when", at)
		}
	}
	missing := b.Get("/cases/" + ref + "/form?step=review")
	missing.Says(t, 200, "提交前还有", `role="alert"`)
	if !regexp.MustCompile(`/form\?step=[0-9]+#q-[a-z_]+`).MatchString(missing.Text) || strings.Contains(missing.Text,
		"内容齐全") {
		t.Error("the review does not lead to what is missing")
	}
	head := s.Browse("certifier", "zh")
	submit := "/cases/" + ref + "/do/submit"
	page := head.Get(submit)
	if !closes.MatchString(page.Text) {
		t.Error("the page that submits does not say until when")
	}
	refused := head.Post(page, submit, url.Values{})
	refused.Says(t, http.StatusUnprocessableEntity, "提交前还有")
	links := regexp.MustCompile(`/form\?step=([0-9]+)#q-([a-z_]+)`).FindAllStringSubmatch(refused.Text, -1)
	if len(links) == 0 || strings.Count(refused.Text, `role="alert"`) != 1 {
		t.Fatalf("%d links in %d boxes", len(links), strings.Count(refused.Text, `role="alert"`))
	}
	for _, x := range links {
		if p := head.Get("/cases/" + ref + "/form?step=" + x[1]); !strings.Contains(p.Text, `id="q-`+x[2]+`"`) {
			t.Errorf("step %s does not ask %s", x[1], x[2])
		}
	}

	waiting := func() map[string]any {
		t.Helper()
		for _, x := range s.Want(http.StatusOK, "GET", "/cases?waiting=me&expand=case", "applicant",
			nil).Body["items"].([]any) {
			if c := x.(map[string]any); c["ref"] == ref {
				return c
			}
		}
		t.Fatalf("%s does not wait for its preparer", ref)
		return nil
	}
	if c := waiting(); c["closes_at"] == nil || c["can_edit"] != true {
		t.Errorf("the draft in the list: closes_at %v, can_edit %v", c["closes_at"], c["can_edit"])
	}

	s.fillIn(b, ref)
	b.Get("/cases/"+ref+"/form?step=review").Says(t, 200, "内容齐全")
	answers := s.Want(http.StatusOK, "GET", "/cases/"+ref, "applicant",
		nil).Body["draft"].(map[string]any)["answers"].(map[string]any)
	for _, declared := range []string{"no_fee", "not_excluded", "truthful"} { // by who submits
		answers[declared] = true
	}
	s.Act("certifier", ref, "submit", map[string]any{"answers": answers})
	if p := b.Get("/"); strings.Contains(p.Text, ref) {
		t.Error("what was submitted still waits for its preparer")
	}
	s.Want(http.StatusOK, "POST", "/cases/"+ref+"/actions/return", "checker",
		map[string]any{"note": "请更正起止日期，并补交负责人身份证复印件"})
	if c := waiting(); c["due_on"] == nil ||
		fmt.Sprint(c["correction"].(map[string]any)["note"]) != "请更正起止日期，并补交负责人身份证复印件" {
		t.Errorf("the returned case in the list: due %v, correction %v", c["due_on"], c["correction"])
	}
	for _, at := range []string{"/", "/cases/" + ref, "/cases/" + ref + "/form?step=1",
		"/cases/" + ref + "/form?step=review"} {
		b.Get(at).Says(t, 200, "请更正起止日期，并补交负责人身份证复印件")
	}
	head.Get("/cases/"+ref+"/do/resubmit").Says(t, 200, "请更正起止日期，并补交负责人身份证复印件", "补正期限")
	if p := s.Browse("checker", "zh").Get("/cases?q=" + ref); strings.Contains(p.Text, "更正内容") {
		t.Error("who checks is told to correct")
	}
}

// TestAfterTheClosing: the review of a draft says that the round has closed, what can still be done and whom to ask.
func TestAfterTheClosing(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.Round()
	b := s.Browse("applicant", "zh")
	opened := b.Post(b.Get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.Says(t, 200, "第 1 步")
	ref := strings.Split(opened.At, "/")[2]
	s.fillIn(b, ref)
	b.Get("/cases/"+ref+"/form?step=review").Says(t, 200, "内容齐全")
	contact := s.Want(http.StatusOK, "GET", "/rounds/"+round, "officer", nil).Body["rules"].(map[string]any)["contact"]
	s.Advance("P21D")
	for _, who := range []string{"applicant", "certifier"} {
		p := s.Browse(who, "zh").Get("/cases/" + ref + "/form?step=review")
		p.Says(t, 200, "截止", "现在不能再提交", "还可以做的", fmt.Sprint(contact))
		for _, wrong := range []string{"内容齐全", "由组织负责人登录后检查并提交", "提交前还有"} {
			if strings.Contains(p.Text, wrong) {
				t.Errorf("%s reads %q after the closing", who, wrong)
			}
		}
		if n := strings.Count(p.Text, "现在不能再提交"); n != 1 {
			t.Errorf("%s reads it %d times", who, n)
		}
	}
	b.Get("/cases/"+ref).Says(t, 200, "可以删除", "删除草稿")
	b.Get("/cases/"+ref+"/do/discard").Says(t, 200, "会一并删除，不能恢复")
	s.Browse("applicant", "en").Get("/cases/"+ref+"/form?step=2").Says(t, 200, "cannot be submitted any more",
		"What you can still do", "Ask ")
	b.Get("/").Says(t, 200, ref, "申报已截止")
}
