package api

import (
	"cmp"
	"context"
	"encoding/json"
	"math"
	"strconv"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/text"
)

func (s *service) cases() {
	handle(s, route{method: "POST", path: Base + "/cases", id: "openCase", tag: "cases", summary: "Open a case",
		status: 201,
		about:  "The case begins in its workflow's initial state.", errors: []int{403, 404, 409, 422}}, s.openCase)
	handle(s, route{method: "GET", path: Base + "/cases", id: "listCases", tag: "cases",
		summary: "List cases in one's scope", about: "A row of each case: what it is chosen by. With expand=case whole " +
			"cases, at most 20 at a time.", errors: []int{422}}, s.listCases)
	handle(s, route{method: "GET", path: Base + "/cases/{id}", id: "getCase", tag: "cases",
		summary: "A case with its gates and actions", errors: []int{404}}, s.getCase)
	handle(s, route{method: "POST", path: Base + "/cases/{id}/actions/{action}", id: "act", tag: "cases",
		summary: "Act on a case",
		about: "Every change of a case is an action. The version can be named in the body or as If-Match; without one " +
			"the action is tried against the current one. `save` keeps a draft.",
		errors: []int{403, 404, 409, 412, 422}}, s.act)
	handle(s, route{method: "GET", path: Base + "/cases/{id}/events", id: "listEvents", tag: "cases",
		summary: "The case's time line, hash-chained", errors: []int{404}}, s.events)
	handle(s, route{method: "GET", path: Base + "/cases/{id}/objections", id: "listObjections", tag: "cases",
		summary: "Objections to a case, by number", errors: []int{404, 422}}, s.objections)
}

type openInput struct {
	Keyed
	Body struct {
		Workflow     string      `json:"workflow" minLength:"1" maxLength:"40" example:"grant"`
		Round        workflow.ID `json:"round,omitempty" maxLength:"40"`
		Organization workflow.ID `json:"organization,omitempty" maxLength:"40"`
		Project      workflow.ID `json:"project,omitempty" maxLength:"40"`
		Track        string      `json:"track,omitempty" maxLength:"40"`
		Title        string      `json:"title,omitempty" maxLength:"200"`
		Region       string      `json:"region,omitempty" maxLength:"12" doc:"Code of the place; absent: that of the project or the organization."`
		Requested    *money.Fen  `json:"requested_fen,omitempty" minimum:"0"`
	}
}

type caseOutput struct {
	ETag     string `header:"ETag"`
	Location string `header:"Location"`
	Body     CaseDoc
}

func (s *service) openCase(ctx context.Context, in *openInput) (*caseOutput, error) {
	b := in.Body
	fields := map[string]any{}
	if b.Track != "" {
		fields["track"] = b.Track
	}
	if b.Title != "" {
		fields["title"] = b.Title
	}
	if b.Region != "" {
		fields["region"] = b.Region
	}
	if b.Requested != nil {
		fields["requested_fen"] = int64(*b.Requested)
	}
	if b.Workflow == machine.RoundWorkflow {
		return nil,
			&workflow.Invalid{Fields: []workflow.FieldError{{Field: "workflow", Message: text.Text{ZH: "批次请用 POST /rounds",
				EN: "rounds are made by POST /rounds"}}}}
	}
	r, err := s.Desk.Open(ctx, who(ctx), desk.Opening{Workflow: b.Workflow, Round: b.Round,
		Organization: b.Organization,
		Project:      b.Project, Key: in.Key, Digest: digest(ctx, "POST", "/cases"), Fields: fields})
	if err != nil {
		return nil, err
	}
	d := caseDoc(&r.View, edge.Of(ctx).Lang)
	return &caseOutput{ETag: etag(d.Version), Location: Base + "/cases/" + d.ID, Body: d}, nil
}

type refInput struct {
	ID string `path:"id" maxLength:"60" doc:"Id or readable reference."`
}

func (s *service) getCase(ctx context.Context, in *refInput) (*caseOutput, error) {
	v, err := s.Desk.Show(ctx, who(ctx), in.ID)
	if err != nil {
		return nil, err
	}
	return &caseOutput{ETag: etag(v.Case.Version), Body: caseDoc(v, edge.Of(ctx).Lang)}, nil
}

type objectionsInput struct {
	Paged
	ID string `path:"id" maxLength:"60" doc:"Id or readable reference."`
}

func (s *service) objections(ctx context.Context, in *objectionsInput) (*many[ObjectionDoc], error) {
	after, err := strconv.Atoi(cmp.Or(in.Cursor, "0"))
	if err != nil || after < 0 || after > math.MaxInt32 {
		return nil, &workflow.Invalid{Fields: []workflow.FieldError{{Field: "cursor",
			Message: text.Text{ZH: "翻页标记无效，请从第一页开始", EN: "this cursor is not valid here; start from the first page"}}}}
	}
	_, list, err := s.Desk.Objections(ctx, who(ctx), in.ID,
		func(ctx context.Context, on workflow.ID) ([]workflow.Objection, error) {
			return s.Objections.Store.Objections(ctx, on, after, in.Limit)
		})
	next := ""
	if len(list) == in.Limit {
		next = strconv.Itoa(list[len(list)-1].N)
	}
	return page(each(list, objectionDoc), next, err)
}

type actInput struct {
	Keyed
	Matched
	ID     string `path:"id" maxLength:"60" doc:"Id or readable reference."`
	Action string `path:"action" maxLength:"40"`
	Body   struct {
		Version *int   `json:"version,omitempty" minimum:"1"`
		Note    string `json:"note,omitempty" maxLength:"8000"`
		Fields  Fields `json:"fields,omitempty"`
	}
}

type actOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Case  CaseDoc   `json:"case"`
		Event *EventDoc `json:"event,omitempty" doc:"Absent for a saved draft."`

		Replayed bool `json:"replayed,omitempty" doc:"The key was known: the same event again, and the case as it stands now. What was said in the event is absent once it was erased."`
	}
}

func (s *service) act(ctx context.Context, in *actInput) (*actOutput, error) {
	version, err := in.version()
	if err != nil {
		return nil, err
	}
	if in.Body.Version != nil {
		if version != nil && *version != *in.Body.Version {
			return nil, &edge.Malformed{Field: "version", Message: text.Text{ZH: "与 If-Match 不一致",
				EN: "it disagrees with If-Match"}}
		}
		version = in.Body.Version
	}
	r, err := s.Desk.Do(ctx, who(ctx), workflow.Command{Ref: in.ID, Action: in.Action, Version: version, Key: in.Key,
		Digest: digest(ctx, "POST", "/cases/"+in.ID+"/actions/"+in.Action+etag(number(version))), Note: in.Body.Note,
		Fields: in.Body.Fields})
	if err != nil {
		return nil, err
	}
	out := &actOutput{ETag: etag(r.View.Case.Version)}
	out.Body.Case, out.Body.Replayed = caseDoc(&r.View, edge.Of(ctx).Lang), r.Replay
	if r.Event != nil {
		e := eventDoc(*r.Event)
		out.Body.Event = &e
	}
	return out, nil
}

func number(n *int) int {
	if n == nil {
		return 0
	}
	return *n
}

type EventDoc struct {
	Seq      int            `json:"seq"`
	At       time.Time      `json:"at"`
	Actor    EventActor     `json:"actor"`
	Action   string         `json:"action"`
	From     workflow.State `json:"from"`
	To       workflow.State `json:"to"`
	Note     string         `json:"note,omitempty"`
	Fields   map[string]any `json:"fields,omitempty"`
	Hash     string         `json:"hash"`
	Previous string         `json:"previous_hash"`
}

// EventActor is empty where the reader may not know the actor.
type EventActor struct {
	ID   workflow.ID `json:"id,omitempty"`
	Name string      `json:"name,omitempty"`
}

func eventDoc(e workflow.Event) EventDoc {
	var said workflow.Payload
	_ = json.Unmarshal([]byte(e.Payload), &said) // an erased payload is empty
	return EventDoc{e.Seq, e.At, EventActor{e.Actor, e.ActorName}, e.Action, e.From, e.To, said.Note, said.Fields,
		e.Hash.String(), e.Previous.String()}
}

type eventsOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Items []EventDoc `json:"items"`
	}
}

func (s *service) events(ctx context.Context, in *refInput) (*eventsOutput, error) {
	events, err := s.Desk.Events(ctx, who(ctx), in.ID, s.Cases.Events)
	if err != nil {
		return nil, err
	}
	out := &eventsOutput{}
	out.ETag = etag(len(events)) // each event is a version
	out.Body.Items = each(events, eventDoc)
	return out, nil
}

type listInput struct {
	Asking
	Paged
	CaseFilters
	Expand string `query:"expand" enum:"case" doc:"Whole cases instead of rows, at most 20 at a time."`
	Sort   string `query:"sort" enum:"id,updated,created,due,ref,amount" default:"id" doc:"In the order of id pages lose and repeat nothing, whatever changes meanwhile."`
}

type CaseFilters struct {
	Workflow     string    `query:"workflow" maxLength:"40"`
	Stage        string    `query:"stage" enum:"applied,reviewed,funded,reported"`
	State        string    `query:"state" maxLength:"40"`
	Round        string    `query:"round" maxLength:"60" doc:"Id or readable reference."`
	Track        string    `query:"track" maxLength:"40"`
	Region       string    `query:"region" maxLength:"12" doc:"A division and everything in it."`
	Organization string    `query:"organization" maxLength:"40"`
	Project      string    `query:"project" maxLength:"40"`
	Agency       string    `query:"agency" maxLength:"40"`
	Assigned     string    `query:"assigned" enum:"me"`
	Waiting      string    `query:"waiting" enum:"me,later" doc:"What this person can act on now; later: what waits for this person and is not ready yet."`
	Overdue      bool      `query:"overdue"`
	Words        string    `query:"q" maxLength:"200" doc:"Words of title, reference or organization; Chinese too."`
	Since        time.Time `query:"updated_since"`
}

func (in *CaseFilters) query(s *service, sort string) (workflow.CaseQuery, error) {
	code, err := regionOf("region", in.Region)
	q := workflow.CaseQuery{Workflow: in.Workflow, Stage: workflow.Stage(in.Stage), State: workflow.State(in.State),
		Round: in.Round,
		Track: in.Track, Region: code, Organization: in.Organization, Project: in.Project, Agency: in.Agency,
		Assigned: in.Assigned == "me",
		Waiting:  in.Waiting == "me", Later: in.Waiting == "later", Overdue: in.Overdue, Words: in.Words,
		Sort: sort, Now: s.Desk.Clock.Now()}
	if !in.Since.IsZero() {
		q.UpdatedSince = &in.Since
	}
	if err != nil {
		return q, err
	}
	return q, machine.Check(&q, s.Desk.Machines)
}

type listOutput struct {
	ETag string `header:"ETag"`
	Body struct {
		Items ListedCases `json:"items"`
		Next  *string     `json:"next" nullable:"true"`
	}
}

// maxExpanded bounds the page of whole cases.
const maxExpanded = 20

func (s *service) listCases(ctx context.Context, in *listInput) (*listOutput, error) {
	actor := who(ctx)
	q, err := in.query(s, in.Sort)
	if err != nil {
		return nil, err
	}
	q.Limit, q.Cursor = in.Limit, in.Cursor
	scope := desk.ScopeOf(actor, s.Desk.Machines)
	if in.Expand != "" {
		return s.wholeCases(ctx, actor, scope, q)
	}
	rows, next, err := s.Cases.Summaries(ctx, scope, q)
	if err != nil {
		return nil, err
	}
	out, lang := &listOutput{}, edge.Of(ctx).Lang
	out.Body.Next = optional(next)
	out.Body.Items = each(s.Desk.Summaries(actor, rows), func(x workflow.Summary) any { return caseRow(&x, lang) })
	return out, nil
}

func (s *service) wholeCases(ctx context.Context, actor workflow.Actor, scope workflow.Scope,
	q workflow.CaseQuery) (*listOutput, error) {
	q.Limit = min(q.Limit, maxExpanded)
	rows, next, err := s.Cases.List(ctx, scope, q)
	if err != nil {
		return nil, err
	}
	views, err := s.Desk.Views(ctx, actor, rows)
	if err != nil {
		return nil, err
	}
	out, lang := &listOutput{}, edge.Of(ctx).Lang
	out.Body.Next = optional(next)
	out.Body.Items = each(views, func(v *workflow.View) any { return caseDoc(v, lang) })
	return out, nil
}
