package machine

import (
	"encoding/json"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/define"
)

var childEffects = []define.EffectDef{
	{Name: "open_report", About: "opens a report as a child, with amounts of the answers (copy) as facts",
		Params: define.ParamsOf("workflow* copy"),
		Traits: define.Traits{Keeps: define.Names{Counts: words{"reports"}}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name, copied := p.Need("workflow"), p.Texts("copy")
			return define.Applying(func(w *define.Work) { openReport(w, name, copied) })
		}},
	{Name: "open_case", About: "opens a child of another definition: same organization, title, amount requested",
		Params: define.ParamsOf("workflow*"),
		Traits: define.Traits{Keeps: define.Names{Counts: words{"opened"}}},
		Make: func(_ *define.Checker, p *workflow.Params) define.Effect {
			name := p.Need("workflow")
			return define.Applying(func(w *define.Work) { openCase(w, name) })
		}},
	{Name: "report_accepted", About: "a child was accepted as a report",
		Traits: define.Traits{Keeps: define.Names{Counts: words{"accepted", "accepted_*"}}},
		Make: define.Simply(func(w *define.Work) {
			w.Count("accepted")
			if kind := w.Text("kind"); kind != "" {
				w.Count("accepted_" + kind)
			}
		})},
}

// openReport opens a report with copies of the named amounts of the grant's answers.
func openReport(w *define.Work, theWorkflow string, copied []string) {
	w.Count("reports")
	n := w.C().Counts["reports"]
	child := w.Child(theWorkflow, fmt.Sprintf("R%d", n), n)
	child.Title = w.C().Title
	kind := w.Text("kind")
	if kind == "" {
		kind = "progress"
	}
	child.Data = map[string]any{"kind": kind}
	var said map[string]any
	_ = json.Unmarshal(w.Answers, &said) // an imported grant has none
	for _, name := range copied {
		if n, ok := workflow.Integer(said[name]); ok {
			child.Data[name] = n
		}
	}
	w.OpenChild(child)
}

// openCase opens the next stage as a case of its own, led by this case's lead.
func openCase(w *define.Work, workflow string) {
	w.Count("opened")
	n := w.C().Counts["opened"]
	child := w.Child(workflow, fmt.Sprintf("N%d", n), 0)
	child.Title, child.Requested, child.Lead = w.C().Title, w.C().Requested, w.C().Lead
	w.OpenChild(child)
}
