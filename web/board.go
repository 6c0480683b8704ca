package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/text"
)

// panel is a board: the rows of a region, with the way up and down.
type panel struct {
	Region region.Code
	By     string
	Path   []place // from the top of the reader's scope down to here
	Tops   []place // where the reader may begin
	Rows   []workflow.Counts
	Down   bool // its rows are regions with a board of their own
}

// place is a division with its name.
type place struct {
	Code region.Code
	Name string
}

var boardTitle = text.Text{ZH: "进度总览", EN: "Board"}

// board shows counts and sums by stage of what the reader's roles reach.
func (s *site) board(v *visit) error {
	p, err := s.panel(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, boardTitle, boardPage(p))
}

func (s *site) panel(v *visit) (*panel, error) {
	p := &panel{By: v.QueryParam("by")}
	if !slices.Contains([]string{"region", "agency", "field", "round"}, p.By) {
		p.By = "region"
	}
	tops := topsOf(*v.frame.Actor)
	if len(tops) == 0 {
		return nil, workflow.ErrNotFound
	}
	code, err := region.Parse(v.QueryParam("region"))
	if err != nil {
		return nil, &workflow.Invalid{Fields: []workflow.FieldError{{Field: "region", Message: text.Text{ZH: "没有这样的区划代码", EN: "there is no such region code"}}}}
	}
	if p.Region = code; v.QueryParam("region") == "" {
		p.Region = tops[0]
	}
	if p.Rows, err = s.Cases.Board(v.ctx, workflow.ScopeOf(*v.frame.Actor, s.Desk.Machines),
		workflow.BoardQuery{Region: p.Region, By: p.By, Today: calendar.DateOf(v.frame.Now)}); err != nil {
		return nil, err
	}
	p.Down = p.By == "region" && p.Region.Level() < region.Street
	for _, t := range tops {
		name, err := s.placeName(v.ctx, t)
		if err != nil {
			return nil, err
		}
		p.Tops = append(p.Tops, place{t, name})
		if !p.Region.Within(t) || len(p.Path) > 0 {
			continue
		}
		for _, up := range append(p.Region.Ancestors(), p.Region) {
			if !up.Within(t) {
				continue
			}
			name, err := s.placeName(v.ctx, up)
			if err != nil {
				return nil, err
			}
			p.Path = append(p.Path, place{up, name})
		}
	}
	return p, nil
}

func (s *site) placeName(ctx context.Context, c region.Code) (string, error) {
	if c == "" {
		return say(ctx, "全国", "The country"), nil
	}
	return s.Records.RegionName(ctx, c)
}

// topsOf are the regions of the reader's roles that see boards, each once.
func topsOf(a workflow.Actor) []region.Code {
	var out []region.Code
	for _, g := range a.Roles {
		if staffRoles[g.Role] && g.Round == "" && g.Agency == "" && !slices.Contains(out, g.Region) {
			out = append(out, g.Region)
		}
	}
	return out
}

// at is the address of a board.
func (p *panel) at(c region.Code, by string) string {
	return "/board?" + url.Values{"region": {string(c)}, "by": {by}}.Encode()
}

// rowAt is where a row of the board leads: further down, or to its cases.
func (p *panel) rowAt(r workflow.Counts) string {
	if p.Down {
		return p.at(region.Code(r.Key), "region")
	}
	q := url.Values{"region": {string(p.Region)}}
	switch p.By {
	case "region":
		q.Set("region", r.Key)
	case "round":
		q.Set("round", r.Key)
	default:
		return ""
	}
	return "/cases?" + q.Encode()
}

// sumOf adds up a row.
func sumOf(r workflow.Counts) (n int, sum money.Fen) {
	for _, s := range workflow.Stages {
		n += r.Count[s]
		sum += r.Sum[s]
	}
	return n, sum
}
