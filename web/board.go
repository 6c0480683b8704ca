package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
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
	p, tops, err := v.panel()
	if err != nil {
		return nil, err
	}
	if p.Rows, err = s.Cases.Board(v.ctx, desk.ScopeOf(*v.frame.Actor, s.Desk.Machines),
		workflow.BoardQuery{Region: p.Region, By: p.By, Today: calendar.DateOf(v.frame.Now)}); err != nil {
		return nil, err
	}
	return p, s.ways(v.ctx, p, tops)
}

// panel is the board that the address names, without its rows, and where the reader may begin.
func (v *visit) panel() (*panel, []region.Code, error) {
	p := &panel{By: v.QueryParam("by")}
	if !slices.Contains([]string{"region", "agency", "field", "round"}, p.By) {
		p.By = "region"
	}
	tops := topsOf(*v.frame.Actor)
	if len(tops) == 0 {
		return nil, nil, workflow.ErrNotFound
	}
	code, err := v.region()
	if err != nil {
		return nil, nil, err
	}
	if p.Region = code; v.QueryParam("region") == "" {
		p.Region = tops[0]
	}
	if p.By == "region" && p.Region.Level() >= region.Street { // boards by place end at the street
		p.By = "round"
	}
	return p, tops, nil
}

// liveBoard sends the figures of an open board again whenever they change: the very part of the page that they stand
// in.
func (s *site) liveBoard(v *visit) error {
	p, _, err := v.panel()
	if err != nil {
		return err
	}
	stream, err := s.Live.Open(v.ctx, workflow.BoardQuery{Region: p.Region, By: p.By})
	if err != nil {
		return err
	}
	return stream.Serve(v, func(_ *edge.Snapshot, now edge.Snapshot) (string, []byte, error) {
		p.Rows, v.frame.Now = now.Items, now.At
		var b bytes.Buffer
		err := boardFigures(p).Render(v.ctx, &b)
		return "board", b.Bytes(), err
	})
}

// live is where the figures of a board come from again.
func (p *panel) live() string { return strings.Replace(p.up(p.Region), "/board?", "/board/live?", 1) }

// told says the board in a few words, for who hears that it has changed.
func (p *panel) told(ctx context.Context) string {
	all := p.sum()
	n, _ := sumOf(all)
	if p.By == "field" { // its rows overlap
		return say(ctx, "各领域的数字有更新。", "Figures of the fields have changed.")
	}
	return say(ctx, fmt.Sprintf("数据有更新：共 %d 件，超期 %d 件。", n, all.Overdue),
		fmt.Sprintf("The figures have changed: %d cases, %d overdue.", n, all.Overdue))
}

// ways finds the names of where the reader may begin, and of the way from there down to here.
func (s *site) ways(ctx context.Context, p *panel, tops []region.Code) error {
	for _, t := range tops {
		name, err := s.placeName(ctx, t)
		if err != nil {
			return err
		}
		p.Tops = append(p.Tops, place{t, name})
		if !p.Region.Within(t) || len(p.Path) > 0 {
			continue
		}
		if t == "" {
			p.Path = append(p.Path, place{t, name})
		}
		for _, up := range append(p.Region.Ancestors(), p.Region) {
			if up == "" || !up.Within(t) {
				continue
			}
			name, err := s.placeName(ctx, up)
			if err != nil {
				return err
			}
			p.Path = append(p.Path, place{up, name})
		}
	}
	return nil
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

// up is the address of a board further up, in the same order.
func (p *panel) up(c region.Code) string { return p.at(c, p.By) }

// rowAt is where a row of the board leads: further down, or to its cases; nowhere if no list holds just those.
func (p *panel) rowAt(r workflow.Counts) string {
	code, q := region.Code(r.Key), url.Values{}
	switch {
	case p.By == "round":
		q.Set("region", string(p.Region))
		q.Set("round", r.Key)
	case p.By != "region", code == p.Region && len(p.Rows) > 1:
		return ""
	case code == p.Region, code.Level() >= region.Street:
		q.Set("region", r.Key)
	default:
		return p.at(code, "region")
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

// sum adds up all rows, where they do not overlap.
func (p *panel) sum() workflow.Counts {
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
