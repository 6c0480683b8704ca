package erase

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
)

// erase shows the actor nothing of the case.
func erase(d *desk.Desk, ctx context.Context, actor workflow.Actor, x Erasure, id workflow.ID, events interface {
	Events(ctx context.Context, on workflow.ID) ([]workflow.Event, error)
}) error {
	for try := 1; ; try++ {
		l, m, err := d.Load(ctx, actor, workflow.Command{Ref: x.Case, Key: x.Key})
		if err != nil {
			return err
		}
		if l.Receipt != nil {
			_, err := d.Replay(ctx, actor, workflow.Command{Key: x.Key, Digest: x.Digest}, l.Receipt)
			return err
		}
		said, err := events.Events(ctx, l.Facts.Case.ID)
		if err != nil {
			return err
		}
		decision, err := decideErasure(m, ctx, l.Facts, x, id, said)
		if err != nil {
			return err
		}
		body, err := json.Marshal(workflow.Keep(&workflow.Receipt{View: desk.Bare(&decision.Case),
			Event: &decision.Events[0]}))
		if err != nil {
			return fmt.Errorf("encode receipt of %s: %w", l.Facts.Case.Ref, err)
		}
		c := workflow.Commit{Decision: decision, Actor: actor.ID, Key: x.Key, Digest: x.Digest, Receipt: body, Forever: true}
		c.Alarms = decision.Case.Alarms(l.Facts.Round != nil && l.Facts.Round.Rules.AllowProvisional)
		switch err := d.Store.Commit(ctx, c); {
		case errors.Is(err, workflow.ErrMoved) && try < desk.Tries: // or the key has been used meanwhile
		case errors.Is(err, workflow.ErrMoved):
			return &workflow.Stale{Current: l.Facts.Case.Version}
		case err != nil:
			return err
		default:
			d.WakeUp()
			return nil
		}
	}
}

func decideErasure(m *machine.Machine, ctx context.Context, f workflow.Facts, x Erasure, id workflow.ID,
	said []workflow.Event) (workflow.Decision, error) {
	f.Schema = m.Def.Form
	f.Refresh()
	w := m.Begin(ctx, f, workflow.Command{Note: x.Reason}, map[string]any{"kind": string(x.Kind)})
	c := w.C()
	switch x.Kind {
	case workflow.ErasePayload:
		i := slices.IndexFunc(said, func(e workflow.Event) bool { return e.Seq == x.Event })
		if i < 0 || said[i].Action == machine.EraseAction { // the reason of an erasure stays
			return workflow.Decision{}, workflow.ErrNotFound
		}
		c.ClearTexts(texts(m, &said[i]))
		w.Fields["event"] = int64(x.Event)
	case workflow.EraseDraft:
		if c.AnswersRevision > 0 || c.Stage != workflow.NoStage || c.Parent != "" || c.Workflow == machine.RoundWorkflow {
			return workflow.Decision{}, &workflow.Refused{Action: machine.EraseAction,
				Refusals: []workflow.Refusal{*workflow.No("submitted",
					"这件申报已经提交过，不是草稿：请删除其中的某项回答、附件或办理内容",
					"this was submitted and is no draft: erase an answer, a file or what was said in an act")}}
		}
		c.Title, c.Data = erasedTitle, nil
	case workflow.EraseAnswer:
		w.Fields["question"] = x.Question
	case workflow.EraseObjector:
		w.Fields["objection"] = int64(x.Objection)
	case workflow.EraseFile:
		w.Fields["file"] = x.File
	case workflow.EraseName:
		c.Rename(x.User, x.pseudonym)
	}
	if err := w.Event(machine.EraseAction, c.State, c.State); err != nil {
		return workflow.Decision{}, err
	}
	d, err := w.Finish()
	if err != nil {
		return workflow.Decision{}, err
	}
	d.Erase = &workflow.EraseDoc{ID: id, Kind: x.Kind, Case: c.ID, Seq: d.Case.Version, Actor: f.Actor.ID,
		At: f.Now.UTC().Truncate(time.Microsecond), Reason: x.Reason, Event: x.Event, Question: x.Question, N: x.Objection,
		File: x.File, User: x.User}
	return d, nil
}

const erasedTitle = "—"

// texts returns what a person wrote in an event, not choices from a list.
func texts(m *machine.Machine, e *workflow.Event) []string {
	var p workflow.Payload
	if json.Unmarshal([]byte(e.Payload), &p) != nil {
		return nil
	}
	out := []string{p.Note}
	for i := range m.Def.Actions {
		a := &m.Def.Actions[i]
		if a.Name != e.Action {
			continue
		}
		for _, def := range a.Fields {
			if s, ok := p.Fields[def.Name].(string); ok && def.Type == "text" {
				out = append(out, s)
			}
		}
	}
	return slices.DeleteFunc(out, func(s string) bool { return s == "" })
}
