package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"incubase/api/edge"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

// Document returns the OpenAPI document with the demonstration's routes, as /openapi.json serves it in demo mode.
func Document() ([]byte, error) {
	a, err := bare()
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(a.OpenAPI(), "", "  ")
}

// bare registers all routes without services, to describe them.
func bare() (huma.API, error) {
	e, err := edge.New(edge.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, err
	}
	ports := edge.Ports{Desk: &desk.Desk{}, Registry: &registry.Registry{}}
	return Register(e, Options{Ports: ports, Demo: noClock{}}), nil
}

type noClock struct{}

func (noClock) Advance(context.Context, time.Duration, int) (time.Time, error) {
	return time.Time{}, nil
}

// Routes returns the Markdown table of routes.
func Routes() (string, error) {
	a, err := bare()
	if err != nil {
		return "", err
	}
	doc := a.OpenAPI()
	var b strings.Builder
	for _, t := range tags {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| method | path | what | who |\n| --- | --- | --- | --- |\n", t[0], t[1])
		for _, p := range sortedPaths(doc) {
			for _, m := range []string{"GET", "POST", "PATCH", "DELETE"} {
				op := operation(doc.Paths[p], m)
				if op == nil || !slices.Contains(op.Tags, t[0]) {
					continue
				}
				who := "signed in"
				if len(op.Security) == 1 && len(op.Security[0]) == 0 {
					who = "everybody"
				}
				fmt.Fprintf(&b, "| %s | `%s` | %s | %s |\n", m, p, strings.ReplaceAll(op.Description, "\n", " "), who)
			}
		}
	}
	return b.String(), nil
}

func sortedPaths(doc *huma.OpenAPI) []string {
	var out []string
	for p := range doc.Paths {
		out = append(out, p)
	}
	slices.Sort(out)
	return out
}

func operation(p *huma.PathItem, method string) *huma.Operation {
	switch method {
	case "GET":
		return p.Get
	case "POST":
		return p.Post
	case "PATCH":
		return p.Patch
	}
	return p.Delete
}

// Problems returns the Markdown table of problem documents.
func Problems() string {
	var b strings.Builder
	b.WriteString("| type | status | title |\n| --- | --- | --- |\n")
	kinds := edge.Kinds()
	var names []string
	for k := range kinds {
		names = append(names, k)
	}
	slices.SortFunc(names, func(x, y string) int {
		if kinds[x].Status != kinds[y].Status {
			return kinds[x].Status - kinds[y].Status
		}
		return strings.Compare(x, y)
	})
	for _, n := range names {
		fmt.Fprintf(&b, "| `/problems/%s` | %d | %s / %s |\n", n, kinds[n].Status, kinds[n].Title.ZH, kinds[n].Title.EN)
	}
	return b.String()
}
