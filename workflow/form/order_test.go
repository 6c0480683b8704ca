package form_test

import (
	"encoding/json"
	"strings"
	"testing"

	"incubase/workflow/form"
)

func TestOrder(t *testing.T) {
	t.Parallel()
	written :=
		`{"type":"object","properties":{"zebra":{"type":"integer","minimum":1e3},"apple":{"type":"array","items":{"type":"object","properties":{"unit":{},"name":{}}}}}}`
	kept := form.WithOrder(json.RawMessage(written))
	var sorted any // as a database keeps it: by key
	if err := json.Unmarshal(kept, &sorted); err != nil {
		t.Fatal(err)
	}
	stored, err := json.Marshal(sorted)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(form.Order(stored), " "); got != "zebra apple" {
		t.Errorf("asked in the order %s", got)
	}
	var inner struct {
		Properties struct {
			Apple struct{ Items json.RawMessage }
		}
	}
	if err := json.Unmarshal(stored, &inner); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(form.Order(inner.Properties.Apple.Items), " "); got != "unit name" {
		t.Errorf("a line is asked in the order %s", got)
	}
	if !strings.Contains(string(kept), "1e3") {
		t.Error("numbers are not as they were written:", string(kept))
	}
	if again := form.WithOrder(kept); string(again) != string(kept) {
		t.Errorf("noted twice: %s", again)
	}
	for _, odd := range []string{``, `x`, `[`, `{"properties":1}`, `{"properties":{"a":1},"x-order":[3]}`,
		`{"x-order":["gone"],"properties":{"a":{}}}`} {
		form.WithOrder(json.RawMessage(odd))
		if got := form.Order(json.RawMessage(odd)); len(got) > 1 || len(got) == 1 && got[0] != "a" {
			t.Errorf("%s: %v", odd, got)
		}
	}
}
