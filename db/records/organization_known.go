package records

import (
	"context"
	"fmt"

	"github.com/lib/pq"

	"incubase/workflow/registry"
)

// Identity identifies an organization: Kind is credit_code, filing_number or name; the last two are compared folded
// and within a Place (workflow.ComparedIn).
type Identity struct{ Kind, Place, What string }

// KnownOrganizations returns at most 20 matches for each identity.
func (d *Records) KnownOrganizations(ctx context.Context, ids []Identity) ([][]registry.SimilarRecord, error) {
	var kinds, places, what []string
	for _, id := range ids {
		kinds, places, what = append(kinds, id.Kind), append(places, id.Place), append(what, id.What)
	}
	var rows []struct {
		N            int    `db:"n"`
		ID           string `db:"id"`
		Name         string `db:"name"`
		Region       string `db:"region"`
		Kind         string `db:"kind"`
		CreditCode   string `db:"credit_code"`
		FilingNumber string `db:"filing_number"`
	}
	if err := d.Read.All(ctx, &rows, "organization_known", pq.Array(kinds), pq.Array(places), pq.Array(what)); err != nil {
		return nil, fmt.Errorf("look up organizations: %w", err)
	}
	out := make([][]registry.SimilarRecord, len(ids))
	for _, r := range rows {
		out[r.N-1] = append(out[r.N-1], registry.SimilarRecord{ID: r.ID, Name: r.Name, Kind: r.Kind, Region: r.Region,
			CreditCode: r.CreditCode, FilingNumber: r.FilingNumber})
	}
	return out, nil
}

// SimilarOrganizations returns organizations whose name reads the same, in the place where names are compared.
func (d *Records) SimilarOrganizations(ctx context.Context, place, name string) ([]registry.SimilarRecord, error) {
	found, err := d.KnownOrganizations(ctx, []Identity{{Kind: "name", Place: place, What: name}})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}
