package define

import (
	"slices"

	"incubase/workflow"
)

// commonWords are the words for the stages where a definition has none of its own, and on lists and boards of several
// workflows.
var commonWords = map[workflow.Stage]workflow.Text{
	workflow.NoStage:  {ZH: "未提交", EN: "Not submitted"},
	workflow.Applied:  {ZH: "已申报", EN: "Applied"},
	workflow.Reviewed: {ZH: "已评审", EN: "Reviewed"},
	workflow.Funded:   {ZH: "资助中", EN: "Funded"},
	workflow.Reported: {ZH: "已结项", EN: "Reported"},
}

// StageLabel returns the words for a stage: the definition's own, else the common ones. A nil definition has the
// common ones. Nothing else gives a stage's words.
func (d *Definition) StageLabel(s workflow.Stage) workflow.Text {
	if d != nil && d.Stages[s] != (workflow.Text{}) {
		return d.Stages[s]
	}
	return commonWords[s]
}

// PublicStages returns the public stages that the definition's states have, in order.
func (d *Definition) PublicStages() (out []workflow.Stage) {
	for _, s := range workflow.Stages {
		if slices.ContainsFunc(d.States, func(x StateDef) bool { return x.Stage == string(s) }) {
			out = append(out, s)
		}
	}
	return out
}
