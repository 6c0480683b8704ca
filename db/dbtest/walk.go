package dbtest

import (
	"encoding/json"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/form"
	"incubase/workflow/money"
)

// Answers returns sample answers of the grant's form for an amount.
func (f *Fixture) Answers(requested money.Fen) map[string]any {
	f.T.Helper()
	schema, err := catalog.Form("grant")
	if err != nil {
		f.T.Fatal(err)
	}
	var a map[string]any
	if err := json.Unmarshal(form.Example(schema), &a); err != nil {
		f.T.Fatalf("fixture: sample answers: %v", err)
	}
	a["requested_fen"] = int64(requested)
	catalog.Cover(a)
	return a
}

// example returns sample answers of the form that the case now offers.
func (f *Fixture) example(ref string) map[string]any {
	f.T.Helper()
	v, err := f.Desk.Show(f.T.Context(), f.Actor("certifier"), ref)
	if err != nil {
		f.T.Fatal(err)
	}
	a := map[string]any{"summary": "按计划开展"}
	for _, o := range v.Offers {
		if len(o.Form) == 0 {
			continue
		}
		a = map[string]any{}
		if err := json.Unmarshal(form.Example(o.Form), &a); err != nil {
			f.T.Fatalf("fixture: sample answers: %v", err)
		}
	}
	return a
}

// Requested is the sum that Walk requests and is awarded.
const Requested money.Fen = 2_000_000

// steps lead a grant through its life, up to each state.
var steps = []struct {
	to  workflow.State
	run func(*Fixture, string)
}{
	{"applied", func(f *Fixture, ref string) {
		f.Do("certifier", ref, "submit", map[string]any{"answers": f.Answers(Requested)})
	}},
	{"screened", func(f *Fixture, ref string) { f.Do("checker", ref, "admit", nil) }},
	{"proposed", func(f *Fixture, ref string) {
		for _, r := range []string{"reviewer1", "reviewer2", "reviewer3"} {
			f.Do(r, ref, "declare", map[string]any{"conflict": false})
			f.Do(r, ref, "score", map[string]any{"points": 8550})
		}
		f.Do("cosigner", ref, "cosign", map[string]any{"answer": "agree"})
		f.Do("officer", ref, "propose", map[string]any{"amount_fen": int64(Requested)})
	}},
	{"reviewed", func(f *Fixture, ref string) {
		f.Clock.Advance(8 * 24 * time.Hour)
		f.Do("decider", ref, "confirm", nil)
	}},
	{"funded", func(f *Fixture, ref string) {
		f.Do("certifier", ref, "sign", f.Signature(ref))
		f.Do("officer", ref, "sign", f.Signature(ref))
		f.Do("finance_maker", ref, "pay", nil)
		f.Do("finance_checker", ref+"-P1", "release", nil)
		f.Settle()
	}},
	{"reported", func(f *Fixture, ref string) {
		f.report(ref, 1, "progress")
		f.Do("finance_maker", ref, "pay", nil)
		f.Do("finance_checker", ref+"-P2", "release", nil)
		f.Settle()
		f.report(ref, 2, "final")
		f.Do("evaluator", ref, "evaluate", map[string]any{"grade": "good"})
		f.Do("finance_checker", ref, "settle", map[string]any{"returned_fen": 0})
		f.Do("officer", ref, "close", nil)
	}},
}

func (f *Fixture) report(ref string, n int, kind string) {
	f.T.Helper()
	f.Do("preparer", ref, "report", map[string]any{"kind": kind})
	child := fmt.Sprintf("%s-R%d", ref, n)
	f.Do("certifier", child, "submit", map[string]any{"answers": f.example(child)})
	f.Do("officer", child, "accept", nil)
	f.Settle()
}

// Walk takes a grant to a later state of its good path and returns its version there. The clock moves.
func (f *Fixture) Walk(ref string, to workflow.State) int {
	f.T.Helper()
	l, err := f.Load(f.T.Context(), workflow.LoadQuery{Ref: ref})
	if err != nil {
		f.T.Fatal(err)
	}
	begun := l.Facts.Case.State == "draft"
	for _, s := range steps {
		if begun {
			s.run(f, ref)
		}
		begun = begun || s.to == l.Facts.Case.State
		if s.to == to {
			break
		}
	}
	if l, err = f.Load(f.T.Context(), workflow.LoadQuery{Ref: ref}); err != nil || l.Facts.Case.State != to {
		f.T.Fatalf("fixture: %s is %s, not %s: %v", ref, l.Facts.Case.State, to, err)
	}
	return l.Facts.Case.Version
}
