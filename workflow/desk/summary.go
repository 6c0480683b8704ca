package desk

import (
	"incubase/workflow"
)

// Summaries returns the rows of a list as the actor may see them. It leaves out rows that the actor may no longer
// see.
func (d *Desk) Summaries(actor workflow.Actor, rows []workflow.Listed) []workflow.Summary {
	out := make([]workflow.Summary, 0, len(rows))
	for i := range rows {
		c := &rows[i].Case
		m := d.Machines.Machine(c.Workflow, c.DefinitionVersion)
		if m == nil || !Visible(m, workflow.Facts{Case: *c, Actor: actor}) {
			continue // a test holds that a list's scope and Visible agree; if they ever differ, nothing leaks
		}
		out = append(out, m.Summarize(&rows[i], actor))
	}
	return out
}
