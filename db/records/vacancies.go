package records

import (
	"context"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
)

type vacancyRow struct {
	ID       string        `db:"id"`
	Ref      string        `db:"ref"`
	Title    string        `db:"title"`
	Workflow string        `db:"workflow"`
	Version  int           `db:"definition_version"`
	Action   string        `db:"action"`
	Role     workflow.Role `db:"role"`
}

// Vacancies reads staff duties in a decider's places that the rule of insiders leaves to no one; see
// workflow.Vacancies.
func (d *Records) Vacancies(ctx context.Context, decider workflow.ID, limit int) ([]workflow.Vacancy, error) {
	var rows []vacancyRow
	if err := d.Read.All(ctx, &rows, "vacancies", pg.IdOrNil(decider), limit); err != nil {
		return nil, fmt.Errorf("read what nobody may do: %w", err)
	}
	out := make([]workflow.Vacancy, len(rows))
	for i, r := range rows {
		out[i] = workflow.Vacancy{Case: r.ID, Ref: r.Ref, Title: r.Title, Workflow: r.Workflow, Version: r.Version,
			Action: r.Action, Role: r.Role}
	}
	return out, nil
}
