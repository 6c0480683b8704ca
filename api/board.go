package api

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

func (s *service) board() {
	handle(s, route{method: "GET", path: Base + "/board", id: "getBoard", tag: "board", summary: "Counts and sums by stage",
		about: "For each child of the region, or each agency, field or round: how many cases stand in each stage, their sums in fen (CNY), and how many are overdue. By field a case counts in each of its fields: the rows overlap.", errors: []int{422}}, s.getBoard)
}

type boardInput struct {
	Region string `query:"region" maxLength:"12"`
	By     string `query:"by" enum:"region,agency,field,round" default:"region"`
}

// BoardDoc is a board.
type BoardDoc struct {
	Region   string            `json:"region"`
	By       string            `json:"by"`
	Overlaps bool              `json:"overlaps" doc:"A case may count in several rows."`
	Items    []workflow.Counts `json:"items"`
}

type boardOutput struct{ Body BoardDoc }

func (s *service) getBoard(ctx context.Context, in *boardInput) (*boardOutput, error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	items, err := s.Cases.Board(ctx, workflow.ScopeOf(who(ctx), s.Desk.Machines),
		workflow.BoardQuery{Region: code, By: in.By, Today: calendar.DateOf(s.Desk.Clock.Now())})
	if err != nil {
		return nil, err
	}
	for i := range items {
		if items[i].Label.EN == "" { // places have no official English name
			items[i].Label.EN = items[i].Label.ZH
		}
	}
	return &boardOutput{BoardDoc{string(code), in.By, in.By == "field", append([]workflow.Counts{}, items...)}}, nil
}
