package api

import (
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/money"
	"incubase/workflow/region"
)

type CaseDoc struct {
	ID               workflow.ID        `json:"id"`
	Ref              string             `json:"ref" example:"GA-2026-0042"`
	Workflow         WorkflowRef        `json:"workflow"`
	State            workflow.State     `json:"state"`
	Stage            *workflow.Stage    `json:"stage" enum:"applied,reviewed,funded,reported" nullable:"true"`
	Outcome          *string            `json:"outcome" nullable:"true"`
	Version          int                `json:"version"`
	Labels           Labels             `json:"labels"`
	Title            string             `json:"title"`
	Organization     workflow.ID        `json:"organization,omitempty"`
	OrganizationName string             `json:"organization_name,omitempty"`
	Project          workflow.ID        `json:"project,omitempty"`
	ProjectTitle     string             `json:"project_title,omitempty"`
	Round            workflow.ID        `json:"round,omitempty"`
	RoundName        *workflow.Text     `json:"round_name,omitempty"`
	Track            string             `json:"track,omitempty"`
	Region           region.Code        `json:"region,omitempty"`
	RegionName       string             `json:"region_name,omitempty"`
	Agency           workflow.ID        `json:"agency,omitempty"`
	AgencyName       *workflow.Text     `json:"agency_name,omitempty"`
	Topics           []string           `json:"topics"`
	Currency         string             `json:"currency"`
	Requested        money.Fen          `json:"requested_fen"`
	Awarded          money.Fen          `json:"awarded_fen"`
	Held             money.Fen          `json:"held_fen" doc:"held of the round's envelope while an award is proposed"`
	Committed        money.Fen          `json:"committed_fen"`
	Paid             money.Fen          `json:"paid_fen"`
	Returned         money.Fen          `json:"returned_fen"`
	Form             raw                `json:"form,omitempty" doc:"The answers as submitted."`
	Draft            raw                `json:"draft,omitempty" doc:"Work in progress, for those who may edit it."`
	CanEdit          bool               `json:"can_edit"`
	Correction       *CorrectionDoc     `json:"correction,omitempty" doc:"Why the case was sent back, for those who may correct it; due_on is the last day."`
	Closes           *time.Time         `json:"closes_at,omitempty" doc:"Until when the round takes what is being written, for those who write it."`
	Gates            []GateDoc          `json:"gates"`
	Warnings         []workflow.Refusal `json:"warnings,omitempty" doc:"what will stand in the way, or what to look at; nothing is refused yet"`
	Clocks           []ClockDoc         `json:"clocks"`
	Actions          []ActionDoc        `json:"actions"`
	Children         []ChildDoc         `json:"children"`
	Parent           workflow.ID        `json:"parent,omitempty"`
	ParentRef        string             `json:"parent_ref,omitempty"`
	Parts            PartsDoc           `json:"parts" doc:"Facts of the parts that the definition asks for, by part; those with nothing to say are left out."`
	Reviews          []ReviewDoc        `json:"reviews,omitempty"`
	Scores           *ScoresDoc         `json:"scores,omitempty"`
	Cosigns          []CosignDoc        `json:"cosigns"`
	Approvals        []ApprovalDoc      `json:"approvals"`
	Objections       []ObjectionDoc     `json:"objections" doc:"The first, unanswered ones before the others; GET /cases/{id}/objections has all."`
	ObjectionsMade   int                `json:"objections_made" doc:"How many there have been."`
	ObjectionsOpen   int                `json:"objections_waiting" doc:"How many of them wait for an answer."`
	Facts            map[string]any     `json:"facts,omitempty" doc:"What acts have recorded: grade, mode, kind ..."`
	DueOn            *calendar.Date     `json:"due_on,omitempty"`
	Created          time.Time          `json:"created_at"`
	Updated          time.Time          `json:"updated_at"`
	Closed           *time.Time         `json:"closed_at,omitempty"`
}

type WorkflowRef struct {
	Name    string        `json:"name"`
	Version int           `json:"version"`
	Title   workflow.Text `json:"title"`
}

type Labels struct {
	State workflow.Text `json:"state"`
	Stage workflow.Text `json:"stage"`
}

type GateDoc struct {
	Name   string        `json:"name"`
	Label  workflow.Text `json:"label"`
	Met    bool          `json:"met"`
	Detail workflow.Text `json:"detail"`
}

type ClockDoc struct {
	Name        string        `json:"name"`
	Label       workflow.Text `json:"label"`
	DueOn       calendar.Date `json:"due_on"`
	Paused      bool          `json:"paused"`
	Provisional bool          `json:"provisional" doc:"Next year's holidays are not published yet: the date may move."`
}

// ActionDoc is an act on a case in its present state for the reader's roles, allowed or with every reason why not.
type ActionDoc struct {
	Name     string             `json:"name"`
	Label    workflow.Text      `json:"label"`
	Allowed  bool               `json:"allowed"`
	Refusals []workflow.Refusal `json:"refusals"`
	Fields   raw                `json:"fields" doc:"JSON Schema (2020-12) of the fields to send."`
	Note     bool               `json:"note_required"`
	Key      bool               `json:"key_required" doc:"It has an effect on money: Idempotency-Key is required."`
}

type CorrectionDoc struct {
	Note string    `json:"note"`
	At   time.Time `json:"at"`
}

type ChildDoc struct {
	ID       workflow.ID     `json:"id"`
	Ref      string          `json:"ref"`
	Workflow string          `json:"workflow"`
	State    workflow.State  `json:"state"`
	Stage    *workflow.Stage `json:"stage" nullable:"true"`
}

// PartsDoc are the documents of a case's parts.
type PartsDoc workflow.Parts

func (p PartsDoc) MarshalJSON() ([]byte, error) { return workflow.Parts(p).MarshalJSON() }

func (PartsDoc) Schema(r huma.Registry) *huma.Schema {
	s := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{}}
	for _, p := range define.PartList() {
		s.Properties[p.Name] = r.Schema(reflect.TypeOf(p.New()).Elem(), true, "")
	}
	return s
}

// ReviewDoc is a review, as far as the reader may see it.
type ReviewDoc struct {
	Reviewer workflow.ID `json:"reviewer,omitempty"`
	Name     string      `json:"name,omitempty"`
	Declared bool        `json:"declared"`
	Conflict bool        `json:"conflict"`
	Scored   bool        `json:"scored"`
	Points   *int        `json:"points,omitempty" doc:"Hundredths of a point."`
	Comment  string      `json:"comment,omitempty"`

	Criteria []workflow.CriterionScore `json:"criteria,omitempty" doc:"Where the round has criteria; points are their weighted sum."`
}

type ScoresDoc struct {
	Count int `json:"count"`
	Mean  int `json:"mean" doc:"Hundredths of a point."`
}

// CosignDoc is an agency's opinion.
type CosignDoc struct {
	Agency  workflow.ID   `json:"agency"`
	Name    workflow.Text `json:"name"`
	Topic   string        `json:"topic,omitempty"`
	DueOn   calendar.Date `json:"due_on"`
	Answer  string        `json:"answer,omitempty"`
	Opinion string        `json:"opinion,omitempty"`
	At      *time.Time    `json:"at,omitempty"`
	Void    bool          `json:"void,omitempty" doc:"the case ended before the agency spoke"`
}

type ApprovalDoc struct {
	Desk   string    `json:"desk"`
	Party  string    `json:"party"`
	Answer string    `json:"answer"`
	Text   string    `json:"sha256,omitempty" doc:"Hash of the text that was signed: the paper of that hash has it."`
	At     time.Time `json:"at"`
	Void   bool      `json:"void"`
}

// ObjectionDoc is an objection. Only entitled readers see its name and contact.
type ObjectionDoc struct {
	N        int        `json:"n"`
	At       time.Time  `json:"at"`
	Text     string     `json:"text"`
	Name     string     `json:"name,omitempty"`
	Contact  string     `json:"contact,omitempty"`
	Counts   bool       `json:"counts"`
	Resolved *time.Time `json:"resolved_at,omitempty"`
	Upheld   bool       `json:"upheld"`
	Reason   string     `json:"reason,omitempty" doc:"The answer, in writing; who objected reads it too."`

	Unconfirmed bool           `json:"unconfirmed" doc:"One of too many on a day: it holds nothing up until it is counted."`
	Due         *calendar.Date `json:"due_on,omitempty" doc:"By when it is answered."`
	Files       []workflow.ID  `json:"files,omitempty" doc:"Attachments that came with it; as secret as the name."`
}

func objectionDoc(o workflow.Objection) ObjectionDoc {
	return ObjectionDoc{N: o.N, At: o.At, Text: o.Text, Name: o.Name, Contact: o.Contact, Counts: o.Counts,
		Resolved: o.Resolved, Upheld: o.Upheld, Reason: o.Reason, Unconfirmed: o.Unconfirmed, Due: o.Due, Files: o.Files}
}

func stageDoc(s workflow.Stage) *workflow.Stage {
	if s == workflow.NoStage {
		return nil
	}
	return &s
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func optionalText(t workflow.Text) *workflow.Text {
	if t == (workflow.Text{}) {
		return nil
	}
	return &t
}

// each maps a list; nil becomes an empty list, as JSON needs it.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, x := range list {
		out[i] = f(x)
	}
	return out
}

func caseDoc(v *workflow.View, lang string) CaseDoc {
	c := &v.Case
	d := CaseDoc{ID: c.ID, Ref: c.Ref, Workflow: WorkflowRef{c.Workflow, c.DefinitionVersion, v.Title}, State: c.State,
		Stage: stageDoc(c.Stage), Outcome: optional(c.Outcome), Version: c.Version,
		Labels: Labels{v.StateLabel, v.StageLabel},
		Title:  c.Title, Organization: c.Organization, OrganizationName: v.Names.Organization, Project: c.Project,
		ProjectTitle: v.Names.Project, Round: c.Round, RoundName: optionalText(v.Names.Round), Track: c.Track,
		Region:     c.Region,
		RegionName: v.Names.Region, Agency: c.Agency, AgencyName: optionalText(v.Names.Agency),
		Topics:   append([]string{}, c.Topics...),
		Currency: c.Currency, Requested: c.Requested, Awarded: c.Awarded, Held: c.Held, Committed: c.Committed, Paid: c.Paid,
		Returned: c.Returned, Form: v.Answers, Draft: v.Draft, CanEdit: v.CanEdit, Parent: c.Parent, ParentRef: v.ParentRef,
		Facts: c.Data, DueOn: c.Due, Created: c.Born, Updated: c.Updated, Closed: c.Closed}
	d.Gates = each(v.Gates, func(g workflow.Gate) GateDoc { return GateDoc(g) })
	d.Warnings = v.Warnings
	if v.Returned != nil {
		d.Correction = &CorrectionDoc{v.Returned.Note, v.Returned.At}
	}
	if v.Closing != nil {
		d.Closes = v.Closing.At
	}
	d.Clocks = each(c.Clocks, func(k workflow.Clock) ClockDoc {
		return ClockDoc{k.Name, k.Label, k.Due, k.Paused,
			k.Provisional}
	})
	d.Actions = each(v.Offers, func(o workflow.Offer) ActionDoc { return actionDoc(o, lang) })
	d.Children = each(v.Children, func(x workflow.Child) ChildDoc {
		return ChildDoc{x.ID, x.Ref, x.Workflow, x.State, stageDoc(x.Stage)}
	})
	d.parts(v)
	return d
}

func (d *CaseDoc) parts(v *workflow.View) {
	c := &v.Case
	d.Parts = PartsDoc(c.Parts)
	d.Reviews = each(c.Assignments, func(a workflow.Assignment) ReviewDoc {
		r := ReviewDoc{Reviewer: a.User, Name: a.Name, Declared: a.Declared, Conflict: a.Conflict, Scored: a.Scored,
			Comment: a.Comment}
		if a.Scored {
			r.Points, r.Criteria = &a.Points, a.Criteria
		}
		return r
	})
	if v.Scores != nil {
		d.Scores = &ScoresDoc{v.Scores.Count, v.Scores.Mean}
	}
	d.Cosigns = each(c.Cosigns, func(x workflow.Cosign) CosignDoc {
		return CosignDoc{x.Agency, x.Name, x.Topic, x.Due, x.Answer, x.Opinion, x.Done, x.Void}
	})
	d.Approvals = each(c.Approvals, func(a workflow.Approval) ApprovalDoc {
		return ApprovalDoc{a.Desk, a.Party, a.Answer, a.Text, a.At, a.Void}
	})
	if d.Objections = each(v.Objections, objectionDoc); len(d.Objections) > 0 {
		d.ObjectionsMade, d.ObjectionsOpen = c.Objections()
	}
}

func actionDoc(o workflow.Offer, lang string) ActionDoc {
	return ActionDoc{Name: o.Name, Label: o.Label, Allowed: o.Allowed(), Refusals: append([]workflow.Refusal{},
		o.Refusals...),
		Fields: fieldSchema(o, lang), Note: o.Note, Key: o.Keyed}
}
