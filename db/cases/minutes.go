package cases

import (
	"context"
	"encoding/json"

	"github.com/lib/pq"

	"incubase/db/pg"
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
	Stage        workflow.Stage `db:"stage"`
	Requested    money.Fen      `db:"requested_fen"`
	Awarded      money.Fen      `db:"awarded_fen"`
	Conflicts    int            `db:"conflicts"`
	Reviewers    pq.StringArray `db:"reviewers"`
}

// Minutes reads a round's applications and deciders for its minutes.
func (d *Cases) Minutes(ctx context.Context, round workflow.ID, terms workflow.MinuteTerms) (*paper.Decision, error) {
	var rows []decidedRow
	if err := d.Read.All(ctx, &rows, "paper_minutes", pg.IdOrNil(round)); err != nil {
		return nil, err
	}
	named, err := json.Marshal(terms.Acts)
	if err != nil {
		return nil, err
	}
	var acts []struct {
		Awards bool   `db:"awards"`
		Name   string `db:"name"`
	}
	if err := d.Read.All(ctx, &acts, "paper_deciders", pg.IdOrNil(round), string(named)); err != nil {
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
		out.Cases = append(out.Cases, paper.Decided{Ref: r.Ref, Organization: r.Organization, Title: r.Title,
			Requested: r.Requested,
			Amount:    r.Awarded,
			Standing:  terms.Standing(r.Workflow, r.Definition, r.State, r.Stage, r.Awarded),
			Label:     terms.Label(r.Workflow, r.Definition, r.State)})
	}
	out.Reviewers = len(reviewers)
	for _, a := range acts {
		if a.Awards {
			out.Deciders = append(out.Deciders, a.Name)
		} else {
			out.Officers = append(out.Officers, a.Name)
		}
	}
	return out, nil
}
