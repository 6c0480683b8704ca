package cases

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var searchTitle = text.Text{ZH: "查找", EN: "Search"}

type hits struct {
	Words, Kind string
	Groups      []workflow.Found
	staff       bool // staff have a page of rounds, others that of the call
}

// shownHits limits each kind when all are shown.
const shownHits = 5

// Search looks for words in everything the reader may see.
func (s *CasePages) Search(v *ui.Visit) error {
	h := &hits{Words: strings.TrimSpace(v.QueryParam("q")), Kind: v.QueryParam("kind"),
		staff: len(ui.TopsOf(*v.Frame.Actor)) > 0}
	if h.Kind != "" && !slices.Contains(edge.FoundKinds, h.Kind) {
		return workflow.ErrNotFound
	}
	var err error
	if h.Groups, err = s.Finder.Find(v.Ctx, *v.Frame.Actor, h.Words, h.Kind); err != nil {
		return err
	}
	// The three administrators see organizations by name only, and have no page of them.
	if registry.RecordScopeOf(*v.Frame.Actor).Accounts {
		h.Groups = slices.DeleteFunc(h.Groups, func(f workflow.Found) bool { return f.Kind == "organizations" })
	}
	for i := range h.Groups {
		if h.Groups[i].Kind != "cases" && h.Groups[i].Kind != "rounds" { // those come newest first
			ui.ByPinyin(h.Groups[i].Items, func(m *workflow.Match) string { return m.Title.ZH })
		}
	}
	return v.Show(http.StatusOK, searchTitle, searchPage(h))
}

func (h *hits) items(f *workflow.Found) []workflow.Match {
	if h.Kind == "" {
		return f.Items[:min(len(f.Items), shownHits)]
	}
	return f.Items
}

// all returns the address of all hits of a kind, or "" if all are shown.
func (h *hits) all(f *workflow.Found) string {
	q := url.Values{"q": {h.Words}}
	switch {
	case h.Kind != "" || !f.More && f.Count <= shownHits:
		return ""
	case f.Kind == "cases" || f.Kind == "organizations" || f.Kind == "people":
		return "/" + f.Kind + "?" + q.Encode()
	}
	q.Set("kind", f.Kind)
	return "/search?" + q.Encode()
}

func (h *hits) at(kind string, m *workflow.Match) string {
	switch {
	case kind == "cases":
		return "/cases/" + url.PathEscape(m.Ref)
	case kind == "projects":
		return "/organizations/" + m.Of
	case kind == "rounds" && h.staff:
		return "/rounds/" + url.PathEscape(m.Ref)
	case kind == "rounds":
		return "/calls/" + m.ID
	}
	return "/" + kind + "/" + m.ID
}

var kindTitles = map[string]text.Text{
	"cases": {ZH: "案件", EN: "Cases"}, "organizations": {ZH: "社会组织", EN: "Organizations"},
	"projects": {ZH: "品牌项目", EN: "Projects"},
	"rounds":   {ZH: "批次", EN: "Rounds"}, "agencies": {ZH: "协作单位", EN: "Agencies"}, "people": {ZH: "账号", EN: "Accounts"},
}
