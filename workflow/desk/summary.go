package desk

import (
	"incubase/workflow"
)

// Summaries are the rows of a list as the actor may see them. Rows that have moved out of the actor's sight this very
// moment are left out.
func (d *Desk) Summaries(actor workflow.Actor, rows []workflow.Listed) []workflow.Summary {
	out := make([]workflow.Summary, 0, len(rows))
	for i := range rows {
		c := &rows[i].Case
		m := d.Machines.Machine(c.Workflow, c.DefinitionVersion)
		if m == nil || !Visible(m, workflow.Facts{Case: *c, Actor: actor}) {
			continue // a list's scope and the case's own rule agree, a test says; were they not to, nothing leaks
		}
		out = append(out, m.Summarize(&rows[i], actor))
	}
	return out
}
