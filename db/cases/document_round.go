package cases

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/region"
)

// caseDoc is a case as a row of the table cases. Lists are written as they are, never null. Its fields are the columns
// that the statements write (see caseColumns).
type caseDoc struct {
	ID                workflow.ID              `json:"id" set:"birth"`
	Ref               string                   `json:"ref,omitempty" set:"birth"` // none yet when a person opens it
	Workflow          string                   `json:"workflow" set:"birth"`
	DefinitionVersion int                      `json:"definition_version" set:"birth"`
	State             workflow.State           `json:"state"`
	Stage             workflow.Stage           `json:"stage"`
	Outcome           string                   `json:"outcome"`
	StoredState       workflow.State           `json:"stored_state"`
	Aside             bool                     `json:"aside"`
	Version           int                      `json:"version"`
	LastHash          string                   `json:"last_hash"`
	Parent            *workflow.ID             `json:"parent_id" set:"birth"`
	Organization      *workflow.ID             `json:"organization_id"`
	Project           *workflow.ID             `json:"project_id"`
	Round             *workflow.ID             `json:"round_id"`
	Track             string                   `json:"track"`
	Region            region.Code              `json:"region"`
	Province          region.Code              `json:"province"`
	City              region.Code              `json:"city"`
	County            region.Code              `json:"county"`
	Street            region.Code              `json:"street"`
	Community         region.Code              `json:"community"`
	Agency            *workflow.ID             `json:"agency_id" set:"record"`
	Lead              *workflow.ID             `json:"lead_id"`
	Title             string                   `json:"title" set:"record"`
	Topics            []string                 `json:"topics"`
	Currency          string                   `json:"currency" set:"birth"`
	Imported          bool                     `json:"imported" set:"birth"`
	Requested         int64                    `json:"requested_fen"`
	Awarded           int64                    `json:"awarded_fen"`
	Held              int64                    `json:"held_fen"`
	Committed         int64                    `json:"committed_fen"`
	Paid              int64                    `json:"paid_fen"`
	Returned          int64                    `json:"returned_fen"`
	Tranche           int                      `json:"tranche"`
	AnswersRevision   int                      `json:"answers_revision"`
	Assignments       []workflow.Assignment    `json:"assignments"`
	Cosigns           []workflow.Cosign        `json:"cosigns"`
	Approvals         []workflow.Approval      `json:"approvals"`
	Tranches          []workflow.Tranche       `json:"tranches"`
	Clocks            []workflow.Clock         `json:"clocks"`
	Doers             map[string][]workflow.ID `json:"doers"`
	Counts            map[string]int           `json:"counts"`
	Data              map[string]any           `json:"data"`
	Due               *calendar.Date           `json:"due_on"`
	Born              time.Time                `json:"born_at" set:"birth"`
	Updated           time.Time                `json:"updated_at"`
	Closed            *time.Time               `json:"closed_at"`
	UniqueKey         *string                  `json:"unique_key"`
}

func newCaseDoc(c *workflow.Case) *caseDoc {
	d := &caseDoc{ID: c.ID, Ref: c.Ref, Workflow: c.Workflow, DefinitionVersion: c.DefinitionVersion,
		State: c.State, Stage: c.Stage, Outcome: c.Outcome, StoredState: c.StoredState, Aside: c.Aside, Version: c.Version,
		LastHash: pg.Bytea(c.LastHash), Parent: pg.Opt(c.Parent), Organization: pg.Opt(c.Organization),
		Project: pg.Opt(c.Project),
		Round:   pg.Opt(c.Round), Track: c.Track, Region: c.Region, Agency: pg.Opt(c.Agency), Lead: pg.Opt(c.Lead),
		Title: c.Title, Topics: pg.List(c.Topics), Currency: c.Currency, Imported: c.Imported,
		Requested: int64(c.Requested), Awarded: int64(c.Awarded), Held: int64(c.Held), Committed: int64(c.Committed),
		Paid: int64(c.Paid), Returned: int64(c.Returned), Tranche: c.Tranche, AnswersRevision: c.AnswersRevision,
		Assignments: pg.List(c.Assignments), Cosigns: pg.List(c.Cosigns), Approvals: pg.List(c.Approvals),
		Tranches: pg.List(c.Tranches), Clocks: pg.List(c.Clocks), Doers: pg.Dict(c.Doers), Counts: pg.Dict(c.Counts),
		Data: pg.Dict(c.Data),
		Due:  c.Due, Born: pg.Micro(c.Born), Updated: pg.Micro(c.Updated), UniqueKey: pg.Opt(c.UniqueKey)}
	d.Province, d.City, d.County = c.Region.Province(), c.Region.City(), c.Region.County()
	d.Street, d.Community = c.Region.Street(), c.Region.Community()
	if c.Closed != nil {
		t := pg.Micro(*c.Closed)
		d.Closed = &t
	}
	if d.Currency == "" {
		d.Currency = "CNY"
	}
	return d
}

// caseColumns returns the columns of a case that statements write, which are those of caseDoc, and what an act sets of
// them: what has set:"birth" never changes; of a round, what has set:"record" follows its record, which may have
// changed since the act was decided on.
func caseColumns() (names []string, changes string) {
	var set []string
	for _, f := range reflect.VisibleFields(reflect.TypeFor[caseDoc]()) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		names = append(names, name)
		switch f.Tag.Get("set") {
		case "":
			set = append(set, name+" = n."+name)
		case "record":
			set = append(set, fmt.Sprintf("%[1]s = case c.workflow when '%[2]s' then c.%[1]s else n.%[1]s end", name,
				machine.RoundWorkflow))
		}
	}
	return names, strings.Join(set, ", ")
}

// roundDoc is a round's details as a row of the table rounds.
type roundDoc struct {
	ID         workflow.ID      `json:"id"`
	State      workflow.State   `json:"state"`
	NameZH     string           `json:"name_zh"`
	NameEN     string           `json:"name_en"`
	Kind       string           `json:"kind"`
	Region     region.Code      `json:"region"`
	Agency     *workflow.ID     `json:"agency_id"`
	Opens      *time.Time       `json:"opens_at"`
	Closes     *time.Time       `json:"closes_at"`
	Tracks     []workflow.Track `json:"tracks"`
	Rules      workflow.Rules   `json:"rules"`
	Form       json.RawMessage  `json:"form,omitempty"`
	FormNumber int              `json:"form_number"`
	Total      int64            `json:"total_fen"`
	Definition int              `json:"definition_version"`
	Created    time.Time        `json:"created_at"`
	Updated    time.Time        `json:"updated_at"`
}

func newRoundDoc(id workflow.ID, state workflow.State, at time.Time, r *workflow.RoundRecord) roundDoc {
	return roundDoc{ID: id, State: state, NameZH: r.Name.ZH, NameEN: r.Name.EN, Kind: r.Kind, Region: r.Region,
		Agency: pg.Opt(r.Agency),
		Opens:  r.Opens, Closes: r.Closes, Tracks: pg.List(r.Tracks), Rules: r.Rules, Form: r.Form, FormNumber: r.FormNumber,
		Total: int64(r.Total), Definition: max(1, r.Definition), Created: pg.Micro(at), Updated: pg.Micro(at)}
}
