package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

// erase decides and commits an erasing on a case. Nothing of the case is shown to who erases.
func (d *Desk) erase(ctx context.Context, actor Actor, x Erasure, id ID, events interface {
	Events(ctx context.Context, on ID) ([]Event, error)
}) error {
	for try := 1; ; try++ {
		l, m, err := d.load(ctx, actor, Command{Ref: x.Case, Key: x.Key})
		if err != nil {
			return err
		}
		if l.Receipt != nil {
			_, err := d.replay(ctx, actor, Command{Key: x.Key, Digest: x.Digest}, l.Receipt)
			return err
		}
		said, err := events.Events(ctx, l.Facts.Case.ID)
		if err != nil {
			return err
		}
		decision, err := m.erase(ctx, l.Facts, x, id, said)
		if err != nil {
			return err
		}
		body, err := json.Marshal(keep(&Receipt{View: bare(&decision.Case), Event: &decision.Events[0]}))
		if err != nil {
			return fmt.Errorf("encode receipt of %s: %w", l.Facts.Case.Ref, err)
		}
		c := Commit{Decision: decision, Actor: actor.ID, Key: x.Key, Digest: x.Digest, Receipt: body, Forever: true}
		c.Alarms = decision.Case.Alarms(l.Facts.Round != nil && l.Facts.Round.Rules.AllowProvisional)
		switch err := d.Store.Commit(ctx, c); {
		case errors.Is(err, ErrMoved) && try < tries: // or the key is there by now
		case errors.Is(err, ErrMoved):
			return &Stale{Current: l.Facts.Case.Version}
		case err != nil:
			return err
		default:
			d.wake()
			return nil
		}
	}
}

// EraseDoc is what the store is told of an erasing on a case: it clears the rows beside the case and lists it.
type EraseDoc struct {
	ID       ID          `json:"id"`
	Kind     ErasureKind `json:"kind"`
	Case     ID          `json:"case_id"`
	Seq      int         `json:"seq"` // of the event that says so
	Actor    ID          `json:"actor_id"`
	At       time.Time   `json:"at"`
	Reason   string      `json:"reason"`
	Event    int         `json:"event,omitempty"`
	Question string      `json:"question,omitempty"`
	N        int         `json:"n,omitempty"`
	File     ID          `json:"file,omitempty"`
	User     ID          `json:"user,omitempty"`
}

// erase is the decision: the case without what goes, and the event that says so.
func (m *Machine) erase(ctx context.Context, f Facts, x Erasure, id ID, said []Event) (Decision, error) {
	f.schema = m.def.Form
	f.refresh()
	w := m.begin(ctx, f, Command{Note: x.Reason}, map[string]any{"kind": string(x.Kind)})
	c := w.c()
	switch x.Kind {
	case ErasePayload:
		i := slices.IndexFunc(said, func(e Event) bool { return e.Seq == x.Event })
		if i < 0 || said[i].Action == EraseAction { // why something was erased stays
			return Decision{}, ErrNotFound
		}
		c.unsay(m.texts(&said[i]))
		w.fields["event"] = int64(x.Event)
	case EraseDraft:
		if c.AnswersRevision > 0 || c.Stage != NoStage || c.Parent != "" || c.Workflow == RoundWorkflow {
			return Decision{}, &Refused{Action: EraseAction, Refusals: []Refusal{*no("submitted",
				"这件申报已经提交过，不是草稿：请删除其中的某项回答、附件或办理内容",
				"this was submitted and is no draft: erase an answer, a file or what was said in an act")}}
		}
		c.Title, c.Data = erasedTitle, nil
	case EraseAnswer:
		w.fields["question"] = x.Question
	case EraseObjector:
		w.fields["objection"] = int64(x.Objection)
	case EraseFile:
		w.fields["file"] = x.File
	case eraseName:
		c.rename(x.User, x.pseudonym)
	}
	if err := w.event(EraseAction, c.State, c.State); err != nil {
		return Decision{}, err
	}
	d, err := w.finish()
	if err != nil {
		return Decision{}, err
	}
	d.Erase = &EraseDoc{ID: id, Kind: x.Kind, Case: c.ID, Seq: d.Case.Version, Actor: f.Actor.ID,
		At: f.Now.UTC().Truncate(time.Microsecond), Reason: x.Reason, Event: x.Event, Question: x.Question, N: x.Objection,
		File: x.File, User: x.User}
	return d, nil
}

// erasedTitle stands where the title of an erased draft stood.
const erasedTitle = "—"

// texts are what a person wrote in an event: its note and its fields of text, not what was chosen from a list.
func (m *Machine) texts(e *Event) []string {
	var p Payload
	if json.Unmarshal([]byte(e.Payload), &p) != nil {
		return nil
	}
	out := []string{p.Note}
	for i := range m.def.Actions {
		a := &m.def.Actions[i]
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

// unsay takes texts off the case: comments on scores, opinions of agencies, facts that acts recorded.
func (c *Case) unsay(texts []string) {
	for i := range c.Assignments {
		if a := &c.Assignments[i]; slices.Contains(texts, a.Comment) {
			a.Comment = ""
		}
	}
	for i := range c.Cosigns {
		if s := &c.Cosigns[i]; slices.Contains(texts, s.Opinion) {
			s.Opinion = ""
		}
	}
	for name, v := range c.Data {
		if s, ok := v.(string); ok && slices.Contains(texts, s) {
			c.Data[name] = ""
		}
	}
}

// rename puts a pseudonym where a person's name stands on the case.
func (c *Case) rename(user ID, name string) {
	for i := range c.Assignments {
		if a := &c.Assignments[i]; a.User == user {
			a.Name = name
		}
	}
	for i := range c.Approvals {
		if a := &c.Approvals[i]; a.By == user {
			a.Name = name
		}
	}
}
