package form_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/form"
)

// TestWhatThePageCallsCompleteIsAccepted: for any text, a saved draft, a request with answers and one that takes the
// draft find the same faults and keep the same bytes.
func TestWhatThePageCallsCompleteIsAccepted(t *testing.T) {
	t.Parallel()
	odd := []rune{0, '\t', '\n', '\v', '\f', '\r', 0x1b, 0x85, 0xa0, 0xad, 0x301, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b,
		0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029,
		0x202a, 0x202e, 0x2060, 0x2065, 0x2066, 0x2069, 0x2800, 0x3000, 0x3164, 0xe000, 0xe863, 0xfeff, 0xfffd, 0x10ffff, 'a',
		'课', '堂', '１', '2', '0', '-', '年'}
	r := rand.New(rand.NewPCG(9, 39))
	text := func() string {
		var s []rune
		for range r.IntN(6) {
			s = append(s, odd[r.IntN(len(odd))])
		}
		return string(s)
	}
	accepted, refused := 0, 0
	for range 30_000 {
		answers := map[string]any{"title": text() + []string{"", "课堂"}[r.IntN(2)], "about": text()}
		if r.IntN(4) == 0 {
			answers["start"] = []string{"2027-01-02", "2027年1月2日", "2027", text()}[r.IntN(4)]
		}
		if r.IntN(4) == 0 {
			answers["budget"] = []any{map[string]any{"item": text(), "amount_fen": 100}}
		}
		sent, faults := define.CheckAnswers(json.RawMessage(pairForm), workflow.Bounds{}, answers)
		saved, err := json.Marshal(form.Tidy(json.RawMessage(pairForm), answers))
		if err != nil {
			t.Fatal(err)
		}
		draft, err := form.Object(saved)
		if err != nil {
			t.Fatal(err)
		}
		taken, shown := define.CheckAnswers(json.RawMessage(pairForm), workflow.Bounds{}, draft)
		if string(sent) != string(taken) || fmt.Sprint(faults) != fmt.Sprint(shown) {
			t.Fatalf("%q: sent %s %v, saved and shown %s %v", answers, sent, faults, taken, shown)
		}
		if len(faults) == 0 {
			accepted++
		} else {
			refused++
		}
	}
	if accepted < 1000 || refused < 1000 {
		t.Errorf("%d accepted, %d refused", accepted, refused)
	}
}
