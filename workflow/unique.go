package workflow

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// UniqueRule is the schema's constraint: of the cases that a definition calls the same only one lives.
const UniqueRule = "one_live_application"

// Twins finds the live case that has a key. "" if there is none.
type Twins interface {
	LiveCase(ctx context.Context, key string) (ID, error)
}

// uniqueKey is the case's key while it lives: from its submission on until it has an outcome.
func (m *Machine) uniqueKey(c *Case) string {
	if c.Stage == NoStage || c.Outcome != "" {
		return ""
	}
	return m.sameAs(c)
}

// sameAs names the workflow and the ids that make two cases the same; "" where the definition names none.
func (m *Machine) sameAs(c *Case) string {
	if len(m.def.Unique) == 0 {
		return ""
	}
	ids := map[string]ID{"organization": c.Organization, "project": c.Project, "round": c.Round}
	parts := []string{m.def.Name}
	for _, name := range m.def.Unique {
		parts = append(parts, ids[name])
	}
	return strings.Join(parts, "/")
}

// warn adds to a draft that the same application is under way already.
func (d *Desk) warn(ctx context.Context, m *Machine, l *Loaded, v *View) error {
	c := &l.Facts.Case
	if d.Twins == nil || len(m.def.Unique) == 0 || c.Stage != NoStage || c.Outcome != "" {
		return nil
	}
	other, err := d.Twins.LiveCase(ctx, m.sameAs(c))
	if err != nil {
		return fmt.Errorf("look for the twin of case %s: %w", c.Ref, err)
	}
	if other != "" {
		v.Warnings = append(v.Warnings, d.inTheWay(ctx, l.Facts.Actor, other))
	}
	return nil
}

// twin names the case that stands in the way of a commit, to who may see it.
func (d *Desk) twin(ctx context.Context, actor Actor, key string, err error) error {
	var refused *Refused
	if d.Twins == nil || !errors.As(err, &refused) || len(refused.Refusals) != 1 ||
		refused.Refusals[0].Rule != UniqueRule {
		return err
	}
	other, lookup := d.Twins.LiveCase(ctx, key)
	if lookup != nil || other == "" {
		return err
	}
	told := *refused
	told.Refusals = []Refusal{d.inTheWay(ctx, actor, other)}
	return &told
}

func (d *Desk) inTheWay(ctx context.Context, actor Actor, other ID) Refusal {
	l, m, err := d.load(ctx, actor, Command{Ref: other})
	if err != nil || !m.Visible(l.Facts) {
		return *no(UniqueRule, "这个项目在本批次已有一件在办的申报，同一项目不能再提交",
			"the project has a live application in this round already; the same project cannot be submitted twice")
	}
	label := m.states[m.shown(actor, &l.Facts.Case, l.Facts.Case.State)].Label
	return *no(UniqueRule, "这个项目在本批次已有一件在办的申报 %[1]s（%[2]s），同一项目不能再提交；要重新申报，请先撤回那一件",
		"the project has a live application in this round already: %[1]s (%[3]s). The same project cannot be submitted "+
			"twice; withdraw that one first to apply again",
		l.Facts.Case.Ref, label.ZH, label.EN)
}
