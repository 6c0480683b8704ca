package db

import (
	"context"
	"fmt"
	"strings"

	"github.com/lib/pq"

	"incubase/workflow"
)

// Identity is what tells an organization from others: Kind credit_code, filing_number (Key "county number") or name (Key
// "place name").
type Identity struct{ Kind, Key string }

// KnownOrganization is an organization that is registered already.
type KnownOrganization struct {
	ID   workflow.ID
	Name string
}

// KnownOrganizations finds those of the identities that are registered.
func (d *DB) KnownOrganizations(ctx context.Context, ids []Identity) (map[Identity]KnownOrganization, error) {
	codes := []string{}
	filing, named := [2][]string{{}, {}}, [2][]string{{}, {}}
	for _, id := range ids {
		before, after, _ := strings.Cut(id.Key, " ")
		switch id.Kind {
		case "credit_code":
			codes = append(codes, id.Key)
		case "filing_number":
			filing[0], filing[1] = append(filing[0], before), append(filing[1], after)
		case "name":
			named[0], named[1] = append(named[0], before), append(named[1], after)
		}
	}
	var rows []struct {
		Kind, Key, ID, Name string
	}
	err := d.read.all(ctx, &rows, "organization_known", pq.Array(codes), pq.Array(filing[0]), pq.Array(filing[1]), pq.Array(named[0]), pq.Array(named[1]))
	if err != nil {
		return nil, fmt.Errorf("look up organizations: %w", err)
	}
	out := make(map[Identity]KnownOrganization, len(rows))
	for _, r := range rows {
		out[Identity{r.Kind, r.Key}] = KnownOrganization{r.ID, r.Name}
	}
	return out, nil
}
