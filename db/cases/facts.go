package cases

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"incubase/db/board"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

// insiderRow names the staff who are not independent in a case.
type insiderRow struct {
	Helpers []byte `db:"helpers"`
	Coaches []byte `db:"coaches"`
}

// insiderColumns selects insiderRow for a case c. case_parties_case, coachings_pkey
const insiderColumns = `(select jsonb_agg(distinct h.who) from case_parties h where h.part = 'helper'
	and h.case_id in (c.id, c.parent_id)) as helpers,
  (select jsonb_agg(jsonb_build_object('user', h.user_id, 'at', h.at) order by h.user_id, h.case_id) from coachings h
    where h.organization_id = c.organization_id and h.case_id <> c.id) as coaches`

type roundRow struct {
	RoundID        *string         `db:"r_id"`
	RoundRef       *string         `db:"r_ref"`
	RoundVersion   *int            `db:"r_version"`
	RoundState     *workflow.State `db:"r_state"`
	RoundZH        *string         `db:"r_name_zh"`
	RoundEN        *string         `db:"r_name_en"`
	RoundOpens     *time.Time      `db:"r_opens_at"`
	RoundCloses    *time.Time      `db:"r_closes_at"`
	RoundRules     []byte          `db:"r_rules"`
	RoundForm      []byte          `db:"r_form"`
	RoundFormNo    *int            `db:"r_form_number"`
	RoundTotal     *money.Fen      `db:"r_total_fen"`
	RoundCommitted *money.Fen      `db:"r_committed_fen"`
	RoundAwards    *int            `db:"r_awards"`
	RoundHeld      *money.Fen      `db:"r_held_fen"`
	RoundHeldN     *int            `db:"r_held_awards"`
	RoundUndecided int             `db:"r_undecided"`
	RoundAgency    *string         `db:"r_agency_id"`
}

type organizationRow struct {
	OrgID         *string        `db:"o_id"`
	OrgVersion    *int           `db:"o_version"`
	OrgName       *string        `db:"o_name"`
	OrgKind       *string        `db:"o_kind"`
	OrgCreditCode *string        `db:"o_credit_code"`
	OrgFiscalHost *string        `db:"o_fiscal_host"`
	OrgStanding   *string        `db:"o_standing"`
	OrgBarred     *calendar.Date `db:"o_barred_until"`
	OrgTopics     pq.StringArray `db:"o_topics"`
	OrgRegion     *string        `db:"o_region"`
}

type loadRow struct {
	caseRow
	pg.KeyRow
	Answers   []byte     `db:"answers"`
	Draft     []byte     `db:"draft"`
	DraftAt   *time.Time `db:"draft_at"`
	DraftBy   *string    `db:"draft_by"`
	DraftName *string    `db:"draft_name"`
	DraftNo   *int       `db:"draft_number"`
	Written   []byte     `db:"draft_written"`
	Files     []byte     `db:"files"`
	Reviewers []byte     `db:"reviewers"`
	Agencies  []byte     `db:"agencies"`

	Objections []byte `db:"objections"`
	Waiting    []byte `db:"waiting"`
	Results    []byte `db:"results"`
}

// factColumns lists the columns of caseRow for statements: "f.id, f.ref, ...".
var factColumns = strings.Join(columnsOf(reflect.TypeFor[caseRow]()), ", ")

func columnsOf(t reflect.Type) (names []string) {
	for f := range t.Fields() {
		if f.Type == reflect.TypeFor[insiderRow]() {
			continue
		}
		if f.Anonymous {
			names = append(names, columnsOf(f.Type)...)
			continue
		}
		names = append(names, "f."+f.Tag.Get("db"))
	}
	return names
}

func (r *caseRow) load(l *workflow.Loaded) error {
	l.Parent = pg.Str(r.ParentRef)
	if err := r.fillCase(&l.Facts.Case); err != nil {
		return fmt.Errorf("read case %s: %w", r.Ref, err)
	}
	var err error
	if l.Facts.Round, err = r.roundRow.round(); err != nil {
		return fmt.Errorf("read round of case %s: %w", r.Ref, err)
	}
	l.Facts.Organization = r.organizationRow.organization()
	l.Facts.AgencyName = workflow.Text{ZH: r.AgencyZH, EN: r.AgencyEN}
	l.Facts.Parent = r.parent()
	l.Names = workflow.Names{Organization: pg.Str(r.OrgName), Project: r.ProjectTitle, Region: r.RegionName,
		Round: workflow.Text{ZH: pg.Str(r.RoundZH), EN: pg.Str(r.RoundEN)}, Agency: workflow.Text{ZH: r.AgencyZH,
			EN: r.AgencyEN}}
	if err := pg.Decode(r.Children, &l.Facts.Children); err != nil {
		return fmt.Errorf("read children of case %s: %w", r.Ref, err)
	}
	return nil
}

// decoded decodes a JSON column from the driver's buffer: copying it would add an eighth to a page's memory.
type decoded[T any] struct{ value T }

// Scan decodes the text; NULL and empty lists and objects give nil.
func (d *decoded[T]) Scan(src any) error {
	switch text := src.(type) {
	case nil:
		return nil
	case []byte:
		return pg.Decode(text, &d.value)
	case string:
		return pg.Decode([]byte(text), &d.value)
	}
	return fmt.Errorf("%T is no text of JSON", src)
}

func (r *roundRow) round() (*workflow.Round, error) {
	if r.RoundID == nil {
		return nil, nil
	}
	x := &workflow.Round{ID: *r.RoundID, Ref: pg.Str(r.RoundRef), Name: workflow.Text{ZH: pg.Str(r.RoundZH),
		EN: pg.Str(r.RoundEN)},
		State: pg.Str(r.RoundState), Opens: pg.Utc(r.RoundOpens), Closes: pg.Utc(r.RoundCloses),
		Version: pg.Val(r.RoundVersion),
		Form:    json.RawMessage(r.RoundForm), FormNumber: pg.Val(r.RoundFormNo), Total: pg.Val(r.RoundTotal),
		Committed: pg.Val(r.RoundCommitted),
		Held:      pg.Val(r.RoundHeld), HeldAwards: pg.Val(r.RoundHeldN), Undecided: r.RoundUndecided,
		Awards: pg.Val(r.RoundAwards),
		Agency: pg.Str(r.RoundAgency)}
	var err error
	x.Rules, err = RulesOf(r.RoundRules)
	return x, err
}

// ReadRules caches the rules of rounds by their text: decoding them takes longer than reading a case. Callers share
// them and must not change them.
var ReadRules = struct {
	sync.RWMutex
	By map[string]workflow.Rules
}{By: map[string]workflow.Rules{}}

// MaxRules bounds ReadRules to some three megabytes.
const MaxRules = 512

func RulesOf(text []byte) (rules workflow.Rules, err error) {
	ReadRules.RLock()
	rules, ok := ReadRules.By[string(text)]
	ReadRules.RUnlock()
	if ok || len(text) == 0 {
		return rules, nil
	}
	if err = pg.Decode(text, &rules); err != nil {
		return rules, err
	}
	ReadRules.Lock()
	defer ReadRules.Unlock()
	if len(ReadRules.By) >= MaxRules {
		clear(ReadRules.By)
	}
	ReadRules.By[string(text)] = rules
	return rules, nil
}

func (r *organizationRow) organization() *workflow.Organization {
	if r.OrgID == nil {
		return nil
	}
	return &workflow.Organization{ID: *r.OrgID, Name: pg.Str(r.OrgName), Kind: pg.Str(r.OrgKind),
		CreditCode: pg.Str(r.OrgCreditCode),
		FiscalHost: pg.Str(r.OrgFiscalHost), Standing: pg.Str(r.OrgStanding), BarredUntil: r.OrgBarred, Topics: r.OrgTopics,
		Region: region.Code(pg.Str(r.OrgRegion)), Version: pg.Val(r.OrgVersion)}
}

func (r *caseRow) parent() *workflow.ParentFacts {
	if r.ParentRef == nil {
		return nil
	}
	return &workflow.ParentFacts{ID: pg.Str(r.Parent), Ref: *r.ParentRef, State: pg.Str(r.ParentState),
		Stage:   pg.Str(r.ParentStage),
		Outcome: pg.Str(r.ParentOutcome), Version: pg.Val(r.ParentVersion), Awarded: pg.Val(r.ParentAwarded),
		Paid: pg.Val(r.ParentPaid)}
}

// Fragments returns the pieces of statements that SQL files name as {{name}}.
func Fragments() map[string]string {
	columns, changes := caseColumns()
	deltas := board.Columns()
	return map[string]string{"case_columns": strings.Join(columns, ", "),
		"case_values": "n." + strings.Join(columns, ", n."), "case_changes": changes, "facts": factColumns,
		"insiders": insiderColumns, "objection": objectionDocument, "result": resultDocument,
		"erasure": erasureColumns, "job": jobColumns,
		"record": pg.RecordDocument, "board_columns": strings.Join(deltas, ", "),
		"board_values": "b." + strings.Join(deltas, ", b.")}
}
