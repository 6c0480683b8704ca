package ui

import (
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/text"
)

// keptParameters make a list; its cursor and ticks are left out.
var keptParameters = []string{"q", "workflow", "stage", "waiting", "overdue", "region", "round", "organization", "sort"}

// keepable returns those parameters in a fixed order, so that equal lists are equal texts.
func keepable(q url.Values) string {
	out := url.Values{}
	for _, name := range keptParameters {
		if s := q.Get(name); s != "" {
			out.Set(name, s)
		}
	}
	return out.Encode()
}

const (
	longestName  = 40
	longestQuery = 1000
)

func (s *Site) SaveFilter(v *Visit) error {
	name := strings.Join(strings.Fields(v.FormValue("name")), " ")
	q, err := url.ParseQuery(v.FormValue("query"))
	fail := func(field, zh, en string) error {
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: field, Message: text.Text{ZH: zh, EN: en}}}}
	}
	query := keepable(q)
	switch {
	case name == "" || utf8.RuneCountInString(name) > longestName:
		return fail("name", "名称应为 1 到 40 个字", "a name has 1 to 40 characters")
	case err != nil || query == "" || len(query) > longestQuery:
		return fail("query", "请先选好条件再保存", "choose conditions first")
	}
	if err := s.Filters.SaveFilter(v.Ctx, v.Frame.Actor.ID, workflow.SavedFilter{Name: name, Query: query}); err != nil {
		return err
	}
	return v.Onward("/cases?"+query, "saved")
}

func (s *Site) DropFilter(v *Visit) error {
	if err := s.Filters.DropFilter(v.Ctx, v.Frame.Actor.ID, v.FormValue("name")); err != nil {
		return err
	}
	return v.Onward("/cases", "done")
}

func keptAs(kept []workflow.SavedFilter, query string) string {
	i := slices.IndexFunc(kept, func(f workflow.SavedFilter) bool { return f.Query == query })
	if i < 0 {
		return ""
	}
	return kept[i].Name
}
