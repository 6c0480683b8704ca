package api

import (
	"context"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

func (s *service) acts() {
	handle(s, route{method: "GET", path: Base + "/events", id: "listActs", tag: "cases",
		summary: "Who did what across cases, the latest first",
		about: "For auditors; 404 for anybody else. Acts of a period, a year at most, on the cases that the auditor may " +
			"see, as each case's time line shows them; what was said is there. Without a beginning it is thirty days.",
		errors: []int{404, 422}}, s.listActs)
	handle(s, route{method: "GET", path: Base + "/vacancies", id: "listVacancies", tag: "cases",
		summary: "Acts that nobody in a decider's places may do",
		about: "For deciders; empty for anybody else. Those who hold the role there wrote the case for its applicant " +
			"and must stand back; `remedy` says what can be done."}, s.listVacancies)
}

// VacancyDoc is an act due from the staff that no account may do.
type VacancyDoc struct {
	Case   workflow.ID   `json:"case"`
	Ref    string        `json:"ref"`
	Title  string        `json:"title"`
	Action string        `json:"action"`
	Label  workflow.Text `json:"label"`
	Role   workflow.Role `json:"role"`
	Remedy workflow.Text `json:"remedy"`
}

func (s *service) listVacancies(ctx context.Context, _ *struct{}) (*many[VacancyDoc], error) {
	list, err := s.Desk.Vacancies(ctx, who(ctx))
	return page(each(list, func(v workflow.Vacancy) VacancyDoc {
		return VacancyDoc{v.Case, v.Ref, v.Title, v.Action, v.Label, v.Role, v.Remedy}
	}), "", err)
}

type actsInput struct {
	Paged
	Who    string `query:"who" maxLength:"80" doc:"A login, or a part of a name."`
	Action string `query:"action" maxLength:"40" pattern:"^[a-z0-9_]*$" doc:"Such as confirm."`
	Since  string `query:"since" format:"date" doc:"From this day on; thirty days up to the last where it is missing."`
	Until  string `query:"until" format:"date" doc:"Up to this day, included; today where it is missing."`
}

type ActDoc struct {
	At       time.Time      `json:"at"`
	Actor    EventActor     `json:"actor"`
	Case     workflow.ID    `json:"case"`
	Ref      string         `json:"ref"`
	Title    string         `json:"title"`
	Workflow string         `json:"workflow"`
	Seq      int            `json:"seq" doc:"Its number in the case's time line."`
	Action   string         `json:"action"`
	Label    workflow.Text  `json:"label"`
	From     workflow.State `json:"from"`
	To       workflow.State `json:"to"`
	Hash     string         `json:"hash"`
}

func actDoc(d workflow.Act) ActDoc {
	return ActDoc{d.At, EventActor{d.Actor, d.ActorName}, d.Case, d.Ref, d.Title, d.Workflow, d.Seq, d.Action, d.Label,
		d.From, d.To, d.Hash.String()}
}

func (s *service) listActs(ctx context.Context, in *actsInput) (*many[ActDoc], error) {
	q := workflow.ActQuery{Who: in.Who, Action: in.Action, Limit: in.Limit, Cursor: in.Cursor}
	for _, x := range []struct {
		said string
		day  *calendar.Date
	}{{in.Since, &q.Since}, {in.Until, &q.Until}} {
		if x.said != "" {
			*x.day, _ = calendar.ParseDate(x.said) // the schema has checked its form
		}
	}
	list, next, err := s.Desk.Acts(ctx, who(ctx), &q, s.Acts)
	return page(each(list, actDoc), next, err)
}
