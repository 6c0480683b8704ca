package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// CaseRow is a case in a list, its texts in the reader's language only.
type CaseRow struct {
	ID               workflow.ID     `json:"id"`
	Ref              string          `json:"ref" example:"GA-2026-0042"`
	Workflow         RowWorkflow     `json:"workflow"`
	Title            string          `json:"title"`
	Organization     workflow.ID     `json:"organization,omitempty"`
	OrganizationName string          `json:"organization_name,omitempty"`
	Round            workflow.ID     `json:"round,omitempty"`
	Region           region.Code     `json:"region,omitempty"`
	RegionName       string          `json:"region_name,omitempty"`
	State            workflow.State  `json:"state"`
	Stage            *workflow.Stage `json:"stage" enum:"applied,reviewed,funded,reported" nullable:"true"`
	Labels           RowLabels       `json:"labels"`
	Version          int             `json:"version"`
	Currency         string          `json:"currency"`
	Requested        money.Fen       `json:"requested_fen"`
	Awarded          money.Fen       `json:"awarded_fen"`
	Held             money.Fen       `json:"held_fen"`
	Committed        money.Fen       `json:"committed_fen"`
	Paid             money.Fen       `json:"paid_fen"`
	Returned         money.Fen       `json:"returned_fen"`
	DueOn            *calendar.Date  `json:"due_on,omitempty"`
	Waiting          []string        `json:"waiting" doc:"Whom it waits for, in words."`
	Can              []string        `json:"can" doc:"Acts that wait for the reader and that the case is ready for. The round, the organization and who acts are asked by the act itself: GET /cases/{id} has every reason."`
	Updated          time.Time       `json:"updated_at"`
}

type RowWorkflow struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	Title   string `json:"title"`
}

type RowLabels struct {
	State string `json:"state"`
	Stage string `json:"stage"`
}

func caseRow(x *workflow.Summary, lang string) *CaseRow {
	c := &x.Case
	row := &CaseRow{ID: c.ID, Ref: c.Ref, Workflow: RowWorkflow{c.Workflow, c.DefinitionVersion, x.Title.In(lang)},
		Title: c.Title, Organization: c.Organization, OrganizationName: x.Names.Organization, Round: c.Round,
		Region: c.Region, RegionName: x.Names.Region, State: c.State, Stage: stageDoc(c.Stage),
		Labels: RowLabels{x.StateLabel.In(lang), x.StageLabel.In(lang)}, Version: c.Version,
		Currency: c.Currency, Requested: c.Requested, Awarded: c.Awarded, Held: c.Held, Committed: c.Committed,
		Paid: c.Paid, Returned: c.Returned, DueOn: c.Due, Updated: c.Updated}
	row.Waiting = each(x.Waiting, func(r workflow.Role) string { return r.Label().In(lang) })
	row.Can = each(x.Can, func(o workflow.Offer) string { return o.Name })
	return row
}

// ListedCases are the items of a list: CaseRow, or CaseDoc with expand=case.
type ListedCases []any

func (ListedCases) Schema(r huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeArray, Items: &huma.Schema{AnyOf: []*huma.Schema{
		r.Schema(reflect.TypeFor[CaseRow](), true, ""), r.Schema(reflect.TypeFor[CaseDoc](), true, "")}}}
}
