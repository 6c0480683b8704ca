package api

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
)

func (s *service) board() {
	handle(s, route{method: "GET", path: Base + "/board", id: "getBoard", tag: "board", summary: "Counts and sums by stage",
		about: "For each child of the region, or each agency, field or round: how many cases stand in each stage, their sums in fen (CNY), and how many are overdue. By field a case counts in each of its fields: the rows overlap.", errors: []int{422}}, s.getBoard)
}

// BoardFilters say which board.
type BoardFilters struct {
	Region string `query:"region" maxLength:"12" doc:"None: that of the reader's first role."`
	By     string `query:"by" enum:"region,agency,field,round" default:"region"`
}

// home is the first region of the reader's roles: where a board begins that names none.
func home(a workflow.Actor) region.Code {
	for _, g := range a.Roles {
		if g.Round == "" && g.Organization == "" && g.Agency == "" {
			return g.Region
		}
	}
	return ""
}

// BoardDoc is a board.
type BoardDoc struct {
	Region   string            `json:"region"`
	By       string            `json:"by"`
	Overlaps bool              `json:"overlaps" doc:"A case may count in several rows."`
	Items    []workflow.Counts `json:"items"`
}

type boardOutput struct{ Body BoardDoc }

func (s *service) getBoard(ctx context.Context, in *BoardFilters) (*boardOutput, error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	if in.Region == "" {
		code = home(who(ctx))
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
