package db_test

import (
	"errors"
	"strings"
	"testing"

	"incubase/db/dbtest"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
)

// A draft is warned; a second submission is refused and told which is first, or only that there is one if the actor
// may not see it. After the first has ended the second succeeds.
func TestOneLiveApplicationOfAProject(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	open := func() string {
		r, err := f.Desk.Open(t.Context(), f.Actor("preparer"), desk.Opening{Workflow: "grant", Round: f.Round,
			Organization: f.Organization, Project: f.Project})
		if err != nil {
			t.Fatal(err)
		}
		return r.View.Case.Ref
	}
	warned := func(ref string) []workflow.Refusal {
		v, err := f.Desk.Show(t.Context(), f.Actor("certifier"), ref)
		if err != nil {
			t.Fatal(err)
		}
		return v.Warnings
	}
	first, second := open(), open()
	if w := append(warned(first), warned(second)...); len(w) != 0 {
		t.Errorf("two drafts are warned: %v", w)
	}
	f.Walk(first, "applied")
	if w := warned(second); len(w) != 1 || w[0].Rule != machine.UniqueRule || !strings.Contains(w[0].Message.ZH, first) ||
		!strings.Contains(w[0].Message.EN, first) {
		t.Errorf("the draft is warned: %v", w)
	}
	if w := warned(first); len(w) != 0 {
		t.Errorf("the first is warned of itself: %v", w)
	}
	submit := func() error {
		_, err := f.Try("certifier", second, "submit", map[string]any{"answers": f.Answers(dbtest.Requested)})
		return err
	}
	var r *workflow.Refused
	if err := submit(); !errors.As(err, &r) || r.Refusals[0].Rule != machine.UniqueRule ||
		!strings.Contains(r.Refusals[0].Message.ZH, first) {
		t.Errorf("submitted twice: %v", err)
	}
	f.Do("certifier", first, "withdraw", nil)
	if w := warned(second); len(w) != 0 {
		t.Errorf("warned of a withdrawn one: %v", w)
	}
	if err := submit(); err != nil {
		t.Errorf("after the first was withdrawn: %v", err)
	}
	sound(t, f)
}
