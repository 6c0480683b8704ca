// Package desk is the single path of cases: it loads the facts, decides by the definition and commits. Jobs and the
// worker go the same way.
package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// Desk is the only write path of cases, and the only read path of a single case: for API, pages, timers and the
// command line alike. It loads, decides and commits.
type Desk struct {
	Machines machine.Machines
	Store    workflow.Store
	Clock    workflow.Clockwork
	Twins    machine.Twins      // finds the live case of the same project; nil: the refusal names no case
	Minutes  workflow.Minutes   // of rounds; where nil, actions that issue minutes fail
	Vacant   workflow.Vacancies // acts that no role holder may do; nil: none are shown
	Returns  Returns            // why cases were sent back; nil: no reason is shown
	// Learn loads definitions that other servers added, when the desk meets an unknown version; nil for a single
	// server.
	Learn func(context.Context) error
	// Wake is called after each commit; nil is fine.
	Wake func()
}

// Tries is how often a command is tried when its facts change before the commit (decision 15). A command that names a
// version ends at once where the case itself has moved.
const Tries = 3

// Do carries out a command and returns the receipt; the same one for a repetition under the same key. Errors are
// ErrNotFound, *Invalid, *Refused, *NotOffered, *Stale, ErrKeyReused, ErrKeyRequired or the store's.
func (d *Desk) Do(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*workflow.Receipt, error) {
	for try := 1; ; try++ {
		r, err := d.once(ctx, actor, cmd)
		switch {
		case errors.Is(err, workflow.ErrUnknown):
			return d.recall(ctx, actor, cmd)
		case !errors.Is(err, workflow.ErrMoved):
			return r, err
		case try == Tries:
			return nil, d.stale(ctx, actor, cmd)
		}
	}
}

func (d *Desk) once(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*workflow.Receipt, error) {
	l, m, err := d.Load(ctx, actor, cmd)
	if err != nil {
		return nil, err
	}
	if l.Receipt != nil {
		return d.Replay(ctx, actor, cmd, l.Receipt)
	}
	if !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	if cmd.Version != nil && *cmd.Version != l.Facts.Case.Version {
		return nil, &workflow.Stale{Named: true, Current: l.Facts.Case.Version}
	}
	if cmd.Mark != "" {
		cmd.Action = m.Doing(cmd.Mark)
	}
	if cmd.Action == workflow.SaveAction {
		return d.save(ctx, m, l, cmd)
	}
	decision, err := m.Decide(ctx, l.Facts, cmd)
	if err != nil {
		return nil, err
	}
	if err := d.deliver(ctx, l.Facts, decision.Children); err != nil {
		return nil, err
	}
	if err := d.minute(ctx, &decision); err != nil {
		return nil, err
	}
	keyed := decision.Keyed()
	if keyed && (cmd.Key == "" || cmd.Unkeyed) {
		return nil, workflow.ErrKeyRequired
	}
	if err := actor.RequireFresh(m.Confirms(l.Facts.Case.State, cmd.Action)); err != nil {
		return nil, err
	}
	receipt := &workflow.Receipt{View: d.veiled(After(m, *l, decision)), Event: &decision.Events[0]}
	// a declared conflict of interest ends access at once
	if after := (workflow.Facts{Case: decision.Case, Actor: actor}); !Visible(m, after) {
		receipt.View = Bare(&decision.Case)
	}
	body, err := json.Marshal(workflow.Keep(receipt))
	if err != nil {
		return nil, fmt.Errorf("encode receipt of %s: %w", l.Facts.Case.Ref, err)
	}
	c := workflow.Commit{Decision: decision, Actor: actor.ID, Key: cmd.Key, Digest: cmd.Digest, Receipt: body,
		Forever: keyed || len(decision.Postings) > 0}
	c.Alarms = decision.Case.Alarms(l.Facts.Round != nil && l.Facts.Round.Rules.AllowProvisional)
	if err := d.Store.Commit(ctx, c); err != nil {
		return nil, d.twin(ctx, actor, decision.Case.UniqueKey, err)
	}
	d.WakeUp()
	return receipt, nil
}

// Load reads the facts and fills in actor, time and calendar. After learning a definition it reads again: the
// definition may need other facts.
func (d *Desk) Load(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*workflow.Loaded,
	*machine.Machine, error) {
	l, m, err := d.loadKnown(ctx, actor, cmd)
	if err != nil || m != nil {
		return l, m, err
	}
	if d.Learn != nil {
		if err := d.Learn(ctx); err != nil {
			return nil, nil, err
		}
		if l, m, err = d.loadKnown(ctx, actor, cmd); err != nil || m != nil {
			return l, m, err
		}
	}
	c := l.Facts.Case
	return nil, nil, fmt.Errorf("case %s: no definition %s version %d", c.Ref, c.Workflow, c.DefinitionVersion)
}

// loadKnown returns a nil machine for a definition that this server does not know.
func (d *Desk) loadKnown(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*workflow.Loaded,
	*machine.Machine, error) {
	needs := d.needs(cmd.Action)
	l, err := d.Store.Load(ctx, workflow.LoadQuery{Ref: cmd.Ref, Actor: actor, Key: cmd.Key, Slot: d.slot(cmd),
		Needs: needs})
	if err != nil {
		return nil, nil, err
	}
	d.Complete(&l.Facts, actor)
	return l, d.machineOf(l), nil
}

func (d *Desk) Complete(f *workflow.Facts, actor workflow.Actor) {
	f.Actor, f.Now, f.Calendar = actor, d.Clock.Now(), d.Clock.Calendar()
	_, _ = rand.Read(f.Secret[:]) // never fails
}

// needs returns what actions of that name need under any definition: before the load the workflow is unknown.
func (d *Desk) needs(action string) (n workflow.Needs) {
	if action == "" { // the case is shown
		return workflow.Needs{Results: true}
	}
	d.Machines.Each(func(m *machine.Machine) {
		n = n.And(m.Needs(action))
	})
	return n
}

// slot returns which draft a command reads or writes.
func (d *Desk) slot(cmd workflow.Command) string {
	if prepared, _ := cmd.Fields["for"].(string); cmd.Action == "" || cmd.Action == workflow.SaveAction && prepared == "" {
		return workflow.AnswersSlot
	}
	slot := cmd.Action
	if cmd.Action == workflow.SaveAction {
		slot, _ = cmd.Fields["for"].(string)
	}
	action := slot
	d.Machines.Each(func(m *machine.Machine) {
		if m.AsksAnswers(action) {
			slot = workflow.AnswersSlot
		}
	})
	return slot
}

// Replay answers a repetition from the receipt, and marks the key so that the answer is durable before it is sent.
func (d *Desk) Replay(ctx context.Context, actor workflow.Actor, cmd workflow.Command,
	s *workflow.StoredReceipt) (*workflow.Receipt, error) {
	if s.Digest != cmd.Digest {
		return nil, workflow.ErrKeyReused
	}
	var kept workflow.KeptReceipt
	if err := json.Unmarshal(s.Receipt, &kept); err != nil {
		return nil, fmt.Errorf("decode receipt of key %q: %w", cmd.Key, err)
	}
	said, err := d.Store.Replay(ctx, actor.ID, cmd.Key)
	if err != nil {
		return nil, err
	}
	r := kept.Receipt(actor, said)
	r.Replay = true
	switch now, err := d.Show(ctx, actor, r.View.Case.ID); {
	// the actor may no longer see the case: the receipt holds only its id and reference
	case errors.Is(err, workflow.ErrNotFound):
	case err != nil:
		return nil, err
	default:
		r.View = *now
	}
	return &r, nil
}

// Bare returns all that a receipt says of a case that its actor may no longer see.
func Bare(c *workflow.Case) workflow.View {
	return workflow.View{Case: workflow.Case{ID: c.ID, Ref: c.Ref, Workflow: c.Workflow, Version: c.Version}}
}

// recall finds out what became of a commit whose answer was lost: its receipt, or ErrBusy.
func (d *Desk) recall(ctx context.Context, actor workflow.Actor, cmd workflow.Command) (*workflow.Receipt, error) {
	if cmd.Key == "" {
		return nil, workflow.ErrUnknown
	}
	l, _, err := d.Load(ctx, actor, cmd)
	if err != nil {
		return nil, workflow.ErrUnknown
	}
	if l.Receipt == nil {
		return nil, workflow.ErrBusy // not done, or not yet: under the same key it is safe to try again
	}
	return d.Replay(ctx, actor, cmd, l.Receipt)
}

func (d *Desk) stale(ctx context.Context, actor workflow.Actor, cmd workflow.Command) error {
	l, m, err := d.Load(ctx, actor, cmd)
	if err != nil {
		return err
	}
	if !Visible(m, l.Facts) {
		return workflow.ErrNotFound
	}
	current := l.Facts.Case.Version
	return &workflow.Stale{Named: cmd.Version != nil && *cmd.Version != current, Current: current}
}

// Show returns the case as the actor may see it, with its offers.
func (d *Desk) Show(ctx context.Context, actor workflow.Actor, ref string) (*workflow.View, error) {
	l, m, err := d.Load(ctx, actor, workflow.Command{Ref: ref})
	if err != nil {
		return nil, err
	}
	if !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	v := d.veiled(show(m, l))
	if err := d.warn(ctx, m, l, &v); err != nil {
		return nil, err
	}
	if err := d.returned(ctx, []*workflow.View{&v}, []*workflow.Loaded{l}); err != nil {
		return nil, err
	}
	return &v, nil
}

// Drafted returns the actor's own saved fields of an action; nil where nothing was saved.
func (d *Desk) Drafted(ctx context.Context, actor workflow.Actor, ref, action string) (json.RawMessage, error) {
	l, m, err := d.Load(ctx, actor, workflow.Command{Ref: ref, Action: action})
	if err != nil {
		return nil, err
	}
	if !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	return l.Facts.Draft, nil
}

// Views returns the rows of a list that the actor may see, with the reason of a return where the actor may correct
// the case.
func (d *Desk) Views(ctx context.Context, actor workflow.Actor, rows []workflow.Loaded) ([]*workflow.View, error) {
	var views []*workflow.View
	var shown []*workflow.Loaded
	for i := range rows {
		v, err := d.View(actor, &rows[i])
		if errors.Is(err, workflow.ErrNotFound) {
			continue // a test holds that a list's scope and Visible agree; if they ever differ, nothing leaks
		}
		if err != nil {
			return nil, err
		}
		views, shown = append(views, v), append(shown, &rows[i])
	}
	return views, d.returned(ctx, views, shown)
}

// View returns a row of a list as Show would, without another query, and fills actor, time and calendar into the row.
func (d *Desk) View(actor workflow.Actor, l *workflow.Loaded) (*workflow.View, error) {
	d.Complete(&l.Facts, actor)
	m := d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
	if m == nil || !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	v := d.veiled(show(m, l))
	return &v, nil
}

// veiled leaves out invisible children, and shows others than staff the state that a child's state is shown as.
func (d *Desk) veiled(v workflow.View) workflow.View {
	if gone := func(k workflow.Child) bool {
		m := d.Machines.Machine(k.Workflow, 0)
		return m != nil &&
			m.Unseen(k.State)
	}; slices.ContainsFunc(v.Children, gone) {
		v.Children = slices.DeleteFunc(slices.Clone(v.Children), gone)
	}
	if v.Inside {
		return v
	}
	for i := range v.Children {
		k := &v.Children[i]
		m := d.Machines.Machine(k.Workflow, 0)
		if m == nil || m.States[k.State] == nil || m.States[k.State].Shown == "" {
			continue
		}
		v.Children = slices.Clone(v.Children)
		v.Children[i].State = m.States[k.State].Shown
	}
	return v
}

func (d *Desk) Events(ctx context.Context, actor workflow.Actor, ref string,
	read func(context.Context, workflow.ID) ([]workflow.Event, error)) ([]workflow.Event, error) {
	l, m, err := d.Load(ctx, actor, workflow.Command{Ref: ref})
	if err != nil {
		return nil, err
	}
	if !Visible(m, l.Facts) {
		return nil, workflow.ErrNotFound
	}
	events, err := read(ctx, l.Facts.Case.ID)
	if err != nil {
		return nil, err
	}
	return ShowEvents(m, l.Facts, events), nil
}

// save needs the same right as the action whose work it keeps.
func (d *Desk) save(ctx context.Context, m *machine.Machine, l *workflow.Loaded,
	cmd workflow.Command) (*workflow.Receipt, error) {
	draft, err := Draft(m, l.Facts, cmd)
	if err != nil {
		return nil, err
	}
	if err := d.Store.SaveDraft(ctx, draft); err != nil {
		return nil, err
	}
	l.Facts.Draft = draft.Body
	if draft.Slot == workflow.AnswersSlot {
		l.Facts.DraftBy, l.Facts.DraftName, l.Facts.DraftAt, l.Facts.Written = draft.Actor, l.Facts.Actor.Name, draft.At,
			draft.Written
	}
	return &workflow.Receipt{View: show(m, l)}, nil
}

type Opening struct {
	ID           workflow.ID // "" makes one
	Workflow     string
	Round        workflow.ID
	Organization workflow.ID
	Project      workflow.ID
	Key          string
	Digest       workflow.Hash
	Fields       map[string]any        // track, requested_fen, title, region where the definition asks for them
	Details      *workflow.RoundRecord // of a round, already checked (Registry.OpenRound)
}

// Open creates a case in its initial state.
func (d *Desk) Open(ctx context.Context, actor workflow.Actor, o Opening) (*workflow.Receipt, error) {
	for try := 1; ; try++ {
		r, err := d.open(ctx, actor, o)
		if try == Tries || !errors.Is(err, workflow.ErrMoved) {
			return r, err
		}
	}
}

func (d *Desk) open(ctx context.Context, actor workflow.Actor, o Opening) (*workflow.Receipt, error) {
	m, err := d.Opens(ctx, o.Workflow)
	if err != nil {
		return nil, err
	}
	q := workflow.OpeningQuery{Actor: actor, Workflow: o.Workflow, Round: o.Round, Organization: o.Organization,
		Project: o.Project,
		Key:     o.Key}
	l, err := d.Store.LoadOpening(ctx, q)
	if err != nil {
		return nil, err
	}
	cmd := workflow.Command{Key: o.Key, Digest: o.Digest}
	if l.Receipt != nil {
		return d.Replay(ctx, actor, cmd, l.Receipt)
	}
	d.Complete(&l.Facts, actor)
	if l.Facts.Round != nil {
		o.Round = l.Facts.Round.ID // the caller may have named it by its reference
	}
	if r := l.Facts.Round; r != nil && r.Kind == o.Workflow && r.Definition > 0 { // a round's cases share its version
		if m = d.Machines.Opens(o.Workflow, r.Definition); m == nil {
			return nil, notApproved(o.Workflow, r.Definition)
		}
	}
	birth, err := Open(m, ctx, *l, o)
	if err != nil {
		return nil, err
	}
	birth.Round = o.Details
	l.Facts.Case = birth.Case
	l.Facts.DraftRead = true // a new case has no draft to read
	r := &workflow.Receipt{View: show(m, l), Event: &birth.Event}
	body, err := json.Marshal(workflow.Keep(r))
	if err != nil {
		return nil, fmt.Errorf("encode receipt of a new %s: %w", o.Workflow, err)
	}
	c := workflow.Commit{Actor: actor.ID, Key: o.Key, Digest: o.Digest, Receipt: body}
	if l.Facts.Round != nil {
		c.Decision.Asserts.Round = l.Facts.Round.Version // it takes drafts as it stands now
	}
	body, err = d.Store.Open(ctx, birth, c)
	if err != nil {
		return nil, err
	}
	d.WakeUp()
	var kept workflow.KeptReceipt
	if err := json.Unmarshal(body, &kept); err != nil {
		return nil, fmt.Errorf("decode receipt of a new %s: %w", o.Workflow, err)
	}
	r.View.Case.Ref = kept.Case.Ref
	return r, nil
}

func (d *Desk) WakeUp() {
	if d.Wake != nil {
		d.Wake()
	}
}
