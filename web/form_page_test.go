package web

import (
	"encoding/json"
	"net/url"
	"testing"

	"incubase/web/cases"
	"incubase/web/ui"
)

const smallForm = `{"type":"object","required":["title","budget","truthful"],"x-order":["title","need","requested_fen",
	"budget","truthful"],"properties":{
	"title":{"type":"string","title":"名称","maxLength":40},
	"need":{"type":"string","title":"需求","maxLength":2000},
	"requested_fen":{"type":"integer","title":"申请资助（分）"},
	"budget":{"type":"array","title":"预算","maxItems":3,"items":{"type":"object","x-order":["item","amount_fen"],
	"properties":{
		"item":{"type":"string","title":"科目","maxLength":40},"amount_fen":{"type":"integer","title":"金额（分）"}}}},
	"truthful":{"type":"boolean","const":true,"title":"属实"}}}`

// TestAnAnswerLeftAloneIsNotWritten: an untouched answer comes back with the mark that it was shown with.
func TestAnAnswerLeftAloneIsNotWritten(t *testing.T) {
	t.Parallel()
	saved := `{"title":"课堂","need":"一行\n二行","requested_fen":2000000,"budget":[{"item":"教材","amount_fen":1200050}],"truthful":false}`
	for name, row := range map[string]struct {
		question string
		sent     url.Values
		same     bool
	}{
		"a text as it was":                {"title", url.Values{"q.title": {"课堂"}}, true},
		"a text changed":                  {"title", url.Values{"q.title": {"课"}}, false},
		"a text taken away":               {"title", url.Values{}, false},
		"line ends as browsers send them": {"need", url.Values{"q.need": {"一行\r\n二行\r\n"}}, true},
		"an amount as it was shown":       {"requested_fen", url.Values{"q.requested_fen": {"20,000.00"}}, true},
		"a box that stays empty":          {"truthful", url.Values{}, true},
		"a box ticked":                    {"truthful", url.Values{"q.truthful": {"true"}}, false},
		"lines with the empty one below": {"budget", url.Values{"q.budget.0.item": {"教材"},
			"q.budget.0.amount_fen": {"12,000.50"}, "q.budget.1.item": {""}}, true},
		"a line added": {"budget", url.Values{"q.budget.0.item": {"教材"},
			"q.budget.0.amount_fen": {"12,000.50"}, "q.budget.1.item": {"场地"}}, false},
		"a line taken away": {"budget", url.Values{"q.budget.0.item": {""}, "q.budget.0.amount_fen": {""}},
			false},
		"an amount moved to the other cell": {"budget", url.Values{"q.budget.0.item": {"12,000.50"},
			"q.budget.0.amount_fen": {"教材"}}, false},
	} {
		q := cases.Find(ui.Answered(ui.Questions(json.RawMessage(smallForm)), json.RawMessage(saved)), row.question)
		if q == nil {
			t.Fatalf("%s: no question %s", name, row.question)
		}
		if same := q.Filled(row.sent).Mark() == q.Shown(); same != row.same {
			t.Errorf("%s: the same: %v", name, same)
		}
	}
}

// TestStepsAskOneIdeaAtATime: declarations are on no step; the submitter makes them.
func TestStepsAskOneIdeaAtATime(t *testing.T) {
	t.Parallel()
	var got [][]string
	for _, step := range cases.Steps(ui.Questions(json.RawMessage(smallForm))) {
		var names []string
		for _, q := range step {
			names = append(names, q.Name)
		}
		got = append(got, names)
	}
	b, _ := json.Marshal(got)
	if want := `[["title"],["need"],["requested_fen"],["budget"]]`; string(b) != want {
		t.Errorf("steps %s, want %s", b, want)
	}
}

func TestNextStep(t *testing.T) {
	t.Parallel()
	sh := &cases.Sheet{Folder: &ui.Folder{}, Steps: make([][]ui.Question, 3)}
	sh.Case.Ref = "GA-1"
	for _, row := range []struct {
		at     int
		button string
		want   string
	}{
		{1, "back", "/cases/GA-1/form?step=1"}, {2, "back", "/cases/GA-1/form?step=1"},
		{2, "next", "/cases/GA-1/form?step=3"},
		{3, "next", "/cases/GA-1/form?step=review"}, {2, "stay", "/cases/GA-1/form?step=2"}, {2, "leave", "/cases/GA-1"},
		{1, "", "/cases/GA-1/form?step=2"},
	} {
		sh.At = row.at
		if got := sh.Next(row.button); got != row.want {
			t.Errorf("%d %q: %s, want %s", row.at, row.button, got, row.want)
		}
	}
}
