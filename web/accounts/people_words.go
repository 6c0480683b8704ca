package accounts

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"

	"incubase/web/ui"
	"incubase/workflow/registry"
)

type component = templ.Component

// reach describes a role's scope.
func (p *person) reach(ctx context.Context, g registry.RoleRecord) string {
	var parts []string
	if g.Region != "" {
		parts = append(parts, string(g.Region))
	}
	for _, o := range p.Houses.Organizations {
		if o.ID == g.Organization {
			parts = append(parts, o.Name)
		}
	}
	for _, a := range p.Houses.Agencies {
		if a.ID == g.Agency {
			parts = append(parts, AgencyName(ctx, a))
		}
	}
	if len(parts) == 0 && !g.Role.Administrative() {
		return ui.Say(ctx, sayInTheWholeCountry)
	}
	return strings.Join(parts, ui.Say(ctx, sayListComma))
}

func AgencyName(ctx context.Context, a registry.AgencyRecord) string {
	if s := ui.Say(ctx, a.Name); s != "" {
		return s
	}
	return a.Name.ZH
}

func (p *person) house(ctx context.Context) string {
	for _, o := range p.Houses.Organizations {
		if o.ID == p.Organization {
			return o.Name
		}
	}
	for _, a := range p.Houses.Agencies {
		if a.ID == p.Agency {
			return AgencyName(ctx, a)
		}
	}
	return ui.Say(ctx, sayNone)
}

func rolesOf(ctx context.Context, u registry.UserRecord) string {
	var out []string
	for _, r := range u.Roles {
		if l := ui.Say(ctx, r.Role.Label()); (r.Until == nil || r.Until.After(time.Now())) &&
			!strings.Contains(strings.Join(out, "\n"), l) {
			out = append(out, l)
		}
	}
	return strings.Join(out, ui.Say(ctx, sayListComma))
}
