// Package lostfound is a part of tests alone: things found at a venue. No other file of the program knows it.
package lostfound_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/define"
	"incubase/workflow/desk"
	"incubase/workflow/export"
	"incubase/workflow/machine"
	"incubase/workflow/vet"
)

const part = "lost_found"

type things struct {
	List []thing `json:"list,omitempty"`
}

type thing struct {
	What string `json:"what"`
	By   string `json:"by,omitempty"` // who found it: for the staff
	Gone bool   `json:"gone,omitempty"`
}

func (x *things) Clone() workflow.PartDoc { return &things{slices.Clone(x.List)} }

func of(c *workflow.Case) *things { return c.Part(part).(*things) }

func init() {
	define.Parts(define.Part{
		PartKind: workflow.PartKind{Name: part, New: func() workflow.PartDoc { return &things{} }},
		About:    "things found",
		Effects: []define.EffectDef{
			{Name: "thing_found", About: "adds a thing", Traits: define.Traits{Asks: map[string]string{"what": "text"}},
				Make: define.Simply(func(w *define.Work) {
					x := w.C().OwnPart(part).(*things)
					x.List = append(x.List, thing{What: w.Text("what"), By: w.Actor.Name})
				})},
			{Name: "things_claimed", About: "all were fetched", Make: define.Simply(func(w *define.Work) {
				x := w.C().OwnPart(part).(*things)
				for i := range x.List {
					x.List[i].Gone = true
				}
			})},
		},
		Guards: []define.GuardDef{{Name: "nothing_lost", About: "everything was fetched", Subject: define.OfCase,
			Make: func(*define.Checker, *workflow.Params) define.Guard {
				return define.Gate("nothing_lost", "失物都已领走", "everything was fetched",
					func(in define.Input) *workflow.Refusal {
						if !slices.ContainsFunc(of(&in.Case).List, func(x thing) bool { return !x.Gone }) {
							return nil
						}
						return workflow.No("nothing_lost", "还有失物没有领走", "something was not fetched yet")
					})
			}}},
		Mask: func(doc workflow.PartDoc, _ *workflow.Case, r *define.Reader) {
			if r.Inside {
				return
			}
			for i := range doc.(*things).List {
				doc.(*things).List[i].By = ""
			}
		},
		Sections: func(c *workflow.Case) []workflow.Section {
			s := workflow.Section{Label: workflow.Text{ZH: "失物", EN: "Found"}}
			for _, x := range of(c).List {
				s.Rows = append(s.Rows, []workflow.Cell{{Text: workflow.Text{ZH: x.What, EN: "by " + x.By}}})
			}
			return []workflow.Section{s}
		},
		Columns: []define.Column{{Label: workflow.Text{ZH: "失物一", EN: "First thing"},
			Cell: func(c *workflow.Case) workflow.Cell {
				return workflow.Cell{Text: workflow.Text{ZH: of(c).List[0].What, EN: "by " + of(c).List[0].By}}
			}}},
	})
}

const definition = `
name: venue
version: 1
title: {zh: 场地, en: Venue}
prefix: VN
about: {zh: 场地使用, en: Use of a venue}
initial: used
parties:
  - {name: owner, label: {zh: 使用单位, en: the user}, roles: [certifier], relation: own}
  - {name: staff, label: {zh: 工作人员, en: staff}, roles: [officer], relation: scope}
states:
  - {name: used, label: {zh: 使用中, en: In use}, stage: applied}
  - {name: left, label: {zh: 已交还, en: Left}, stage: applied, outcome: left}
actions:
  - name: find
    label: {zh: 登记失物, en: Note a thing}
    from: [used]
    by: [staff]
    fields: [{name: what, label: {zh: 物品, en: Thing}, type: text, required: true, example: 雨伞}]
    effects: [thing_found]
  - {name: fetch, label: {zh: 领走, en: Fetch}, from: [used], by: [staff], effects: [things_claimed]}
  - {name: leave, label: {zh: 交还, en: Leave}, from: [used], to: left, by: [staff], guards: [nothing_lost]}
`

// A part that comes with one package is compiled, changed by acts, guarded, masked, shown, exported and stored.
func TestAPartComesWithOnePackage(t *testing.T) {
	t.Parallel()
	d, err := catalog.Decode([]byte(definition))
	if err != nil {
		t.Fatal(err)
	}
	m, err := machine.Compile(d)
	if err != nil {
		t.Fatal(err)
	}
	s, err := vet.NewSimulation(m, calendar.MustDate("2026-03-02"), json.RawMessage(`{"type":"object"}`))
	if err != nil {
		t.Fatal(err)
	}
	before := s.Facts("officer").Case
	if err := s.Act("officer", "find", nil); err != nil {
		t.Fatal(err)
	}
	if len(before.Parts) > 0 {
		t.Errorf("the act changed the facts that it was decided on: %+v", before.Parts)
	}
	var refused *workflow.Refused
	if err := s.Act("officer", "leave", nil); !errors.As(err, &refused) || refused.Refusals[0].Rule != "nothing_lost" {
		t.Errorf("left with a thing unfetched: %v", err)
	}
	for _, r := range []struct{ who, finder string }{{"officer", "officer"}, {"certifier", ""}} {
		v := desk.Show(m, workflow.Loaded{Facts: s.Facts(r.who)})
		text, err := json.Marshal(v.Case.Parts)
		want := `{"lost_found":{"list":[{"what":"雨伞","by":"officer"}]}}`
		if r.finder == "" {
			want = `{"lost_found":{"list":[{"what":"雨伞"}]}}`
		}
		if err != nil || string(text) != want {
			t.Errorf("%s reads %s, %v", r.who, text, err)
		}
		if cell := define.SectionsOf(&v.Case)[0].Rows[0][0].Text; cell.ZH != "雨伞" || cell.EN != "by "+r.finder {
			t.Errorf("%s sees %+v", r.who, cell)
		}
		cells := export.Cases.Cells(&export.Case{View: &v}, "en")
		if heads := export.Cases.Heads(); heads[len(heads)-1].EN != "First thing" || cells[len(cells)-1] != "by "+r.finder {
			t.Errorf("%s exports %v under %v", r.who, cells[len(cells)-1], heads[len(heads)-1])
		}
		var read workflow.Parts
		if err := json.Unmarshal(text, &read); err != nil || read[part].(*things).List[0].What != "雨伞" {
			t.Errorf("read back: %+v, %v", read, err)
		}
	}
	if by := s.Facts("officer").Case.Parts[part].(*things).List[0].By; by != "officer" {
		t.Errorf("a mask changed the case itself: found by %q", by)
	}
	for _, action := range []string{"fetch", "leave"} {
		if err := s.Act("officer", action, nil); err != nil {
			t.Fatal(err)
		}
	}
	if s.State() != "left" {
		t.Errorf("it is %s", s.State())
	}
}
