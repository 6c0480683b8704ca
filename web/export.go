package web

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

// export sends a list as a file, with the filters of its page and the scope of its reader.
func (s *site) export(v *visit) error {
	r, err := s.exportRequest(v)
	if err != nil {
		return err
	}
	return s.file(v, *v.frame.Actor, r)
}

// exportAwards sends the public list of awards, to everybody; to one address only so often.
func (s *site) exportAwards(v *visit) error {
	if err := s.Limits.Exporting.Anonymous(edge.Of(v.ctx)); err != nil {
		return err
	}
	code, err := v.region()
	if err != nil {
		return err
	}
	return s.file(v, workflow.Objector(), export.Request{List: "awards", Round: v.QueryParam("round"), Region: code})
}

func (s *site) exportRequest(v *visit) (r export.Request, err error) {
	r.List = v.Param("list")
	switch r.List {
	case "cases":
		r.Cases, err = s.caseQuery(v)
	case "organizations":
		r.Words = v.QueryParam("q")
	case "rounds":
	case "board":
		var p *panel
		if p, err = s.panel(v); err == nil {
			r.Region, r.By = p.Region, p.By
		}
	default:
		err = workflow.ErrNotFound
	}
	return r, err
}

func (s *site) file(v *visit, actor workflow.Actor, r export.Request) error {
	if r.Format = v.QueryParam("format"); r.Format != export.XLSX {
		r.Format = export.CSV
	}
	r.Lang = edge.Of(v.ctx).Lang
	f, size, err := edge.Export(v.ctx, s.Exports, actor, r)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	h := v.Response().Header()
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Length", strconv.FormatInt(size, 10))
	h.Set("Content-Disposition", disposition(r.FileName(v.frame.Now)))
	return v.Stream(http.StatusOK, export.Types[r.Format], f)
}

// exportAt is the address of a list's file: the page's own filters, without the place in its pages.
func exportAt(list, format string, q url.Values) string {
	out := url.Values{"format": {format}}
	for name, values := range q {
		if !slices.Contains([]string{"cursor", "format", "choose"}, name) {
			out[name] = values
		}
	}
	return "/exports/" + list + "?" + out.Encode()
}

// formats are what a list can be taken away as.
var formats = []string{export.XLSX, export.CSV}

func formatName(ctx context.Context, format string) string {
	if format == export.XLSX {
		return say(ctx, "Excel 表格", "Excel")
	}
	return "CSV"
}
