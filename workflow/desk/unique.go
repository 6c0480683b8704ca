package desk

import (
	"context"
	"errors"
	"fmt"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// warn warns a draft whose project has a live application already.
func (d *Desk) warn(ctx context.Context, m *machine.Machine, l *workflow.Loaded, v *workflow.View) error {
	c := &l.Facts.Case
	if d.Twins == nil || len(m.Def.Unique) == 0 || c.Stage != workflow.NoStage || c.Outcome != "" {
		return nil
	}
	other, err := d.Twins.LiveCase(ctx, m.SameAs(c))
	if err != nil {
		return fmt.Errorf("look for the twin of case %s: %w", c.Ref, err)
	}
	if other != "" {
		v.Warnings = append(v.Warnings, d.inTheWay(ctx, l.Facts.Actor, other))
	}
	return nil
}

// twin names the live case that stands in the way of a commit, if the actor may see it.
func (d *Desk) twin(ctx context.Context, actor workflow.Actor, key string, err error) error {
	var refused *workflow.Refused
	if d.Twins == nil || !errors.As(err, &refused) || len(refused.Refusals) != 1 ||
		refused.Refusals[0].Rule != machine.UniqueRule {
		return err
	}
	other, lookup := d.Twins.LiveCase(ctx, key)
	if lookup != nil || other == "" {
		return err
	}
	told := *refused
	told.Refusals = []workflow.Refusal{d.inTheWay(ctx, actor, other)}
	return &told
}

func (d *Desk) inTheWay(ctx context.Context, actor workflow.Actor, other workflow.ID) workflow.Refusal {
	l, m, err := d.Load(ctx, actor, workflow.Command{Ref: other})
	if err != nil || !Visible(m, l.Facts) {
		return *workflow.No(machine.UniqueRule, "这个项目在本批次已有一件在办的申报，同一项目不能再提交",
			"the project has a live application in this round already; the same project cannot be submitted twice")
	}
	label := m.States[m.Shown(actor, &l.Facts.Case, l.Facts.Case.State)].Label
	return *workflow.No(machine.UniqueRule, "这个项目在本批次已有一件在办的申报 %[1]s（%[2]s），同一项目不能再提交；要重新申报，请先撤回那一件",
		"the project has a live application in this round already: %[1]s (%[3]s). The same project cannot be submitted "+
			"twice; withdraw that one first to apply again",
		l.Facts.Case.Ref, label.ZH, label.EN)
}
