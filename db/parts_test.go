package db_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/erase"
)

// remarks is a part that no definition asks for: who remarked what on a case.
type remarks struct {
	List []remark `json:"list,omitempty"`
}

type remark struct {
	By    workflow.ID `json:"by"`
	Name  string      `json:"name"`
	Text  string      `json:"text,omitempty"`
	Minor bool        `json:"minor"`
}

func init() {
	workflow.RegisterPart(workflow.PartKind{Name: "remarks", New: func() workflow.PartDoc { return &remarks{} }})
}

func (r *remarks) Clone() workflow.PartDoc { return &remarks{slices.Clone(r.List)} }

func (r *remarks) Holders() (out []workflow.Holder) {
	for _, x := range r.List {
		out = append(out, workflow.Holder{Part: "remarks", Who: x.By})
	}
	return out
}

func (r *remarks) ClearTexts(texts []string) {
	for i := range r.List {
		if slices.Contains(texts, r.List[i].Text) {
			r.List[i].Text = ""
		}
	}
}

func (r *remarks) Rename(user workflow.ID, name string) {
	for i := range r.List {
		if r.List[i].By == user {
			r.List[i].Name = name
		}
	}
}

// A part is stored, bound and erased as the columns are, though no statement knows it by name.
func TestAPartIsStoredBoundAndErased(t *testing.T) {
	t.Parallel()
	e := newEraser(t)
	ref := e.NewGrant()
	e.Walk(ref, "applied")
	stored := func() (text string) {
		t.Helper()
		if err := e.Owner(t).QueryRow(`select coalesce(parts ->> 'remarks', parts::text) from cases where ref = $1`,
			ref).Scan(&text); err != nil {
			t.Fatal(err)
		}
		return text
	}
	c := e.Case(ref)
	if got := c.Part("remarks").(*remarks); len(got.List) > 0 || stored() != "{}" {
		t.Errorf("an empty part: %+v, stored as %s", got, stored())
	}
	name, text := marker("name"), marker("text")
	who := e.person(workflow.RoleReviewer, "")
	want := []remark{{By: who.ID, Name: name, Text: text}}
	commit := decide(t, e.Fixture, ref, "checker", "admit", "filled")
	commit.Decision.Case.OwnPart("remarks").(*remarks).List = want
	if err := e.DB.Commit(t.Context(), commit); err != nil {
		t.Fatal(err)
	}
	c = e.Case(ref)
	if got := c.Part("remarks").(*remarks); !reflect.DeepEqual(got.List, want) {
		t.Errorf("read back: %+v", got)
	}
	sound(t, e.Fixture)

	owner := e.Owner(t)
	for _, c := range []struct{ do, table string }{
		{`update cases set parts = jsonb_set(parts, '{remarks,list,0,minor}', 'true') where ref = $1`, "cases"},
		{`update cases set parts = '{}' where ref = $1`, "cases"},
		{`update cases set parts = '{"gone": {"x": 1}}' where ref = $1`, "cases"},
		{`delete from case_parties p using cases c where c.id = p.case_id and c.ref = $1 and p.part = 'remarks'`,
			"case_parties"},
	} {
		before := stored()
		if _, err := owner.Exec(c.do, ref); err != nil {
			t.Fatal(err)
		}
		if found := problemsBy(t, e.DB); found[c.table] == 0 {
			t.Errorf("%s: found %v", c.do, found)
		}
		if c.table == "cases" {
			if _, err := owner.Exec(`update cases set parts = jsonb_build_object('remarks', $2::jsonb) where ref = $1`, ref,
				before); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if _, err := owner.Exec(`insert into case_parties (who, part, case_id) select $2::uuid, 'remarks', id from cases
			where ref = $1`, ref, who.ID); err != nil {
			t.Fatal(err)
		}
	}
	sound(t, e.Fixture)

	changed := c.Clone()
	if changed.ClearTexts([]string{text}); changed.Part("remarks").(*remarks).List[0].Text != "" ||
		c.Part("remarks").(*remarks).List[0].Text != text {
		t.Error("a copy's text is cleared, and no other")
	}
	e.erase(erase.Erasure{Kind: workflow.ErasePerson, User: who.ID})
	if strings.Contains(stored(), name) {
		t.Errorf("the name of an erased person stays: %s", stored())
	}
	sound(t, e.Fixture)
}

// A program that does not know a part refuses the case, and does not write it back without the part.
func TestAnUnknownPartIsRefused(t *testing.T) {
	t.Parallel()
	var parts workflow.Parts
	for text, want := range map[string]string{`{"nothing": {}}`: "unknown part nothing", `{"remarks": 1}`: "part remarks",
		`{"remarks": {"newer": 1}}`: `unknown field "newer"`,
		`[]`:                        "cannot"} {
		if err := pg.Decode([]byte(text+"  "), &parts); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}
