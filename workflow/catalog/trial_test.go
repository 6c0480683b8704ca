package catalog_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

// TestTrialOfAVersion: of 41 cases three are in a state that version 2 calls otherwise, and five would be refused by a
// condition that it adds.
func TestTrialOfAVersion(t *testing.T) {
	t.Parallel()
	old := shipped(t).Machine("grant", 1)
	next := versionTwo(t, "grant", "screened", "in_review", strings.Replace(admission, "screened", "in_review", 1),
		strings.Replace(admission, "standing]", "standing, "+
			"{count: {name: returned, max: 0, label_zh: 没有退回过, label_en: it was never returned}}]", 1))
	sim, err := vet.NewSimulation(old, calendar.MustDate("2026-03-02"), json.RawMessage(`{"type":"object"}`))
	if err != nil {
		t.Fatal(err)
	}
	facts := func(i int) workflow.Facts {
		f := sim.Facts("checker")
		f.Case.ID, f.Case.Ref = workflow.NewID(time.Unix(int64(i), 0)), fmt.Sprintf("GA-2026-%04d", i)
		f.Case.Counts = map[string]int{}
		switch {
		case i < 3:
			f.Case.State, f.Case.Stage = "screened", workflow.Applied
		case i < 8:
			f.Case.State, f.Case.Stage = "applied", workflow.Applied
			f.Case.Counts["returned"] = 1
		case i < 20:
			f.Case.State, f.Case.Stage = "applied", workflow.Applied
		case i < 30:
			f.Case.State, f.Case.Stage = "funded", workflow.Funded
		default:
			f.Case.State = old.Def.Initial
		}
		return f
	}
	try := vet.NewTry(next)
	for i := range 41 {
		f := facts(i)
		before, _ := json.Marshal(f)
		try.Case(old, f, i%2 == 0)
		if after, _ := json.Marshal(f); string(after) != string(before) {
			t.Fatal("a trial changes the facts")
		}
	}
	got := try.Result(41)
	if got.Cases != 41 || got.Stranded != 3 || got.Refused != 5 || got.Live != 41 {
		t.Errorf("%d cases, %d stranded, %d refused otherwise", got.Cases, got.Stranded, got.Refused)
	}
	if got.Summary.ZH != "按第 2 版试算，41 件在办案件中有 3 件会停在无法离开的状态，另有 5 件受阻的条件与现在不同。" ||
		got.Summary.EN != "Under version 2, 3 of 41 live cases would stand in a state they cannot leave; 5 others would be "+
			"refused otherwise than today." {
		t.Error(got.Summary)
	}
	if len(got.States) != 1 || got.States[0].State != "screened" || got.States[0].Cases != 3 ||
		got.States[0].Label.EN != "Under review and co-signature" {
		t.Errorf("%+v", got.States)
	}
	if len(got.Acts) != 1 || got.Acts[0].Kind != "refused" || got.Acts[0].Cases != 5 ||
		got.Acts[0].What.ZH != "「通过审查，送评审」会被拒绝，因为不满足：没有退回过" ||
		got.Acts[0].What.EN != "“Admit to review” would be refused, because this does not hold: it was never returned" {
		t.Errorf("%+v", got.Acts)
	}
	if len(got.Rows) != 4 {
		t.Fatalf("%d rows are named: %+v", len(got.Rows), got.Rows)
	}
	for i, r := range got.Rows { // every second case is seen
		kind := vet.Refused
		if i < 2 {
			kind = vet.Stranded
		}
		if r.Kind != kind || r.Ref == "" || r.Case == "" || r.State.ZH == "" || r.What.EN == "" {
			t.Errorf("%+v", r)
		}
	}
	if s := try.Result(50).Summary; !strings.Contains(s.ZH, "在办案件共 50 件，只试算了最早的 41 件。") ||
		!strings.HasSuffix(s.EN, "There are 50 live cases; only the first 41 were tried.") {
		t.Error(s)
	}
	back := vet.NewTry(old) // the other way round: the condition no longer refuses
	for i := 3; i < 41; i++ {
		back.Case(next, facts(i), true)
	}
	if r := back.Result(38); r.Stranded != 0 || r.Refused != 5 || len(r.Acts) != 1 || r.Acts[0].Kind != "freed" {
		t.Errorf("%+v", r)
	}
}

// TestTrialOfActs: acts that are gone, states without a way out and states to return to are told; conditions about the
// actor and of any version alike are not.
func TestTrialOfActs(t *testing.T) {
	t.Parallel()
	old := shipped(t).Machine("grant", 1)
	sim, err := vet.NewSimulation(old, calendar.MustDate("2026-03-02"), json.RawMessage(`{"type":"object"}`))
	if err != nil {
		t.Fatal(err)
	}
	at := func(m *machine.Machine, state, stored workflow.State) *vet.Trial {
		f := sim.Facts("checker")
		f.Case.State, f.Case.StoredState = state, stored
		try := vet.NewTry(m)
		try.Case(old, f, true)
		return try.Result(1)
	}
	if r := at(versionTwo(t, "grant"), "applied", ""); r.Stranded+r.Refused+len(r.Rows) != 0 {
		t.Errorf("the same rules: %+v", r)
	}
	if r := at(versionTwo(t, "grant", "  - name: reject\n", "  - name: refuse_entry\n"), "applied", ""); r.Refused != 1 ||
		r.Acts[0].Kind != "gone" || r.Acts[0].What.ZH != "在这个状态不能再办「不予受理」" || r.Rows[0].What != r.Acts[0].What {
		t.Errorf("a renamed act: %+v", r)
	}
	if r := at(versionTwo(t, "grant", "separate_from: {actions: [admit, return, propose]}",
		"separate_from: {actions: [admit]}"), "screened", ""); r.Refused != 0 {
		t.Errorf("who may: %+v", r)
	}
	granted := versionTwo(t, "grant", "- name: reviewed\n", "- name: granted\n", "to: reviewed\n",
		"to: granted\n", "[reviewed", "[granted")
	if r := at(granted, "suspended", "reviewed"); r.Refused != 1 || r.Acts[0].Kind != "gone" ||
		!strings.Contains(r.Acts[0].What.ZH, "不能再回到「已立项，待签约和首付款」") {
		t.Errorf("a state to return to: %+v", r)
	}
	if r := at(granted, "suspended", "funded"); r.Refused != 0 {
		t.Errorf("another state to return to: %+v", r)
	}
	hidden := versionTwo(t, "grant", "public: {zh: 正在评审, en: Under review}\n",
		"public: {zh: 正在评审, en: Under review}\n    see: [officer, checker]\n    shown_as: applied\n")
	next := versionTwo(t, "grant", "screened", "in_review")
	for _, seen := range []bool{true, false} {
		f := sim.Facts("checker")
		f.Case.State = "screened"
		try := vet.NewTry(next)
		try.Case(hidden, f, seen)
		if r := try.Result(1); r.Stranded != 1 || (len(r.Rows) == 1) != seen {
			t.Errorf("a case whose state is confidential, seen %t: %+v", seen, r)
		}
	}
	if r := vet.NewTry(old).Result(0); r.Summary.ZH != "这个流程现在没有在办案件。" {
		t.Error(r.Summary)
	}
}
