package machine

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/define"
)

// Wording holds the stages of a list or board and their words: of one workflow its own, of several the common ones.
type Wording struct {
	Stages []workflow.Stage // those that a case of it can have, in order
	newest *define.Definition
}

// WordingOf returns the wording of a workflow, by its newest approved version and with the stages of all versions that
// cases may live under. A name that there is not, such as "", stands for several workflows.
func WordingOf(machines Machines, name string) Wording {
	w := Wording{Stages: workflow.Stages}
	m := machines.Machine(name, 0)
	if name == "" || m == nil {
		return w
	}
	has := slices.Clone(m.Def.PublicStages())
	machines.Each(func(x *Machine) {
		if x.Def.Name == name {
			has = append(has, x.Def.PublicStages()...)
		}
	})
	w.newest, w.Stages = &m.Def, nil
	for _, s := range workflow.Stages {
		if slices.Contains(has, s) {
			w.Stages = append(w.Stages, s)
		}
	}
	return w
}

// Label returns the words for a stage.
func (w Wording) Label(s workflow.Stage) workflow.Text { return w.newest.StageLabel(s) }

// StageLabel returns the words for a stage by the version that a case lives under.
func StageLabel(machines Machines, name string, version int, s workflow.Stage) workflow.Text {
	var d *define.Definition
	if m := machines.Machine(name, version); m != nil {
		d = &m.Def
	}
	return d.StageLabel(s)
}

// WordAwards fills in the words for the stages of awards.
func WordAwards(machines Machines, awards []workflow.Award) {
	for i := range awards {
		a := &awards[i]
		a.StageLabel = StageLabel(machines, a.Workflow, a.DefinitionVersion, a.Stage)
	}
}

// Titled returns a board's rows with the titles of workflows, which the store does not know, in a list of its own.
func Titled(q workflow.BoardQuery, rows []workflow.Counts, machines Machines) []workflow.Counts {
	if q.By != "workflow" {
		return rows
	}
	rows = slices.Clone(rows)
	for i := range rows {
		if m := machines.Machine(rows[i].Key, 0); m != nil {
			rows[i].Label = m.Def.Title
		}
	}
	return rows
}
