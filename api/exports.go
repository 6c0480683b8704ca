package api

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/export"
)

func (s *service) exports() {
	tables := []string{export.Types[export.CSV], export.Types[export.XLSX]}
	about := func(more string) string {
		return "As a download, with the scope and the filters of the list, at most 50,000 rows. No cell is a formula; CSV " +
			"begins with a mark (BOM) and has a quotation mark before what a spreadsheet would take for one." + more
	}
	at := Base + "/exports/"
	handle(s, route{method: "GET", path: at + "cases", id: "exportCases", tag: "exports", summary: "Cases as a table",
		produces: tables, errors: []int{422},
		about: about(" Every criterion, every reviewer's score that the reader may see, and the versions of the rules are " +
			"columns.")}, s.exportCases)
	handle(s, route{method: "GET", path: at + "organizations", id: "exportOrganizations", tag: "exports",
		summary: "Organizations as a table", produces: tables,
		errors: []int{422}, about: about("")}, s.exportOrganizations)
	handle(s, route{method: "GET", path: at + "rounds", id: "exportRounds", tag: "exports", summary: "Rounds as a table",
		produces: tables, errors: []int{422},
		about: about("")}, s.exportRounds)
	handle(s, route{method: "GET", path: at + "board", id: "exportBoard", tag: "exports", summary: "A board as a table",
		produces: tables, errors: []int{422},
		about: about("")}, s.exportBoard)
	handle(s, route{method: "GET", path: at + "awards", id: "exportAwards", tag: "exports",
		summary: "Confirmed awards as a table", produces: tables, open: true,
		limit: s.Limits.Exporting, errors: []int{422}, about: about(" Without signing in: as everybody may see them.")},
		s.exportAwards)
}

type Formatted struct {
	Format string `query:"format" enum:"csv,xlsx" default:"csv"`
}

type exportCasesInput struct {
	Formatted
	CaseFilters
	Sort string `query:"sort" enum:"updated,created,due,ref,amount" default:"created"`
}

func (s *service) exportCases(ctx context.Context, in *exportCasesInput) (*huma.StreamResponse, error) {
	q, err := in.query(s, in.Sort)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, who(ctx), export.Request{List: "cases", Format: in.Format, Cases: q})
}

type exportOrganizationsInput struct {
	Formatted
	Region string `query:"region" maxLength:"12"`
	Kind   string `query:"kind" maxLength:"40"`
	Words  string `query:"q" maxLength:"200"`
}

func (s *service) exportOrganizations(ctx context.Context, in *exportOrganizationsInput) (*huma.StreamResponse, error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, who(ctx), export.Request{List: "organizations", Format: in.Format, Region: code, Kind: in.Kind,
		Words: in.Words})
}

type exportRoundsInput struct{ Formatted }

func (s *service) exportRounds(ctx context.Context, in *exportRoundsInput) (*huma.StreamResponse, error) {
	return s.file(ctx, who(ctx), export.Request{List: "rounds", Format: in.Format})
}

type exportBoardInput struct {
	Formatted
	BoardFilters
}

func (s *service) exportBoard(ctx context.Context, in *exportBoardInput) (*huma.StreamResponse, error) {
	q, err := in.query(ctx, s)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, who(ctx), export.Request{List: "board", Format: in.Format, Board: q})
}

type exportAwardsInput struct {
	Formatted
	Round  string `query:"round" maxLength:"40"`
	Region string `query:"region" maxLength:"12"`
}

func (s *service) exportAwards(ctx context.Context, in *exportAwardsInput) (*huma.StreamResponse, error) {
	code, err := regionOf("region", in.Region)
	if err != nil {
		return nil, err
	}
	return s.file(ctx, workflow.Objector(), export.Request{List: "awards", Format: in.Format, Round: in.Round,
		Region: code})
}

func (s *service) file(ctx context.Context, actor workflow.Actor, r export.Request) (*huma.StreamResponse, error) {
	r.Lang = edge.Of(ctx).Lang
	f, size, err := edge.Export(ctx, s.Exports, actor, r)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		defer func() { _ = f.Close() }()
		c.SetHeader("Content-Type", export.Types[r.Format])
		c.SetHeader("Content-Disposition", disposition(r.FileName(s.Desk.Clock.Now())))
		c.SetHeader("Content-Security-Policy", "sandbox; default-src 'none'")
		c.SetHeader("Content-Length", fmt.Sprint(size))
		c.SetHeader("X-Content-Type-Options", "nosniff")
		c.SetStatus(http.StatusOK)
		_, _ = io.Copy(c.BodyWriter(), f) // Content-Length reveals a failure
	}}, nil
}
