package main

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"incubase/cmd/incubase/demo"
)

// TestThePreparerIsTold: a draft and what was returned wait for who writes them, each with what comes next and until
// when; the closing time stands on each page of a draft, and after it nobody reads that nothing is missing.
func TestThePreparerIsTold(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.round()
	b := s.browse("applicant", "zh")
	opened := b.post(b.get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.says(t, 200, "第 1 步")
	ref := strings.Split(opened.at, "/")[2]

	closes := regexp.MustCompile(`申报截止时间：[^。]*[0-9]{4}年[0-9]+月[0-9]+日 [0-9:]+[^。]*还剩 [0-9]+ (天|小时)`)
	b.get("/").says(t, 200, ref, "下一步", "/cases/"+ref+"/form", "截止，还剩")
	for _, at := range []string{"/cases/" + ref, "/cases/" + ref + "/form?step=1", "/cases/" + ref + "/form?step=2",
		"/cases/" + ref + "/form?step=review"} {
		if p := b.get(at); !closes.MatchString(p.text) {
			t.Errorf("%s does not say until when", at)
		}
	}
	missing := b.get("/cases/" + ref + "/form?step=review")
	missing.says(t, 200, "提交前还有", `role="alert"`)
	if !regexp.MustCompile(`/form\?step=[0-9]+#q-[a-z_]+`).MatchString(missing.text) || strings.Contains(missing.text,
		"内容齐全") {
		t.Error("the review does not lead to what is missing")
	}
	head := s.browse("certifier", "zh")
	submit := "/cases/" + ref + "/do/submit"
	page := head.get(submit)
	if !closes.MatchString(page.text) {
		t.Error("the page that submits does not say until when")
	}
	refused := head.post(page, submit, url.Values{})
	refused.says(t, http.StatusUnprocessableEntity, "提交前还有")
	links := regexp.MustCompile(`/form\?step=([0-9]+)#q-([a-z_]+)`).FindAllStringSubmatch(refused.text, -1)
	if len(links) == 0 || strings.Count(refused.text, `role="alert"`) != 1 {
		t.Fatalf("%d links in %d boxes", len(links), strings.Count(refused.text, `role="alert"`))
	}
	for _, x := range links {
		if p := head.get("/cases/" + ref + "/form?step=" + x[1]); !strings.Contains(p.text, `id="q-`+x[2]+`"`) {
			t.Errorf("step %s does not ask %s", x[1], x[2])
		}
	}

	waiting := func() map[string]any {
		t.Helper()
		for _, x := range s.want(http.StatusOK, "GET", "/cases?waiting=me&expand=case", "applicant",
			nil).body["items"].([]any) {
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
	b.get("/cases/"+ref+"/form?step=review").says(t, 200, "内容齐全")
	answers := s.want(http.StatusOK, "GET", "/cases/"+ref, "applicant",
		nil).body["draft"].(map[string]any)["answers"].(map[string]any)
	for _, declared := range []string{"no_fee", "not_excluded", "truthful"} { // by who submits
		answers[declared] = true
	}
	s.act("certifier", ref, "submit", map[string]any{"answers": answers})
	if p := b.get("/"); strings.Contains(p.text, ref) {
		t.Error("what was submitted still waits for its preparer")
	}
	s.want(http.StatusOK, "POST", "/cases/"+ref+"/actions/return", "checker",
		map[string]any{"note": "请更正起止日期，并补交负责人身份证复印件"})
	if c := waiting(); c["due_on"] == nil ||
		fmt.Sprint(c["correction"].(map[string]any)["note"]) != "请更正起止日期，并补交负责人身份证复印件" {
		t.Errorf("the returned case in the list: due %v, correction %v", c["due_on"], c["correction"])
	}
	for _, at := range []string{"/", "/cases/" + ref, "/cases/" + ref + "/form?step=1",
		"/cases/" + ref + "/form?step=review"} {
		b.get(at).says(t, 200, "请更正起止日期，并补交负责人身份证复印件")
	}
	head.get("/cases/"+ref+"/do/resubmit").says(t, 200, "请更正起止日期，并补交负责人身份证复印件", "补正期限")
	if p := s.browse("checker", "zh").get("/cases?q=" + ref); strings.Contains(p.text, "更正内容") {
		t.Error("who checks is told to correct")
	}
}

// TestAfterTheClosing: the review of a draft says that the round has closed, what can still be done and whom to ask.
func TestAfterTheClosing(t *testing.T) {
	t.Parallel()
	s := newSite(t, demo.LoadPeople)
	round, _ := s.round()
	b := s.browse("applicant", "zh")
	opened := b.post(b.get("/apply?round="+round), "/apply", url.Values{"project": {"new"}, "title": {"银龄课堂"},
		"topics": {"left_behind_children"}})
	opened.says(t, 200, "第 1 步")
	ref := strings.Split(opened.at, "/")[2]
	s.fillIn(b, ref)
	b.get("/cases/"+ref+"/form?step=review").says(t, 200, "内容齐全")
	contact := s.want(http.StatusOK, "GET", "/rounds/"+round, "officer", nil).body["rules"].(map[string]any)["contact"]
	s.advance("P21D")
	for _, who := range []string{"applicant", "certifier"} {
		p := s.browse(who, "zh").get("/cases/" + ref + "/form?step=review")
		p.says(t, 200, "截止", "现在不能再提交", "还可以做的", fmt.Sprint(contact))
		for _, wrong := range []string{"内容齐全", "由组织负责人登录后检查并提交", "提交前还有"} {
			if strings.Contains(p.text, wrong) {
				t.Errorf("%s reads %q after the closing", who, wrong)
			}
		}
		if n := strings.Count(p.text, "现在不能再提交"); n != 1 {
			t.Errorf("%s reads it %d times", who, n)
		}
	}
	b.get("/cases/"+ref).says(t, 200, "可以删除", "删除草稿")
	b.get("/cases/"+ref+"/do/discard").says(t, 200, "会一并删除，不能恢复")
	s.browse("applicant", "en").get("/cases/"+ref+"/form?step=2").says(t, 200, "cannot be submitted any more",
		"What you can still do", "Ask ")
	b.get("/").says(t, 200, ref, "申报已截止")
}
