package workflow

import (
	"context"
	"slices"
	"strings"

	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

// ActQuery asks who did what across cases, the latest first. Zero values do not filter.
type ActQuery struct {
	Who          string // a login, or a part of a name
	Action       string // as definitions name it
	Since, Until calendar.Date
	Limit        int
	Cursor       string
}

// Spans of days that one search looks through.
const (
	ActDays    = 30  // where the query names no beginning
	MaxActDays = 366 // at most: what is read is the period
)

// CreateLabel says the act with which a case begins.
var CreateLabel = Text{ZH: "建立", EN: "Opened"}

// Act is one act on a case.
type Act struct {
	Event   // without what was said: that is for the case's own page
	Ref     string
	Title   string
	Label   Text // of the action
	ToLabel Text // of the state entered; empty where it stayed
	Standing
}

// Standing is of a case what decides who sees how much of it.
type Standing struct {
	Region       region.Code
	Round        ID
	Agency       ID
	Organization ID
}

// Acts reads acts in number.
type Acts interface {
	Acts(ctx context.Context, scope Scope, q ActQuery) (list []Act, next string, err error)
}

// within fills in the period and holds it to its bound.
func (q *ActQuery) within(today calendar.Date) error {
	if q.Until.IsZero() {
		q.Until = today
	}
	if q.Since.IsZero() {
		q.Since = q.Until.AddDays(1 - ActDays)
	}
	var f faults
	if q.Until.Before(q.Since) {
		f.say("since", "开始日期应不晚于结束日期", "the first day is not after the last")
	} else if q.Since.DaysUntil(q.Until) >= MaxActDays {
		f.say("since", "一次最多查一年，请缩短时间段", "a search looks through a year at most: choose a shorter period")
	}
	if q.Who = strings.TrimSpace(q.Who); len([]rune(q.Who)) > 80 {
		f.say("who", "最多 80 个字", "at most 80 characters")
	}
	return f.err()
}

// Acts are the acts of a period on the cases that an auditor may see: as the time line of each case shows them to
// auditors. It fills in the query's period. ErrNotFound for who is no auditor.
func (d *Desk) Acts(ctx context.Context, actor Actor, q *ActQuery, store Acts) ([]Act, string, error) {
	houses := actor.Houses()
	actor.Roles = slices.DeleteFunc(slices.Clone(actor.Roles), func(g Grant) bool { return g.Role != RoleAuditor })
	if len(actor.Roles) == 0 {
		return nil, "", ErrNotFound
	}
	if err := q.within(calendar.DateOf(d.Clock.Now())); err != nil {
		return nil, "", err
	}
	all := ScopeOf(actor, d.Machines)
	scope := Scope{User: actor.ID, Houses: houses, Ways: Ways{Regions: all.Regions}, Free: Ways{Regions: all.Free.Regions}}
	list, next, err := store.Acts(ctx, scope, *q)
	for i := range list {
		d.say(actor, &list[i])
	}
	return list, next, err
}

// say masks an act as its case's time line would, and puts it in words.
func (d *Desk) say(actor Actor, x *Act) {
	x.Label = Text{ZH: x.Action, EN: x.Action}
	m := d.Machines.Machine(x.Workflow, x.DefinitionVersion)
	if m == nil {
		return
	}
	f := Facts{Actor: actor, Case: Case{ID: x.Case, Ref: x.Ref, Workflow: x.Workflow,
		DefinitionVersion: x.DefinitionVersion, Region: x.Region, Round: x.Round,
		Agency: x.Agency, Organization: x.Organization}}
	shown := m.ShowEvents(f, []Event{x.Event})
	if len(shown) == 0 { // an act within a state that is shown as another
		x.Event.From, x.Event.To = m.shown(actor, &f.Case, x.From), m.shown(actor, &f.Case, x.To)
		x.Event.Action, x.Event.Actor, x.Event.ActorName, x.Event.PayloadHash = MovedAction, "", "", Hash{}
	} else {
		x.Event = shown[0]
	}
	switch x.Action {
	case CreateAction:
		x.Label = CreateLabel
	case MovedAction:
		x.Label = MovedLabel
	case EraseAction:
		x.Label = EraseLabel
	}
	if i := slices.IndexFunc(m.def.Actions, func(a ActionDef) bool { return a.Name == x.Action }); i >= 0 {
		x.Label = m.def.Actions[i].Label
	}
	if s := m.states[x.To]; s != nil && x.To != x.From {
		x.ToLabel = s.Label
	}
}
