package cases

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// caseHead holds the columns of a case that lists show.
type caseHead struct {
	ID                string         `db:"id"`
	Ref               string         `db:"ref"`
	Workflow          string         `db:"workflow"`
	DefinitionVersion int            `db:"definition_version"`
	State             workflow.State `db:"state"`
	Stage             workflow.Stage `db:"stage"`
	Outcome           string         `db:"outcome"`
	Version           int            `db:"version"`
	Parent            *string        `db:"parent_id"`
	Organization      *string        `db:"organization_id"`
	Project           *string        `db:"project_id"`
	Round             *string        `db:"round_id"`
	Track             string         `db:"track"`
	Region            region.Code    `db:"region"`
	Agency            *string        `db:"agency_id"`
	Lead              *string        `db:"lead_id"`
	Title             string         `db:"title"`
	Currency          string         `db:"currency"`
	Imported          bool           `db:"imported"`
	Requested         money.Fen      `db:"requested_fen"`
	Awarded           money.Fen      `db:"awarded_fen"`
	Held              money.Fen      `db:"held_fen"`
	Committed         money.Fen      `db:"committed_fen"`
	Paid              money.Fen      `db:"paid_fen"`
	Returned          money.Fen      `db:"returned_fen"`
	Due               *calendar.Date `db:"due_on"`
	Born              time.Time      `db:"born_at"`
	Updated           time.Time      `db:"updated_at"`
}

func (r *caseHead) head() workflow.Case {
	return workflow.Case{ID: r.ID, Ref: r.Ref, Workflow: r.Workflow, DefinitionVersion: r.DefinitionVersion,
		State: r.State, Stage: r.Stage, Outcome: r.Outcome, Version: r.Version, Parent: pg.Str(r.Parent),
		Organization: pg.Str(r.Organization), Project: pg.Str(r.Project), Round: pg.Str(r.Round), Track: r.Track,
		Region: r.Region,
		Agency: pg.Str(r.Agency), Lead: pg.Str(r.Lead), Title: r.Title, Currency: r.Currency, Imported: r.Imported,
		Requested: r.Requested, Awarded: r.Awarded, Held: r.Held, Committed: r.Committed, Paid: r.Paid,
		Returned: r.Returned, Due: r.Due, Born: r.Born.UTC(), Updated: r.Updated.UTC()}
}

// caseRow holds the columns of the view case_facts.
type caseRow struct {
	caseHead
	StoredState     workflow.State                    `db:"stored_state"`
	Aside           bool                              `db:"aside"`
	LastHash        []byte                            `db:"last_hash"`
	Topics          pq.StringArray                    `db:"topics"`
	Tranche         int                               `db:"tranche"`
	AnswersRevision int                               `db:"answers_revision"`
	Assignments     decoded[[]workflow.Assignment]    `db:"assignments"`
	Cosigns         decoded[[]workflow.Cosign]        `db:"cosigns"`
	Approvals       decoded[[]workflow.Approval]      `db:"approvals"`
	Parts           decoded[workflow.Parts]           `db:"parts"`
	Clocks          []byte                            `db:"clocks"`
	Doers           decoded[map[string][]workflow.ID] `db:"doers"`
	Counts          decoded[map[string]int]           `db:"counts"`
	Data            decoded[map[string]any]           `db:"data"`
	Closed          *time.Time                        `db:"closed_at"`
	UniqueKey       *string                           `db:"unique_key"`

	roundRow
	organizationRow
	insiderRow

	ParentRef     *string         `db:"p_ref"`
	ParentState   *workflow.State `db:"p_state"`
	ParentStage   *workflow.Stage `db:"p_stage"`
	ParentOutcome *string         `db:"p_outcome"`
	ParentVersion *int            `db:"p_version"`
	ParentAwarded *money.Fen      `db:"p_awarded_fen"`
	ParentPaid    *money.Fen      `db:"p_paid_fen"`

	ProjectTitle string `db:"project_title"`
	AgencyZH     string `db:"agency_name_zh"`
	AgencyEN     string `db:"agency_name_en"`
	RegionName   string `db:"region_name"`
	Children     []byte `db:"children"`
}

func (r *caseRow) fillCase(c *workflow.Case) error {
	*c = r.head()
	c.StoredState, c.Aside, c.LastHash, c.Topics = r.StoredState, r.Aside, pg.HashOf(r.LastHash), r.Topics
	c.Tranche, c.AnswersRevision, c.UniqueKey = r.Tranche, r.AnswersRevision, pg.Str(r.UniqueKey)
	c.Assignments, c.Cosigns, c.Approvals = r.Assignments.value, r.Cosigns.value, r.Approvals.value
	c.Parts, c.Doers, c.Counts, c.Data = r.Parts.value, r.Doers.value, r.Counts.value, r.Data.value
	if r.Closed != nil {
		t := r.Closed.UTC()
		c.Closed = &t
	}
	return errors.Join(pg.Decode(r.Clocks, &c.Clocks), pg.Decode(r.insiderRow.Helpers, &c.Helpers),
		pg.Decode(r.insiderRow.Coaches, &c.Coaches))
}

// caseDoc is a case as a row of the table cases. Lists are never null. Its fields are the columns that statements
// write (see caseColumns).
type caseDoc struct {
	ID                workflow.ID              `json:"id" set:"birth"`
	Ref               string                   `json:"ref,omitempty" set:"birth"` // empty when a user opens it
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
	Parts             workflow.Parts           `json:"parts"`
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
		Parts: c.Parts, Clocks: pg.List(c.Clocks), Doers: pg.Dict(c.Doers),
		Counts: pg.Dict(c.Counts), Data: pg.Dict(c.Data),
		Due: c.Due, Born: pg.Micro(c.Born), Updated: pg.Micro(c.Updated), UniqueKey: pg.Opt(c.UniqueKey)}
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

// caseColumns returns the columns that statements write, those of caseDoc, and the assignments of an act. set:"birth"
// never changes; set:"record" follows a round's record, which may have changed since the decision.
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
