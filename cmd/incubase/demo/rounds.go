package demo

import (
	"context"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/money"
	"incubase/workflow/registry"
)

// actOnRound creates a round with rules, form and panel, or does one of its actions.
func (l *loader) actOnRound(ctx context.Context, t task) error {
	r, officer := t.round, l.people.get(l.officerOf(t.round))
	key := fmt.Sprintf("demo/round/%s/%d", r.Key, t.n)
	if t.step.Do != "create" {
		cmd := workflow.Command{Ref: l.ids.get("round/" + r.Key), Action: t.step.Do, Key: key}
		if _, err := l.desk.Do(ctx, officer, cmd); err != nil {
			return fmt.Errorf("%s round %s: %w", t.step.Do, r.Key, err)
		}
		return nil
	}
	n, err := l.newRound(r, t.at.day.AddDays(r.Steps[0].Ago))
	if err != nil {
		return fmt.Errorf("prepare round %s: %w", r.Key, err)
	}
	made, err := l.registry.OpenRound(ctx, officer, n, registry.RecordCommand{Key: key})
	if err != nil {
		return fmt.Errorf("prepare round %s: %w", r.Key, err)
	}
	l.ids.set("round/"+r.Key, made.ID)
	for _, login := range r.Reviewers {
		if err := l.grant(ctx, login, workflow.NewRole{Role: workflow.RoleReviewer, Round: made.ID}); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) officerOf(r *round) string {
	if r.Region.County() == "231102" {
		return "officer-heihe"
	}
	return "officer"
}

// newRound returns a round with a preset's rules. Its clocks may run past the published holidays, so that the
// demonstration does not stop at the turn of the year.
func (l *loader) newRound(r *round, today calendar.Date) (registry.NewRound, error) {
	preset, err := catalog.LoadPreset(r.Preset)
	if err != nil {
		return registry.NewRound{}, err
	}
	rules := preset.Rules
	rules.AllowProvisional = true
	rules.DocumentWord = "演民社孵"
	rules.Contact = "演示孵化基地 0000-1234567，工作日 9:00—17:00"
	form, err := catalog.Form(r.Kind)
	if err != nil {
		return registry.NewRound{}, err
	}
	total, err := money.ParseYuan(r.Total)
	opens := today.AddDays(-r.Opens).Start()
	closes := today.AddDays(-r.Closes).Start().Add(17 * time.Hour)
	return registry.NewRound{Name: workflow.Text{ZH: r.ZH, EN: r.EN}, Kind: r.Kind, Region: string(r.Region),
		Agency: l.ids.get("agency/" + r.Agency), Opens: &opens, Closes: &closes, Rules: &rules, Form: form, Total: total}, err
}
