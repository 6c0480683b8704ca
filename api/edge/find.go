package edge

import (
	"context"
	"strings"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// Finder searches everything that an actor may see.
type Finder struct {
	Desk  *desk.Desk
	Cases interface {
		Summaries(ctx context.Context, scope workflow.Scope, q workflow.CaseQuery) ([]workflow.Listed, string, error)
	}
	Records interface {
		Search(ctx context.Context, s registry.RecordScope, words, kind string, limit int) ([]workflow.Found, error)
	}
}

// FoundKinds are the kinds of results in their order.
var FoundKinds = []string{"cases", "organizations", "projects", "rounds", "agencies", "people"}

const (
	counted = 20  // matches counted of each kind
	listed  = 200 // matches listed of one kind
)

// Find searches one kind, or all where kind is empty.
func (f *Finder) Find(ctx context.Context, actor workflow.Actor, words, kind string) ([]workflow.Found, error) {
	out := []workflow.Found{}
	limit := counted
	if kind != "" {
		limit = listed
	}
	if words = strings.TrimSpace(words); words == "" {
		return out, nil
	}
	if kind == "" || kind == "cases" {
		found, err := f.cases(ctx, actor, words, limit)
		if err != nil {
			return nil, err
		}
		if found.Count > 0 {
			out = append(out, *found)
		}
	}
	records, err := f.Records.Search(ctx, registry.RecordScopeOf(actor), words, kind, limit)
	return append(out, records...), err
}

func (f *Finder) cases(ctx context.Context, actor workflow.Actor, words string, limit int) (*workflow.Found, error) {
	items, next, err := f.Cases.Summaries(ctx, desk.ScopeOf(actor, f.Desk.Machines), workflow.CaseQuery{Words: words,
		Limit: limit, Now: f.Desk.Clock.Now()})
	if err != nil {
		return nil, err
	}
	out := &workflow.Found{Kind: "cases", More: next != ""}
	for _, v := range f.Desk.Summaries(actor, items) {
		title := workflow.Text{ZH: v.Case.Title, EN: v.Case.Title}
		if title.ZH == "" {
			title = v.Title
		}
		out.Items = append(out.Items, workflow.Match{ID: v.Case.ID, Ref: v.Case.Ref, Title: title,
			Note: v.Names.Organization})
	}
	out.Count = len(out.Items)
	return out, nil
}
