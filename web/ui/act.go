package ui

import (
	"incubase/workflow"
	"incubase/workflow/text"
)

// Closed returns an action of the definition that the case does not offer.
func (f *Folder) Closed(action string) (workflow.Offer, error) {
	for _, a := range f.Definition.Actions {
		if a.Name != action {
			continue
		}
		o := workflow.Offer{Name: a.Name, Label: a.Label,
			Refusals: []workflow.Refusal{{Rule: "state", Message: text.Format("本件现在是「%[1]s」，这一步不能办，或者已经办过了",
				"the case is now: %[2]s; this step cannot be taken, or it has been taken already", f.StateLabel.ZH,
				f.StateLabel.EN)}}}
		for _, x := range a.Fields {
			o.Fields = append(o.Fields, workflow.OfferedField{Name: x.Name, Label: x.Label, Type: x.Type, Choices: x.Choices})
		}
		return o, nil
	}
	return workflow.Offer{}, &workflow.NotOffered{Action: action, State: f.Case.State, Label: f.StateLabel,
		Offers: f.Offers}
}
