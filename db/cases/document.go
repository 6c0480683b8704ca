package cases

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"incubase/db/board"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// document is a decision as case_commit and case_open take it: one JSON value whose parts PostgreSQL reads as rows,
// so names are column names. Omitted parts write nothing.
type document struct {
	Case     *caseDoc         `json:"case,omitempty"` // the case that moves or is opened
	Births   []*caseDoc       `json:"births,omitempty"`
	Events   []eventDoc       `json:"events,omitempty"` // the act first
	Payloads []payloadDoc     `json:"payloads,omitempty"`
	Answers  []answersDoc     `json:"answers,omitempty"`
	Postings []postingDoc     `json:"postings,omitempty"`
	Rounds   []roundDoc       `json:"rounds,omitempty"`
	Signals  []signalDoc      `json:"signals,omitempty"`
	Duties   []dutyDoc        `json:"duties,omitempty"`
	Timers   []TimerDoc       `json:"timers,omitempty"`
	Board    []board.BoardDoc `json:"board,omitempty"`
	Parties  []PartyDoc       `json:"parties,omitempty"`
	// the parties changed: delete those not named
	Others     bool           `json:"other_parties,omitempty"`
	Words      []wordsDoc     `json:"words,omitempty"`
	Attach     []attachDoc    `json:"attach,omitempty"`
	Freeze     []workflow.ID  `json:"freeze,omitempty"`
	Discard    bool           `json:"delete_draft,omitempty"` // the whole draft is deleted
	Envelope   *envelopeDoc   `json:"envelope,omitempty"`
	RoundState string         `json:"round_state,omitempty"`
	Papers     []paperDoc     `json:"papers,omitempty"`
	Voids      []VoidDoc      `json:"voids,omitempty"`
	Coached    []coachedDoc   `json:"coached,omitempty"`
	Results    []resultDoc    `json:"results,omitempty"`
	Objections []objectionDoc `json:"objections,omitempty"`
	Objected   []objectionDoc `json:"objected,omitempty"` // earlier ones, now counted or answered

	Erase *workflow.EraseDoc `json:"erase,omitempty"`

	beforeMAC []byte // of the case before
}

type attachDoc struct {
	File workflow.ID `json:"id"`
	MAC  *string     `json:"mac"`
}

type eventDoc struct {
	Case        workflow.ID    `json:"case_id"`
	Seq         int            `json:"seq"`
	Workflow    string         `json:"workflow"`
	Version     int            `json:"definition_version"`
	Action      string         `json:"action"`
	From        workflow.State `json:"from_state"`
	To          workflow.State `json:"to_state"`
	Actor       workflow.ID    `json:"actor_id"`
	At          time.Time      `json:"at"`
	PayloadHash string         `json:"payload_hash"`
	Previous    string         `json:"previous_hash"`
	Hash        string         `json:"hash"`
	RowMAC      *string        `json:"row_mac"`  // of the case, on its last event of the commit
	RowsMAC     *string        `json:"rows_mac"` // of the event and the rows it wrote
}

type payloadDoc struct {
	Case workflow.ID `json:"case_id"`
	Seq  int         `json:"seq"`
	Body string      `json:"body"`
}

type answersDoc struct {
	Case     workflow.ID     `json:"case_id"`
	Revision int             `json:"revision"`
	Body     json.RawMessage `json:"body"`
	At       time.Time       `json:"at"`
	Seq      int             `json:"seq"`
	Digest   *string         `json:"digest"`
	Draft    int             `json:"draft"` // number of the replaced draft
}

type postingDoc struct {
	Case    workflow.ID `json:"case_id"`
	Seq     int         `json:"seq"`
	Grant   workflow.ID `json:"grant_id"`
	Round   workflow.ID `json:"round_id"`
	Kind    string      `json:"kind"`
	Debit   string      `json:"debit"`
	Credit  string      `json:"credit"`
	Amount  int64       `json:"amount_fen"`
	Tranche int         `json:"tranche"`
	At      time.Time   `json:"at"`
}

type signalDoc struct {
	Key    string         `json:"key"`
	To     workflow.ID    `json:"to_case"`
	Action string         `json:"action"`
	Fields map[string]any `json:"fields"`
	At     time.Time      `json:"at"`
	From   workflow.ID    `json:"from_case"`
	Seq    int            `json:"from_seq"`
}

type dutyDoc struct {
	Case         workflow.ID   `json:"case_id"`
	Key          string        `json:"key"`
	Action       string        `json:"action"`
	Role         workflow.Role `json:"role"`
	User         *workflow.ID  `json:"user_id"`
	Organization *workflow.ID  `json:"organization_id"`
	Agency       *workflow.ID  `json:"agency_id"`
	Region       string        `json:"region"`
	Due          *time.Time    `json:"due_at"`
	Staff        bool          `json:"staff"`
	Ready        bool          `json:"ready"`
	ReadyFrom    *time.Time    `json:"ready_from"`
}

type TimerDoc struct {
	Case        workflow.ID `json:"case_id"`
	Name        string      `json:"name"`
	Since       int         `json:"since"`
	Fires       time.Time   `json:"fires_at"`
	Action      string      `json:"action"`
	Provisional bool        `json:"provisional"`
}

type PartyDoc struct {
	Who  workflow.ID `json:"who"`
	Part string      `json:"part"`
	Case workflow.ID `json:"case_id"`
}

type coachedDoc struct {
	Organization workflow.ID `json:"organization_id"`
	User         workflow.ID `json:"user_id"`
	Case         workflow.ID `json:"case_id"`
	At           time.Time   `json:"at"`
	Seq          int         `json:"seq"`
}

type resultDoc struct {
	Case         workflow.ID    `json:"case_id"`
	Seq          int            `json:"seq"`
	Name         string         `json:"name"`
	Organization workflow.ID    `json:"organization_id"`
	LabelZH      string         `json:"label_zh"`
	LabelEN      string         `json:"label_en"`
	Value        any            `json:"value"`
	ShownZH      string         `json:"shown_zh"`
	ShownEN      string         `json:"shown_en"`
	On           calendar.Date  `json:"on_day"`
	Until        *calendar.Date `json:"until_day"`
}

type wordsDoc struct {
	Case  workflow.ID `json:"case_id"`
	Words string      `json:"words"`

	Region       region.Code  `json:"region"`
	Organization *workflow.ID `json:"organization_id"` // whose name is added
}

func newWordsDoc(c *workflow.Case) wordsDoc {
	return wordsDoc{c.ID, c.Ref + " " + c.Title, c.Region, pg.Opt(c.Organization)}
}

// envelopeDoc changes a round's money. Version is the asserted version of the round; 0 asserts nothing.
type envelopeDoc struct {
	Round     workflow.ID `json:"round"`
	Version   int         `json:"version"`
	Held      int64       `json:"held"`
	HeldN     int         `json:"held_awards"`
	Committed int64       `json:"committed"`
	Paid      int64       `json:"paid"`
	Returned  int64       `json:"returned"`
	Awards    int         `json:"awards"`
}

func decisionDocument(d *workflow.Decision, alarms []workflow.Clock) (*document, error) {
	if len(d.Events) == 0 || d.Case.Version != d.Before.Version+len(d.Events) {
		return nil, fmt.Errorf("decision on case %s: %d events from version %d to %d", d.Case.Ref, len(d.Events),
			d.Before.Version, d.Case.Version)
	}
	doc := &document{Case: newCaseDoc(&d.Case), Board: board.BoardChange(&d.Before, &d.Case), Erase: d.Erase,
		Freeze:  d.Freeze,
		Discard: d.Discard}
	for i := range d.Events {
		doc.event(&d.Events[i])
	}
	for _, file := range d.Attach {
		doc.Attach = append(doc.Attach, attachDoc{File: file})
	}
	doc.live(&d.Case, alarms, d.Duties)
	at, seq := pg.Micro(d.Events[0].At), d.Events[0].Seq
	if d.Answers != nil {
		doc.Answers = []answersDoc{{d.Case.ID, d.Case.AnswersRevision, d.Answers, at, seq, nil, d.Draft}}
	}
	for _, p := range d.Postings {
		doc.Postings = append(doc.Postings, postingDoc{p.Case, seq, p.Grant, p.Round, p.Kind, p.Debit, p.Credit,
			int64(p.Amount), p.Tranche, at})
	}
	doc.tell(d, at, seq)
	if a, b := Parties(&d.Before), Parties(&d.Case); !slices.Equal(a, b) {
		doc.Parties, doc.Others = b, true
	}
	if d.Before.Title != d.Case.Title || d.Before.Region != d.Case.Region {
		doc.Words = append(doc.Words, newWordsDoc(&d.Case))
	}
	if x := d.Coached; x != nil {
		doc.Coached = []coachedDoc{{d.Case.Organization, x.User, d.Case.ID, pg.Micro(x.At), seq}}
	}
	for _, r := range d.Results {
		doc.Results = append(doc.Results, resultDoc{d.Case.ID, seq, r.Name, d.Case.Organization, r.Label.ZH, r.Label.EN,
			r.Value, r.Shown.ZH, r.Shown.EN, r.On, r.Until})
	}
	doc.money(d)
	doc.papers(d, at)
	doc.object(d)
	for i := range d.Children {
		doc.birth(&d.Children[i])
	}
	return doc, nil
}

func (doc *document) event(e *workflow.Event) {
	doc.Events = append(doc.Events, eventDoc{e.Case, e.Seq, e.Workflow, e.DefinitionVersion, e.Action, e.From, e.To,
		e.Actor,
		pg.Micro(e.At), pg.Bytea(e.PayloadHash), pg.Bytea(e.Previous), pg.Bytea(e.Hash), nil, nil})
	doc.Payloads = append(doc.Payloads, payloadDoc{e.Case, e.Seq, e.Payload})
}

// tell queues the signals. Their keys derive from the sending event, so each runs once.
func (doc *document) tell(d *workflow.Decision, at time.Time, seq int) {
	for i, s := range d.Signals {
		key := "signal:" + d.Case.ID + ":" + strconv.Itoa(seq)
		if i > 0 {
			key += "." + strconv.Itoa(i)
		}
		fields := s.Fields
		if fields == nil {
			fields = map[string]any{}
		}
		doc.Signals = append(doc.Signals, signalDoc{key, s.To, s.Action, fields, at, d.Case.ID, seq})
	}
}

func (doc *document) money(d *workflow.Decision) {
	if e := d.Envelope; e != (workflow.EnvelopeChange{}) {
		doc.Envelope = &envelopeDoc{e.Round, d.Asserts.Round, int64(e.Held), e.HeldAwards, int64(e.Committed),
			int64(e.Paid), int64(e.Returned), e.Awards}
	}
	if d.Round != nil {
		doc.RoundState = string(d.Round.State)
	}
}

func (doc *document) live(c *workflow.Case, alarms []workflow.Clock, duties []workflow.Duty) {
	for _, d := range duties {
		doc.Duties = append(doc.Duties, dutyDoc{c.ID, d.Key, d.Action, d.Role, pg.Opt(d.User), pg.Opt(d.Organization),
			pg.Opt(d.Agency), string(c.Region), d.Due, d.Staff, d.Ready, d.ReadyFrom})
	}
	doc.Timers = append(doc.Timers, TimersOf(c, alarms)...)
}

func TimersOf(c *workflow.Case, alarms []workflow.Clock) (rows []TimerDoc) {
	for _, k := range alarms {
		rows = append(rows, TimerDoc{c.ID, k.Name, k.Since, pg.Micro(k.Fires()), k.Action, k.Provisional})
	}
	return rows
}

func (doc *document) birth(b *workflow.OpenedCase) {
	c := &b.Case
	doc.Births = append(doc.Births, newCaseDoc(c))
	doc.event(&b.Event)
	doc.live(c, c.Alarms(b.Round != nil && b.Round.Rules.AllowProvisional), b.Duties)
	if b.Round != nil {
		doc.Rounds = append(doc.Rounds, newRoundDoc(c.ID, c.State, c.Born, b.Round))
	}
	doc.Parties = append(doc.Parties, Parties(c)...)
	doc.Words = append(doc.Words, newWordsDoc(c))
	doc.Board = append(doc.Board, board.BoardChange(&workflow.Case{}, c)...)
}

// Parties returns who sees a case by name: reviewers without a conflict, agencies asked, holders of seats, and helpers
// who wrote it for the applicant.
func Parties(c *workflow.Case) (p []PartyDoc) {
	for _, a := range c.Assignments {
		if a.Live() {
			p = append(p, PartyDoc{a.User, "reviewer", c.ID})
		}
	}
	for _, s := range c.Cosigns {
		one := PartyDoc{s.Agency, "cosigner", c.ID}
		if !slices.Contains(p, one) {
			p = append(p, one)
		}
	}
	for _, doc := range c.Parts.InOrder() {
		if seated, ok := doc.(workflow.Seated); ok {
			for _, h := range seated.Holders() {
				p = append(p, PartyDoc{h.Who, h.Part, c.ID})
			}
		}
	}
	for _, u := range c.Doers[workflow.SaveAction] {
		p = append(p, PartyDoc{u, "helper", c.ID})
	}
	return p
}

// birthDocument returns the document that opens a case; the statement fills in its reference.
func birthDocument(b *workflow.OpenedCase) *document {
	doc := &document{}
	doc.birth(b)
	doc.Case, doc.Births, doc.Words = doc.Births[0], nil, nil
	return doc
}
