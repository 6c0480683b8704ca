package machine

import (
	"fmt"
	"sort"

	"incubase/workflow"
	"incubase/workflow/define"
)

func (m *Machine) fields(t *Transition, f *workflow.Facts, cmd workflow.Command) (map[string]any, error) {
	raw := rawFields(t, f, cmd)
	var faults []workflow.FieldError
	fault := func(field, zh, en string, args ...any) {
		faults = append(faults, workflow.FieldError{Field: field, Message: workflow.Text{ZH: fmt.Sprintf(zh, args...),
			EN: fmt.Sprintf(en, args...)}})
	}
	define.CheckNote(t.Def, cmd.Note, fault)
	out := map[string]any{}
	known := map[string]bool{}
	asked := t.Asks(f)
	if said := cmd.Fields[workflow.DeclarationsField]; t.AsksAnswers() && said != nil {
		raw["answers"] = workflow.Declared(f, said, raw["answers"], fault)
	}
	known[workflow.DraftField], known[workflow.DeclarationsField] = t.AsksAnswers(), t.AsksAnswers()
	if t.namesText(cmd, fault); t.signs() != nil {
		// the log says which text was signed
		known[define.TextField], out[define.TextField] = true, cmd.Fields[define.TextField]
	}
	for i := range asked {
		def := &asked[i]
		known[def.Name] = true
		v := raw[def.Name]
		if v == nil || def.Type == "attachments" && define.Nothing(v) {
			held := def.Type == "attachments" && t.AsksAnswers() && len(f.Files) > 0 // the draft's files go with it
			if def.Required && !held {
				label := define.PlainLabel(def.Type, def.Label)
				fault("fields."+def.Name, "请填写%[1]s", "please fill in: %[2]s", label.ZH, label.EN)
			}
			continue
		}
		if x, ok := define.Typed(def, f, v, fault); ok {
			out[def.Name] = x
		}
	}
	for name := range cmd.Fields { // a draft may be older than this version of the action, a request may not
		if !known[name] {
			fault("fields."+name, "没有这一项", "there is no such field")
		}
	}
	f.WantDeclared(faults, cmd.Fields["answers"] != nil)
	if len(faults) > 0 {
		sort.Slice(faults, func(i, j int) bool { return faults[i].Field < faults[j].Field })
		return nil, &workflow.Invalid{Fields: faults}
	}
	if named, ok := cmd.Fields[workflow.DraftField].(string); ok && t.AsksAnswers() {
		out[workflow.DraftField] = named // the log says which draft was signed
	}
	t.total(f, out)
	return out, nil
}
