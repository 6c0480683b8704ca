package ui

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/export"
)

// Export sends a list as a file, with its page's filters in the reader's scope.
func (s *Site) Export(v *Visit) error {
	r, err := s.exportRequest(v)
	if err != nil {
		return err
	}
	return s.file(v, *v.Frame.Actor, r)
}

// ExportAwards sends the public list of awards, rate limited by address.
func (s *Site) ExportAwards(v *Visit) error {
	if err := s.Limits.Exporting.Anonymous(edge.Of(v.Ctx)); err != nil {
		return err
	}
	code, err := v.Region()
	if err != nil {
		return err
	}
	return s.file(v, workflow.Objector(), export.Request{List: "awards", Round: v.QueryParam("round"), Region: code})
}

func (s *Site) exportRequest(v *Visit) (r export.Request, err error) {
	r.List = v.Param("list")
	switch r.List {
	case "cases":
		r.Cases, err = s.CaseQuery(v)
	case "organizations":
		r.Words = v.QueryParam("q")
	case "rounds":
	case "board":
		var p *Panel
		if p, _, err = s.PanelAt(v); err == nil {
			r.Board = p.Query()
		}
	default:
		err = workflow.ErrNotFound
	}
	return r, err
}

func (s *Site) file(v *Visit, actor workflow.Actor, r export.Request) error {
	if r.Format = v.QueryParam("format"); r.Format != export.XLSX {
		r.Format = export.CSV
	}
	r.Lang = edge.Of(v.Ctx).Lang
	f, size, err := edge.Export(v.Ctx, s.Exports, actor, r)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", Disposition(r.FileName(v.Frame.Now)))
	return v.Stream(http.StatusOK, export.Types[r.Format], f)
}

// exportAt returns the address of a list's file: its filters without the cursor.
func exportAt(list, format string, q url.Values) string {
	out := url.Values{"format": {format}}
	for name, values := range q {
		if !slices.Contains([]string{"cursor", "format", "choose"}, name) {
			out[name] = values
		}
	}
	return "/exports/" + list + "?" + out.Encode()
}

var formats = []string{export.XLSX, export.CSV}

func formatName(ctx context.Context, format string) string {
	if format == export.XLSX {
		return Say(ctx, sayExcel)
	}
	return "CSV"
}
