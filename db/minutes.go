package db

import (
	"context"

	"github.com/lib/pq"

	"incubase/workflow"
	"incubase/workflow/money"
	"incubase/workflow/paper"
)

type decidedRow struct {
	Ref          string         `db:"ref"`
	Organization string         `db:"organization"`
	Title        string         `db:"title"`
	Workflow     string         `db:"workflow"`
	Definition   int            `db:"definition_version"`
	State        workflow.State `db:"state"`
	Outcome      string         `db:"outcome"`
	Stage        workflow.Stage `db:"stage"`
	Requested    money.Fen      `db:"requested_fen"`
	Awarded      money.Fen      `db:"awarded_fen"`
	Committed    money.Fen      `db:"committed_fen"`
	Conflicts    int            `db:"conflicts"`
	Reviewers    pq.StringArray `db:"reviewers"`
}

// standing is what minutes say of an application as it stands.
func (r *decidedRow) standing() string {
	switch {
	case r.Outcome == "declined" || r.Outcome == "inadmissible":
		return "refused"
	case r.Outcome == "withdrawn" || r.Outcome == "lapsed":
		return "withdrawn"
	case r.Stage != workflow.Applied:
		return "awarded"
	case r.Awarded > 0:
		return "proposed"
	}
	return "pending"
}

// Minutes gathers what the minutes of a round say of its applications and of who decided. Names of states are label's.
func (d *DB) Minutes(ctx context.Context, round workflow.ID, label func(name string, version int, s workflow.State) string) (*paper.Decision, error) {
	var rows []decidedRow
	if err := d.read.all(ctx, &rows, "paper_minutes", idOrNil(round)); err != nil {
		return nil, err
	}
	var acts []struct {
		Action string `db:"action"`
		Name   string `db:"name"`
	}
	if err := d.read.all(ctx, &acts, "paper_deciders", idOrNil(round)); err != nil {
		return nil, err
	}
	out := &paper.Decision{}
	reviewers := map[string]bool{}
	for i := range rows {
		r := &rows[i]
		out.Conflicts += r.Conflicts
		for _, who := range r.Reviewers {
			reviewers[who] = true
		}
		out.Cases = append(out.Cases, paper.Decided{Ref: r.Ref, Organization: r.Organization, Title: r.Title, Requested: r.Requested, Amount: r.Awarded,
			Standing: r.standing(), Label: label(r.Workflow, r.Definition, r.State)})
	}
	out.Reviewers = len(reviewers)
	for _, a := range acts {
		if a.Action == "confirm" {
			out.Deciders = append(out.Deciders, a.Name)
		} else {
			out.Officers = append(out.Officers, a.Name)
		}
	}
	return out, nil
}
