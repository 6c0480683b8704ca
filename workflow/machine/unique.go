package machine

import (
	"context"
	"strings"

	"incubase/workflow"
)

// UniqueRule is the schema's constraint: of the cases that a definition calls the same only one lives.
const UniqueRule = "one_live_application"

type Twins interface {
	// LiveCase returns the live case with a key, "" if there is none.
	LiveCase(ctx context.Context, key string) (workflow.ID, error)
}

// uniqueKey is set from the case's submission until its outcome.
func (m *Machine) uniqueKey(c *workflow.Case) string {
	if c.Stage == workflow.NoStage || c.Outcome != "" {
		return ""
	}
	return m.SameAs(c)
}

// SameAs names what makes two cases the same; "" where the definition names nothing.
func (m *Machine) SameAs(c *workflow.Case) string {
	if len(m.Def.Unique) == 0 {
		return ""
	}
	ids := map[string]workflow.ID{"organization": c.Organization, "project": c.Project, "round": c.Round}
	parts := []string{m.Def.Name}
	for _, name := range m.Def.Unique {
		parts = append(parts, ids[name])
	}
	return strings.Join(parts, "/")
}
