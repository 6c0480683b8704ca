package cases

import (
	"context"
	"maps"
	"slices"
	"strings"

	"incubase/web/ui"
)

// verdictOf sums up the self-check; "" until all questions are answered.
func verdictOf(ctx context.Context, checks []check) string {
	for _, c := range checks {
		if c.Answer == "" {
			return ""
		}
	}
	if slices.ContainsFunc(checks, func(c check) bool { return c.Answer == "no" }) {
		return ui.Say(ctx, sayNotYetSeeWhat)
	}
	return ui.Say(ctx, sayYouMayApply)
}

func (a *application) organizationName() string {
	for _, o := range a.Organizations {
		if o.ID == a.Organization {
			return o.Name
		}
	}
	return ""
}

func (a *application) faulty() []string { return slices.Sorted(maps.Keys(a.Faults)) }

// fieldOf returns the field that mends a fault, or "".
func (a *application) fieldOf(fault string) string {
	switch {
	case a.Choosing, a.Organized && a.Organization == "", fault == "track" && len(a.tracks()) == 0:
		return ""
	case fault == "track", fault == "region" && a.Path != "/apply", fault == "title" && a.Path != "/apply":
		return fault
	case !a.needs("project"):
		return ""
	case fault == "project_once": // of that title
		return "title"
	case fault == "title", fault == "topics", fault == "project":
		return fault
	case strings.HasPrefix(fault, "topics"):
		return "topics"
	}
	return ""
}
