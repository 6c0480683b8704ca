package api_test

import (
	"context"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/erase"
)

func (w *world) Preview(_ context.Context, x erase.Erasure) (*erase.ErasurePreview, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cases[x.Case] == nil {
		return nil, workflow.ErrNotFound
	}
	return &erase.ErasurePreview{Ref: x.Case, Events: 1}, nil
}

func (w *world) NamedOn(context.Context, workflow.ID) ([]string, error) { return nil, nil }

func (w *world) Erasure(_ context.Context, id workflow.ID) (*erase.Erased, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.erased {
		if w.erased[i].ID == id {
			return &w.erased[i], nil
		}
	}
	return nil, workflow.ErrNotFound
}

func (w *world) Erasures(_ context.Context, actor workflow.Actor, _ string, _ int) ([]erase.Erased, string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.erased, "", erase.MayReadErasures(actor)
}

func (w *world) Retentions(context.Context) ([]erase.Retention, error) {
	return []erase.Retention{{Kind: "personal", Since: calendar.Date{Year: 2021, Month: 11, Day: 1},
		Title: workflow.Text{ZH: "个人信息", EN: "personal data"}, Source: "个人信息保护法（2021）第四十七条"}}, nil
}

func (w *world) Sweep(context.Context) error { return nil }
