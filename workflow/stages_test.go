package workflow_test

import (
	"slices"
	"testing"

	"incubase/workflow"
	"incubase/workflow/catalog"
	"incubase/workflow/machine"
)

// A workflow's own words stand on its cases, lists and boards; those of several workflows have the common words.
func TestStagesHaveTheWordsOfTheirWorkflow(t *testing.T) {
	t.Parallel()
	c, err := catalog.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	common := machine.WordingOf(c, "")
	for name, want := range map[string]struct {
		funded workflow.Text
		stages []workflow.Stage
	}{
		"":           {workflow.Text{ZH: "资助中", EN: "Funded"}, workflow.Stages},
		"no such":    {workflow.Text{ZH: "资助中", EN: "Funded"}, workflow.Stages},
		"grant":      {workflow.Text{ZH: "资助中", EN: "Funded"}, workflow.Stages},
		"incubation": {workflow.Text{ZH: "孵化中", EN: "Incubating"}, workflow.Stages},
		"round": {workflow.Text{ZH: "资助中", EN: "Funded"}, []workflow.Stage{workflow.Applied, workflow.Reviewed,
			workflow.Reported}},
	} {
		w := machine.WordingOf(c, name)
		if w.Label(workflow.Funded) != want.funded || !slices.Equal(w.Stages, want.stages) {
			t.Errorf("%q: %v, %v", name, w.Label(workflow.Funded), w.Stages)
		}
		if w.Label(workflow.NoStage) != common.Label(workflow.NoStage) {
			t.Errorf("%q before submission: %v", name, w.Label(workflow.NoStage))
		}
	}

	// Version 2 says another word and has no state that is reported: cases of version 1 keep their word and column.
	d := c.Machine("incubation", 1).Definition()
	d.Version, d.States = 2, slices.Clone(d.States)
	for i := range d.States {
		if d.States[i].Stage == "reported" {
			d.States[i].Stage = "keep"
		}
	}
	newer := workflow.Text{ZH: "入驻中", EN: "Resident"}
	d.Stages = map[workflow.Stage]workflow.Text{workflow.Funded: newer}
	if err := c.Add(d); err != nil {
		t.Fatal(err)
	}
	w := machine.WordingOf(c, "incubation")
	if w.Label(workflow.Funded) != newer || !slices.Equal(w.Stages, workflow.Stages) {
		t.Errorf("two versions: %v, %v", w.Label(workflow.Funded), w.Stages)
	}
	awards := []workflow.Award{{Workflow: "incubation", DefinitionVersion: 1, Stage: workflow.Funded},
		{Workflow: "incubation", DefinitionVersion: 2, Stage: workflow.Funded},
		{Workflow: "incubation", DefinitionVersion: 2, Stage: workflow.Applied}}
	machine.WordAwards(c, awards)
	if awards[0].StageLabel.EN != "Incubating" || awards[1].StageLabel != newer ||
		awards[2].StageLabel != common.Label(workflow.Applied) {
		t.Errorf("cases of two versions: %v", awards)
	}
}
