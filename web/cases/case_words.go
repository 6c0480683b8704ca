package cases

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/define"
	"incubase/workflow/machine"
	"incubase/workflow/text"
)

type step struct {
	Label text.Text
	Class string // past, now, ahead, over
}

// stepsOf returns a case's progress. A case that ended in a state without a stage shows its last one.
func stepsOf(c *workflow.Case, d *define.Definition) []step {
	ended := c.Outcome != "" && slices.ContainsFunc(d.States, func(s define.StateDef) bool {
		return s.Name == c.State &&
			s.Stage == "keep"
	})
	stages := d.PublicStages()
	at := slices.Index(stages, c.Stage)
	var out []step
	for i, s := range stages {
		x := step{d.StageLabel(s), "ahead"}
		switch {
		case i < at:
			x.Class = "past"
		case i == at && ended:
			x.Class = "over"
		case i == at:
			x.Class = "now"
		}
		out = append(out, x)
	}
	return out
}

// childLabel returns the state of a payment or report by its own definition. Applicants read the public label; a
// state that is not public shows its stage.
func (s *CasePages) childLabel(c workflow.Child, staff bool) text.Text {
	if c.Stage == "" {
		return text.Text{}
	}
	if m := s.Desk.Machines.Machine(c.Workflow, 0); m != nil {
		d := m.Definition()
		i := slices.IndexFunc(d.States, func(x define.StateDef) bool { return x.Name == c.State })
		switch {
		case i < 0:
		case !staff && d.States[i].Public != text.Text{}:
			return d.States[i].Public
		case staff || d.States[i].Shown == "":
			return d.States[i].Label
		}
	}
	return machine.StageLabel(s.Desk.Machines, c.Workflow, 0, c.Stage)
}

func cell(ctx context.Context, c workflow.Cell) string {
	said := []string{}
	if c.Text != (workflow.Text{}) {
		said = append(said, ui.Say(ctx, c.Text))
	}
	if c.Amount != nil {
		said = append(said, ui.Yuan(ctx, *c.Amount))
	}
	if c.At != nil {
		said = append(said, ui.Moment(ctx, *c.At))
	}
	return strings.Join(said, " ")
}

func reviewed(ctx context.Context, a workflow.Assignment) string {
	name := a.Name
	if name == "" {
		name = ui.Say(ctx, sayAReviewer)
	}
	state := ui.Say(ctx, sayHasNotDeclaredInterests)
	switch {
	case a.Conflict:
		state = ui.Say(ctx, sayWithdrewAConflictOf)
	case a.Scored:
		state = ui.Say(ctx, sayPoints, float64(a.Points)/100)
		if a.Comment != "" {
			state += ui.Say(ctx, sayComma) + a.Comment
		}
	case a.Declared:
		state = ui.Say(ctx, sayReviewing)
	}
	return name + ui.Say(ctx, sayColon) + state
}

var cosignAnswers = map[string]text.Text{
	"":        {ZH: "等待答复", EN: "waiting for the answer"},
	"agree":   {ZH: "同意", EN: "agrees"},
	"comment": {ZH: "有建议", EN: "has a comment"},
	"object":  {ZH: "不同意", EN: "objects"},
	"lapsed":  {ZH: "逾期未答复，视为无异议", EN: "did not answer in time: taken as no objection"},
}

func cosigned(ctx context.Context, c workflow.Cosign) string {
	if c.Void {
		return ui.Say(ctx, sayNotAskedAnyMore)
	}
	s := ui.Say(ctx, cosignAnswers[c.Answer])
	if c.Open() {
		s += ui.Say(ctx, sayUntil) + ui.Day(ctx, c.Due)
	}
	return s
}

// objected describes an objection to staff.
func objected(ctx context.Context, o *workflow.Objection) string {
	by := ""
	if o.Due != nil {
		by = ui.Say(ctx, sayToBeAnsweredBy) + ui.Day(ctx, *o.Due)
	}
	switch {
	case o.Resolved != nil && o.Upheld:
		return ui.Say(ctx, sayUpheld)
	case o.Resolved != nil:
		return ui.Say(ctx, sayNotUpheld)
	case o.Unconfirmed:
		return ui.Say(ctx, sayUnconfirmedMoreThanCame, workflow.ObjectionsADay)
	case !o.Counts:
		return ui.Say(ctx, sayAnonymousForInformation) + by
	}
	return ui.Say(ctx, sayToBeAnsweredIt) + by
}

// Followed describes an objection to the person who made it.
func Followed(ctx context.Context, o *workflow.Followed) string {
	switch {
	case o.Resolved != nil && o.Upheld:
		return ui.Say(ctx, sayUpheldTheIntendedAward) + ui.Day(ctx,
			calendar.DateOf(*o.Resolved)) + ui.Say(ctx, sayClose)
	case o.Resolved != nil:
		return ui.Say(ctx, sayNotUpheldTheProcedure) + ui.Day(ctx,
			calendar.DateOf(*o.Resolved)) +
			ui.Say(ctx, sayClose)
	case o.Over:
		return ui.Say(ctx, sayTheApplicationHasCome)
	case o.Unconfirmed:
		return ui.Say(ctx, sayReceivedToBeConfirmed)
	case o.Due != nil:
		return ui.Say(ctx, sayBeingLookedIntoAnswered) + ui.Day(ctx, *o.Due) + ui.Say(ctx, sayInWriting)
	}
	return ui.Say(ctx, sayBeingLookedInto)
}

func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, n>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// Following returns the query of a list's next page.
func Following(q url.Values, cursor string) string {
	next := url.Values{}
	for k, v := range q {
		next[k] = v
	}
	next.Set("cursor", cursor)
	return next.Encode()
}

// Chosen returns the query of the same list with boxes to tick.
func Chosen(q url.Values) string {
	next := url.Values{}
	for k, v := range q {
		next[k] = v
	}
	next.Set("choose", "1")
	return next.Encode()
}

func SomeNext(items []ui.Row) bool {
	return slices.ContainsFunc(items, func(r ui.Row) bool { return len(r.Next) > 0 })
}
