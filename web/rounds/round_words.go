package rounds

import (
	"context"
	"slices"
	"strings"

	"incubase/web/ui"
)

func (r *roundRow) times(ctx context.Context) string {
	if r.Opens == nil || r.Closes == nil {
		return ui.Say(ctx, sayTheTimeIsNot)
	}
	return ui.Say(ctx, sayTo, ui.Moment(ctx, *r.Opens), ui.Moment(ctx, *r.Closes))
}

func labelsOf(ctx context.Context, list []ui.Question) string {
	var out []string
	for _, q := range list {
		out = append(out, ui.Say(ctx, q.Label))
	}
	return strings.Join(out, ui.Say(ctx, sayListComma))
}

func (d *roundDraft) action() string {
	if d.Round == nil {
		return "/rounds/new"
	}
	return "/rounds/" + d.Round.Ref + "/edit"
}

// room returns the number of lines of a list: its own and two blank ones.
func (d *roundDraft) room(list string, least int) int {
	x := newRoundReader(d.Values)
	return max(least, x.Lines(list)+2)
}

// under reports whether any field below prefix has a fault.
func (d *roundDraft) under(prefix string) bool {
	for name := range d.Faults {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

// hasCriteria reports whether the draft names criteria or one of them is wrong.
func (d *roundDraft) hasCriteria() bool {
	return d.Faults["rules.criteria"] != "" || d.under("rules.criteria.") ||
		d.Values.Get("rules.criteria.0.code") != ""
}

func (d *roundDraft) anchor(name string) string {
	switch {
	case name == "rules.tranches":
		return "rules.tranches.0.share_bp"
	case name == "rules.criteria":
		return "rules.criteria.0.weight"
	case strings.HasPrefix(name, "form"):
		return ""
	case strings.HasPrefix(name, "rules.tranches."), strings.HasPrefix(name, "rules.criteria."),
		strings.HasPrefix(name, "tracks."), strings.HasPrefix(name, "rules.basis."):
		return name
	case name == "note", name == "kind", name == "region", name == "agency":
		return name
	}
	for _, g := range roundGroups() {
		if slices.ContainsFunc(g.Fields, func(f ui.EntryField) bool { return f.Name == name }) {
			return name
		}
	}
	return ""
}
