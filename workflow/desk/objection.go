package desk

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// shownObjections returns the first ones as the reader may see them, unanswered ones first.
func shownObjections(m *machine.Machine, f *workflow.Facts, part machine.ActorParties) []workflow.Objection {
	list := slices.Clone(f.Objections)
	slices.SortStableFunc(list, func(a, b workflow.Objection) int {
		if (a.Resolved == nil) != (b.Resolved == nil) {
			if a.Resolved == nil {
				return -1
			}
			return 1
		}
		return a.N - b.N
	})
	return maskObjections(m, f, part, list[:min(len(list), workflow.ObjectionsShown)])
}

// maskObjections masks by reader: reviewers and agencies read none; the applicant and most of the staff do not read
// the objector's name; no reader sees the code.
func maskObjections(m *machine.Machine, f *workflow.Facts, part machine.ActorParties,
	list []workflow.Objection) []workflow.Objection {
	staff := part.Inside()
	if !staff && !part.Applicant() {
		return nil
	}
	objectors := part.By(workflow.RelSystem) || knowsObjectors(f.Actor, &f.Case)
	for i := range list {
		o := &list[i]
		o.Code = ""
		if !objectors {
			o.Name, o.Contact, o.Files = "", "", nil
		}
		if !staff {
			o.By = ""
		}
	}
	return list
}

// Objections returns the objections that read finds for the case, as the actor may see them.
func (d *Desk) Objections(ctx context.Context, actor workflow.Actor, ref string,
	read func(context.Context, workflow.ID) ([]workflow.Objection, error)) (*workflow.View, []workflow.Objection, error) {
	l, m, err := d.Load(ctx, actor, workflow.Command{Ref: ref})
	if err != nil {
		return nil, nil, err
	}
	v := show(m, l)
	if !Visible(m, l.Facts) || v.Veiled {
		return nil, nil, workflow.ErrNotFound
	}
	list, err := read(ctx, l.Facts.Case.ID)
	if err != nil {
		return nil, nil, err
	}
	return &v, maskObjections(m, &l.Facts, m.PartiesOf(actor, &l.Facts.Case), list), nil
}
