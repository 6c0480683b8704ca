package form_test

import (
	"encoding/json"
	"strings"
	"testing"

	"incubase/workflow/form"
)

const pairForm = `{"type":"object","required":["title"],"properties":{"title":{"type":"string","minLength":2,"maxLength":10},"about":{"type":"string","maxLength":20},
	"start":{"type":"string","format":"date"},"end":{"type":"string","format":"date"},"requested_fen":{"type":"integer"},
	"budget":{"type":"array","items":{"type":"object","properties":{"item":{"type":"string"},"amount_fen":{"type":"integer"}}}}}}`

// TestTogether: two answers that contradict are refused; a missing one is not.
func TestTogether(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ answers, field, says string }{
		"a budget of 5,000 for 20,000": {`{"requested_fen":2000000,"budget":[{"amount_fen":400000},{"amount_fen":100000}]}`,
			"requested_fen", "20,000.00 yuan are asked for, more than the budget's sum of 5,000.00 yuan"},
		"as much":                      {`{"requested_fen":100,"budget":[{"amount_fen":100}]}`, "", ""},
		"more, from others":            {`{"requested_fen":100,"budget":[{"amount_fen":300}]}`, "", ""},
		"no budget yet":                {`{"requested_fen":100}`, "", ""},
		"nothing asked":                {`{"budget":[{"amount_fen":300}]}`, "", ""},
		"an amount wrong":              {`{"requested_fen":100,"budget":[{"amount_fen":"abc"}]}`, "budget.0.amount_fen", ""},
		"a sum beyond counting":        {`{"requested_fen":100,"budget":[{"amount_fen":9223372036854775807},{"amount_fen":9223372036854775807}]}`, "", ""},
		"an end before the start":      {`{"start":"2027-11-30","end":"2026-12-31"}`, "end", "before it starts"},
		"the same, written otherwise":  {`{"start":"2027年11月30日","end":"2026.12.31"}`, "end", "before it starts"},
		"one day":                      {`{"start":"2027-11-30","end":"2027-11-30"}`, "", ""},
		"only a start":                 {`{"start":"2027-11-30"}`, "", ""},
		"a year in place of a day":     {`{"start":"2027","end":"2026-12-31"}`, "start", ""},
		"a title of blanks":            {`{"title":" \u3000\u200b "}`, "title", "fill this in"},
		"a title of joiners":           {`{"title":"\u200d\u200c\u200d"}`, "title", "fill this in"},
		"an override":                  {`{"about":"a\u202eb"}`, "about", "direction"},
		"a hidden character in a name": {`{"a\u200bb":1}`, "", "name of an item"},
	} {
		answers, err := form.Object(json.RawMessage(row.answers))
		if err != nil {
			t.Fatal(err)
		}
		if _, given := answers["title"]; !given {
			answers["title"] = "课堂"
		}
		_, problems := form.Answers(json.RawMessage(pairForm), answers)
		if row.field == "" && row.says == "" {
			if len(problems) > 0 {
				t.Errorf("%s: %v", name, problems)
			}
			continue
		}
		if len(problems) != 1 || problems[0].Field != row.field || !strings.Contains(problems[0].Message.EN, row.says) ||
			!problems[0].Message.Complete() {
			t.Errorf("%s: %v", name, problems)
		}
	}
	if _, problems := form.Answers(
		json.RawMessage(`{"type":"object","properties":{"start":{"type":"integer"},"end":{"type":"integer"}}}`),
		map[string]any{"start": 5, "end": 3}); len(problems) > 0 {
		t.Errorf("a form that means something else by these names: %v", problems)
	}
}

func TestTidy(t *testing.T) {
	t.Parallel()
	answers, err := form.Object(
		json.RawMessage(
			`{"title":" 课\u200b堂 ","about":"一行\r\n二行\u000b三行","start":"2027/3/1","budget":[{"item":"教\u00ad材","amount_fen":5},{"item":" "}],"other":"\u200b"}`))
	if err != nil {
		t.Fatal(err)
	}
	out := form.Tidy(json.RawMessage(pairForm), answers)
	raw, _ := json.Marshal(out)
	const want = `{"about":"一行\n二行\n三行","budget":[{"amount_fen":5,"item":"教材"},{}],"other":"","start":"2027-03-01","title":"课堂"}`
	if string(raw) != want {
		t.Errorf("%s, want %s", raw, want)
	}
	again, _ := json.Marshal(form.Tidy(json.RawMessage(pairForm), out))
	if string(again) != want {
		t.Errorf("tidied again: %s", again)
	}
}
