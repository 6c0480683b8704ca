package define

import (
	"incubase/workflow"
	"incubase/workflow/paper"
)

// Part declares a part: a kind of facts, with the guards and effects that read and write them. A package of its own
// under workflow/part declares it in init. Its effects change OwnPart(name) of the working copy, its guards read
// Part(name) of the case.
type Part struct {
	workflow.PartKind
	About   string
	Guards  []GuardDef
	Effects []EffectDef

	// What else the part does, nil for nothing.
	Land     func(*Work, *StateDef)                              // at each new state of the case, once its clocks run
	Paper    func(c *workflow.Case, kind string, _ *paper.Facts) // what it adds to a paper
	Sections func(*workflow.Case) []workflow.Section             // its tables on the page of the case
	Columns  []Column                                            // in exports of cases

	// Mask removes from a copy what the reader may not know: for pages, API and exports at once. With nil all who read
	// the case read all of the part.
	Mask func(workflow.PartDoc, *workflow.Case, *Reader)
}

// Reader describes the reader of a case.
type Reader struct {
	workflow.Actor
	Inside    bool // staff in scope
	Applicant bool
	Objectors bool // may know who objected
}

// Column is a column of a part in exports of cases.
type Column struct {
	Label workflow.Text
	Cell  func(*workflow.Case) workflow.Cell
}

var parts []*Part

// Parts adds parts to the registry, with their guards and effects.
func Parts(list ...Part) {
	for i := range list {
		p := &list[i]
		workflow.RegisterPart(p.PartKind)
		Guards(p.Guards...)
		Effects(p.Effects...)
		parts = append(parts, p)
	}
}

// PartList lists the parts.
func PartList() []*Part { return parts }

// LandParts runs what parts do at a new state of the case.
func LandParts(w *Work, to *StateDef) {
	for _, p := range parts {
		if p.Land != nil {
			p.Land(w, to)
		}
	}
}

// FillPaper adds what parts say on a paper.
func FillPaper(c *workflow.Case, kind string, x *paper.Facts) {
	for _, p := range parts {
		if p.Paper != nil {
			p.Paper(c, kind, x)
		}
	}
}

// SectionsOf returns the tables of a case's parts, as its reader may see them where the case is masked.
func SectionsOf(c *workflow.Case) (out []workflow.Section) {
	for _, p := range parts {
		if p.Sections != nil {
			out = append(out, p.Sections(c)...)
		}
	}
	return out
}

// MaskParts removes from a copy of the case what the reader may not know of its parts.
func MaskParts(c *workflow.Case, r *Reader) {
	for _, p := range parts {
		if doc := c.Parts[p.Name]; doc != nil && p.Mask != nil {
			p.Mask(doc, c, r)
		}
	}
}
