package ui

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/money"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

type Panel struct {
	Region   region.Code
	By       string
	Workflow string // only its cases; empty: of all
	Wording  machine.Wording
	Kinds    []workflow.Counts // workflows that have cases in the region, by title
	Path     []Place           // from the top of the reader's scope
	Tops     []Place           // where the reader may begin
	Rows     []workflow.Counts
}

type Place struct {
	Code region.Code
	Name string
}

func (s *Site) Panel(v *Visit) (*Panel, error) {
	p, tops, err := s.PanelAt(v)
	if err != nil {
		return nil, err
	}
	if p.Rows, err = s.boardRows(v, p.Query()); err != nil {
		return nil, err
	}
	if p.Kinds, err = s.boardRows(v, workflow.BoardQuery{Region: p.Region, By: "workflow"}); err != nil {
		return nil, err
	}
	if p.Workflow != "" && !slices.ContainsFunc(p.Kinds, func(x workflow.Counts) bool { return x.Key == p.Workflow }) {
		p.Kinds = append(p.Kinds, machine.Titled(workflow.BoardQuery{By: "workflow"},
			[]workflow.Counts{{Key: p.Workflow}}, s.Desk.Machines)...)
	}
	return p, s.ways(v.Ctx, p, tops)
}

func (s *Site) boardRows(v *Visit, q workflow.BoardQuery) ([]workflow.Counts, error) {
	q.Today = calendar.DateOf(v.Frame.Now)
	rows, err := s.Boards.Board(v.Ctx, desk.ScopeOf(*v.Frame.Actor, s.Desk.Machines), q)
	return machine.Titled(q, rows, s.Desk.Machines), err
}

// Query returns what the board counts, without the day.
func (p *Panel) Query() workflow.BoardQuery {
	return workflow.BoardQuery{Region: p.Region, By: p.By, Workflow: p.Workflow}
}

// PanelAt reads the board's address, without its rows, and where the reader may begin.
func (s *Site) PanelAt(v *Visit) (*Panel, []region.Code, error) {
	p := &Panel{By: v.QueryParam("by"), Workflow: v.QueryParam("workflow")}
	if !slices.Contains([]string{"region", "agency", "field", "round", "workflow"}, p.By) {
		p.By = "region"
	}
	if err := machine.Check(&workflow.CaseQuery{Workflow: p.Workflow}, s.Desk.Machines); err != nil {
		return nil, nil, err
	}
	p.Wording = machine.WordingOf(s.Desk.Machines, p.Workflow)
	tops := TopsOf(*v.Frame.Actor)
	if len(tops) == 0 {
		return nil, nil, workflow.ErrNotFound
	}
	code, err := v.Region()
	if err != nil {
		return nil, nil, err
	}
	if p.Region = code; v.QueryParam("region") == "" {
		p.Region = tops[0]
	}
	if p.By == "region" && p.Region.Level() >= region.Street { // the lowest
		p.By = "round"
	}
	return p, tops, nil
}

// Live returns the address of the board's current figures.
func (p *Panel) Live() string { return strings.Replace(p.Up(p.Region), "/board?", "/board/live?", 1) }

// Told sums the board up for screen readers when it changes.
func (p *Panel) Told(ctx context.Context) string {
	all := p.Sum()
	n, _ := SumOf(all)
	if p.By == "field" { // a case has several
		return Say(ctx, sayFiguresOfTheFields)
	}
	return Say(ctx, sayTheFiguresHaveChanged, n, all.Overdue)
}

func (s *Site) ways(ctx context.Context, p *Panel, tops []region.Code) error {
	for _, t := range tops {
		name, err := s.PlaceName(ctx, t)
		if err != nil {
			return err
		}
		p.Tops = append(p.Tops, Place{t, name})
		if !p.Region.Within(t) || len(p.Path) > 0 {
			continue
		}
		if t == "" {
			p.Path = append(p.Path, Place{t, name})
		}
		for _, up := range append(p.Region.Ancestors(), p.Region) {
			if up == "" || !up.Within(t) {
				continue
			}
			name, err := s.PlaceName(ctx, up)
			if err != nil {
				return err
			}
			p.Path = append(p.Path, Place{up, name})
		}
	}
	return nil
}

func (s *Site) PlaceName(ctx context.Context, c region.Code) (string, error) {
	if c == "" {
		return Say(ctx, sayTheCountry), nil
	}
	r, err := s.division(ctx, c)
	return r.Name, err
}

// PlacePath is the full name of a division, from the province down; "" of the country.
func (s *Site) PlacePath(ctx context.Context, c region.Code) (string, error) {
	if c == "" {
		return "", nil
	}
	r, err := s.division(ctx, c)
	return r.FullName, err
}

func (s *Site) division(ctx context.Context, c region.Code) (r registry.RegionRecord, err error) {
	return r, s.Records.Record(ctx, registry.RecordScope{}, workflow.KindRegion, string(c), &r)
}

// TopsOf returns the regions of the reader's roles that see boards.
func TopsOf(a workflow.Actor) []region.Code {
	var out []region.Code
	for _, g := range a.Roles {
		if staffRoles[g.Role] && g.Round == "" && g.Agency == "" && !slices.Contains(out, g.Region) {
			out = append(out, g.Region)
		}
	}
	return out
}

// At returns the address of another board of the same workflow.
func (p *Panel) At(c region.Code, by string) string {
	x := Panel{Region: c, By: by, Workflow: p.Workflow}
	return "/board?" + x.Values().Encode()
}

// Values returns the parameters of the board's address.
func (p *Panel) Values() url.Values {
	out := url.Values{"region": {string(p.Region)}, "by": {p.By}}
	if p.Workflow != "" {
		out.Set("workflow", p.Workflow)
	}
	return out
}

// Up returns the address of a higher board in the same order.
func (p *Panel) Up(c region.Code) string { return p.At(c, p.By) }

// RowAt returns where a row leads: a lower board, or its cases; "" if no list holds just those.
func (p *Panel) RowAt(r workflow.Counts) string {
	code, q := region.Code(r.Key), url.Values{}
	if p.Workflow != "" {
		q.Set("workflow", p.Workflow)
	}
	switch {
	case p.By == "workflow" && p.Region.Level() < region.Street:
		return (&Panel{Workflow: r.Key}).At(p.Region, "region")
	case p.By == "workflow":
		q.Set("region", string(p.Region))
		q.Set("workflow", r.Key)
	case p.By == "round":
		q.Set("region", string(p.Region))
		q.Set("round", r.Key)
	case p.By != "region", code == p.Region && len(p.Rows) > 1:
		return ""
	case code == p.Region, code.Level() >= region.Street:
		q.Set("region", r.Key)
	default:
		return p.At(code, "region")
	}
	return "/cases?" + q.Encode()
}

func SumOf(r workflow.Counts) (n int, sum money.Fen) {
	for _, s := range workflow.Stages {
		n += r.Count[s]
		sum += r.Sum[s]
	}
	return n, sum
}

// Sum adds up all rows, unless they overlap.
func (p *Panel) Sum() workflow.Counts {
	out := workflow.Counts{Count: map[workflow.Stage]int{}, Sum: map[workflow.Stage]money.Fen{}}
	for _, r := range p.Rows {
		for _, s := range workflow.Stages {
			out.Count[s] += r.Count[s]
			out.Sum[s] += r.Sum[s]
		}
		out.Overdue += r.Overdue
	}
	return out
}
