package db_test

import (
	"errors"
	"strings"
	"testing"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/define"
	"incubase/workflow/paper"
)

// Confirming writes the numbered agreement; both sides name its hash, and no other text is signed. Signing issues no
// other paper and changes no word.
func TestAnAgreementIsThereBeforeItIsSigned(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	ref, other := f.NewGrant(), f.NewGrant()
	f.Walk(ref, "proposed")
	if _, ok := f.Case(ref).Data["agreement_sha256"]; ok || len(papersOf(t, f, ref)) != 1 {
		t.Fatal("there is an agreement before the award is confirmed")
	}
	f.Walk(ref, "reviewed")
	f.Walk(other, "reviewed")
	agreement := func() *paper.Paper {
		t.Helper()
		var found []paper.Paper
		for _, p := range papersOf(t, f, ref) {
			if p.Kind == paper.Agreement && p.Voided == nil {
				found = append(found, p)
			}
		}
		if len(found) != 1 || found[0].Facts.Wording == nil {
			t.Fatalf("agreements: %+v", found)
		}
		return &found[0]
	}
	before := agreement()
	hash := before.Facts.Wording.SHA256()
	if len(before.Signed) != 0 || !strings.Contains(before.Facts.Wording.Number, ref) ||
		hash != f.Case(ref).Data["agreement_sha256"] {
		t.Errorf("the agreement that waits: %+v, the case knows it as %v", before, f.Case(ref).Data)
	}
	v, err := f.Desk.Show(t.Context(), f.Actor("certifier"), ref)
	if err != nil {
		t.Fatal(err)
	}
	for _, offered := range v.Offers {
		for _, x := range offered.Fields {
			if x.Name == define.TextField && (offered.Paper != paper.Agreement || x.Example != hash || !x.Required) {
				t.Errorf("%s offers %+v", offered.Name, x)
			}
		}
	}

	var bad *workflow.Invalid
	for _, said := range []any{nil, "", "yes", strings.Repeat("g", 64), hash[:63], 1, true} {
		fields := map[string]any{"answer": "sign", define.TextField: said}
		if _, err := f.Try("certifier", ref, "sign", fields); !errors.As(err, &bad) ||
			bad.Fields[0].Field != "fields."+define.TextField {
			t.Errorf("signed under %v: %v", said, err)
		}
	}
	var another *workflow.Changed
	_, err = f.Try("certifier", ref, "sign", f.Signature(other))
	if !errors.As(err, &another) || another.Now != hash || another.Paper != paper.Agreement || another.Shown == hash {
		t.Errorf("the agreement of another case is signed: %v", err)
	}
	f.Do("certifier", ref, "sign", f.Signature(ref))
	if s := agreement().Signed; len(s) != 1 || s[0].Party != "certifier" {
		t.Errorf("signed by one: %+v", s)
	}
	f.Do("officer", ref, "sign", f.Signature(ref))

	after := agreement()
	if after.ID != before.ID || after.Facts.Wording.SHA256() != hash || len(after.Signed) != 2 {
		t.Errorf("what was signed is %+v, shown was %+v", after, before)
	}
	for _, a := range f.Case(ref).Approvals {
		if a.Text != hash {
			t.Errorf("%s signed %q", a.Party, a.Text)
		}
	}
	events, err := f.Events(t.Context(), f.Case(ref).ID)
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for _, e := range events {
		if e.Action == "sign" && strings.Contains(string(e.Payload), hash) {
			said++
		}
	}
	if said != 2 {
		t.Errorf("%d signatures of the log name the text", said)
	}
	if d := paper.Compose(after); d.Date == "" || d.Stamp != "" || len(d.Parties) != 2 ||
		paper.Compose(before).Stamp == "" {
		t.Errorf("signed it reads %+v", d)
	}
	sound(t, f)
}
