package db

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// Search returns up to limit records of each kind that match the words in the scope, as the list page of that kind
// would; users only for those who keep accounts. Kinds without a match are left out.
func (d *DB) Search(ctx context.Context, s registry.RecordScope, words, kind string, limit int) ([]workflow.Found,
	error) {
	q := registry.RecordQuery{Words: words, Limit: limit}
	var out []workflow.Found
	for _, part := range []struct {
		kind string
		find func() ([]workflow.Match, string, error)
	}{
		{"organizations", func() ([]workflow.Match, string, error) {
			list, next, err := d.Organizations(ctx, s, q)
			return matched(list, func(o *registry.OrganizationRecord) workflow.Match {
				return workflow.Match{ID: o.ID, Title: workflow.Text{ZH: o.Name, EN: o.Name}, Note: o.CreditCode}
			}), next, err
		}},
		{"projects", func() ([]workflow.Match, string, error) {
			list, next, err := d.Projects(ctx, s, q)
			return matched(list, func(p *registry.ProjectRecord) workflow.Match {
				return workflow.Match{ID: p.ID, Of: p.Organization, Title: workflow.Text{ZH: p.Title, EN: p.Title}}
			}), next, err
		}},
		{"rounds", func() ([]workflow.Match, string, error) {
			list, next, err := d.Rounds(ctx, s, q)
			return matched(list, func(r *workflow.RoundRecord) workflow.Match {
				return workflow.Match{ID: r.ID, Ref: r.Ref, Title: r.Name}
			}), next, err
		}},
		{"agencies", func() ([]workflow.Match, string, error) {
			list, next, err := d.Agencies(ctx, q)
			return matched(list, func(a *registry.AgencyRecord) workflow.Match {
				return workflow.Match{ID: a.ID, Title: a.Name}
			}), next, err
		}},
		{"people", func() ([]workflow.Match, string, error) {
			if !s.Accounts {
				return nil, "", nil
			}
			list, next, err := d.Users(ctx, s, q)
			return matched(list, func(u *registry.UserRecord) workflow.Match {
				return workflow.Match{ID: u.ID, Title: workflow.Text{ZH: u.Name, EN: u.Name}, Note: u.Login}
			}), next, err
		}},
	} {
		if kind != "" && kind != part.kind {
			continue
		}
		items, next, err := part.find()
		if err != nil {
			return nil, err
		}
		if len(items) > 0 {
			out = append(out, workflow.Found{Kind: part.kind, Count: len(items), More: next != "", Items: items})
		}
	}
	return out, nil
}

func matched[T any](list []T, as func(*T) workflow.Match) []workflow.Match {
	out := make([]workflow.Match, len(list))
	for i := range list {
		out[i] = as(&list[i])
	}
	return out
}
