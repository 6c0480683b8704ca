package workflow

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Desk is the only write path of cases, and the only read path of a single case: for JSON, pages, timers, the demo and
// the command line alike. It loads, decides and commits; what it may not do, nobody may.
type Desk struct {
	Machines Machines
	Store    Store
	Clock    Clockwork
	Twins    Twins     // finds the live case that stands in the way of another; nil: nobody is told which
	Minutes  Minutes   // of rounds: an act that issues some fails without
	Vacant   Vacancies // what nobody may do; nil tells of none
	Returns  Returns   // why cases were sent back; nil tells of none
	// Learn takes in the definitions that other servers loaded since this one last looked; nil where there is one server.
	// The desk asks for it when it meets a version it does not know.
	Learn func(context.Context) error
	// Wake is told after each commit that signals wait; nil is fine.
	Wake func()
}

// tries is how often a command is tried when what it was decided on moves underneath (decision 15). One that names a
// version is over at once where the case itself has moved; its round, its organization or its parent may move
// meanwhile.
const tries = 3

// Do carries out a command. It answers with the receipt (a repetition under the same key gets the same one), or with
// ErrNotFound, *Invalid, *Refused, *NotOffered, *Stale, ErrKeyReused, ErrKeyRequired or an error of the store.
func (d *Desk) Do(ctx context.Context, actor Actor, cmd Command) (*Receipt, error) {
	for try := 1; ; try++ {
		r, err := d.once(ctx, actor, cmd)
		switch {
		case errors.Is(err, ErrUnknown):
			return d.recall(ctx, actor, cmd)
		case !errors.Is(err, ErrMoved):
			return r, err
		case try == tries:
			return nil, d.stale(ctx, actor, cmd)
		}
	}
}

// once is one load, decision and commit.
func (d *Desk) once(ctx context.Context, actor Actor, cmd Command) (*Receipt, error) {
	l, m, err := d.load(ctx, actor, cmd)
	if err != nil {
		return nil, err
	}
	if l.Receipt != nil {
		return d.replay(ctx, actor, cmd, l.Receipt)
	}
	if !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	if cmd.Version != nil && *cmd.Version != l.Facts.Case.Version {
		return nil, &Stale{Named: true, Current: l.Facts.Case.Version}
	}
	if cmd.Effect != "" {
		cmd.Action = m.doing(cmd.Effect)
	}
	if cmd.Action == SaveAction {
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
		return nil, ErrKeyRequired
	}
	if err := actor.confirmed(m.confirms(l.Facts.Case.State, cmd.Action)); err != nil {
		return nil, err
	}
	receipt := &Receipt{View: d.veiled(m.After(*l, decision)), Event: &decision.Events[0]}
	// a conflict of interest ends access at once
	if after := (Facts{Case: decision.Case, Actor: actor}); !m.Visible(after) {
		receipt.View = bare(&decision.Case)
	}
	body, err := json.Marshal(keep(receipt))
	if err != nil {
		return nil, fmt.Errorf("encode receipt of %s: %w", l.Facts.Case.Ref, err)
	}
	c := Commit{Decision: decision, Actor: actor.ID, Key: cmd.Key, Digest: cmd.Digest, Receipt: body,
		Forever: keyed || len(decision.Postings) > 0}
	c.Alarms = decision.Case.Alarms(l.Facts.Round != nil && l.Facts.Round.Rules.AllowProvisional)
	if err := d.Store.Commit(ctx, c); err != nil {
		return nil, d.twin(ctx, actor, decision.Case.UniqueKey, err)
	}
	d.wake()
	return receipt, nil
}

// load reads the facts and fills in what is not the store's: who, when and the calendar. It reads again after learning
// a definition, as that may need other facts.
func (d *Desk) load(ctx context.Context, actor Actor, cmd Command) (*Loaded, *Machine, error) {
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

// loadKnown is load with the definitions this server knows: no machine for another.
func (d *Desk) loadKnown(ctx context.Context, actor Actor, cmd Command) (*Loaded, *Machine, error) {
	needs := d.needs(cmd.Action)
	l, err := d.Store.Load(ctx, LoadQuery{Ref: cmd.Ref, Actor: actor, Key: cmd.Key, Slot: d.slot(cmd), Needs: needs})
	if err != nil {
		return nil, nil, err
	}
	d.complete(&l.Facts, actor)
	return l, d.machineOf(l), nil
}

func (d *Desk) complete(f *Facts, actor Actor) {
	f.Actor, f.Now, f.Calendar = actor, d.Clock.Now(), d.Clock.Calendar()
	_, _ = rand.Read(f.Secret[:]) // never fails
}

// needs is what any definition's action of that name asks for: the workflow is not known before the load.
func (d *Desk) needs(action string) (n Needs) {
	if action == "" {
		return n
	}
	d.Machines.Each(func(m *Machine) {
		x := m.Needs(action)
		n.Reviewers, n.Agencies, n.Objections = n.Reviewers || x.Reviewers, n.Agencies || x.Agencies,
			n.Objections || x.Objections
	})
	return n
}

// slot is where the draft of a command lies: the answers' one for reading and for every action that asks for answers.
func (d *Desk) slot(cmd Command) string {
	if prepared, _ := cmd.Fields["for"].(string); cmd.Action == "" || cmd.Action == SaveAction && prepared == "" {
		return AnswersSlot
	}
	slot := cmd.Action
	if cmd.Action == SaveAction {
		slot, _ = cmd.Fields["for"].(string)
	}
	action := slot
	d.Machines.Each(func(m *Machine) {
		if m.asksAnswers(action) {
			slot = AnswersSlot
		}
	})
	return slot
}

// replay answers a repetition from the receipt, and marks the key so that the answer is durable where it was given.
func (d *Desk) replay(ctx context.Context, actor Actor, cmd Command, s *StoredReceipt) (*Receipt, error) {
	if s.Digest != cmd.Digest {
		return nil, ErrKeyReused
	}
	var kept keptReceipt
	if err := json.Unmarshal(s.Receipt, &kept); err != nil {
		return nil, fmt.Errorf("decode receipt of key %q: %w", cmd.Key, err)
	}
	said, err := d.Store.Replay(ctx, actor.ID, cmd.Key)
	if err != nil {
		return nil, err
	}
	r := kept.receipt(actor, said)
	r.Replay = true
	switch now, err := d.Show(ctx, actor, r.View.Case.ID); {
	case errors.Is(err, ErrNotFound): // the actor may no longer see the case: the receipt holds only its id and reference
	case err != nil:
		return nil, err
	default:
		r.View = *now
	}
	return &r, nil
}

// bare is all that a receipt says of a case to somebody who may no longer see it.
func bare(c *Case) View {
	return View{Case: Case{ID: c.ID, Ref: c.Ref, Workflow: c.Workflow, Version: c.Version}}
}

// recall finds out what became of a commit whose answer was lost: the receipt is there, or nothing has happened so far.
func (d *Desk) recall(ctx context.Context, actor Actor, cmd Command) (*Receipt, error) {
	if cmd.Key == "" {
		return nil, ErrUnknown
	}
	l, _, err := d.load(ctx, actor, cmd)
	if err != nil {
		return nil, ErrUnknown
	}
	if l.Receipt == nil {
		return nil, ErrBusy // not done, or not yet: under the same key it is safe to try again
	}
	return d.replay(ctx, actor, cmd, l.Receipt)
}

func (d *Desk) stale(ctx context.Context, actor Actor, cmd Command) error {
	l, m, err := d.load(ctx, actor, cmd)
	if err != nil {
		return err
	}
	if !m.Visible(l.Facts) {
		return ErrNotFound
	}
	current := l.Facts.Case.Version
	return &Stale{Named: cmd.Version != nil && *cmd.Version != current, Current: current}
}

// Show is the case as the actor may see it, with its offers.
func (d *Desk) Show(ctx context.Context, actor Actor, ref string) (*View, error) {
	l, m, err := d.load(ctx, actor, Command{Ref: ref})
	if err != nil {
		return nil, err
	}
	if !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	v := d.veiled(m.show(l))
	if err := d.warn(ctx, m, l, &v); err != nil {
		return nil, err
	}
	if err := d.returned(ctx, []*View{&v}, []*Loaded{l}); err != nil {
		return nil, err
	}
	return &v, nil
}

// Drafted is the actor's own saved work on an action, as an object of its fields; nil where nothing was saved.
func (d *Desk) Drafted(ctx context.Context, actor Actor, ref, action string) (json.RawMessage, error) {
	l, m, err := d.load(ctx, actor, Command{Ref: ref, Action: action})
	if err != nil {
		return nil, err
	}
	if !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	return l.Facts.Draft, nil
}

// Views are the rows of a list as the actor may see them, with why each was sent back where the actor may correct it.
// Rows that have moved out of the actor's sight this very moment are left out.
func (d *Desk) Views(ctx context.Context, actor Actor, rows []Loaded) ([]*View, error) {
	var views []*View
	var shown []*Loaded
	for i := range rows {
		v, err := d.View(actor, &rows[i])
		if errors.Is(err, ErrNotFound) {
			continue // a list's scope and the case's own rule agree, a test says; were they not to, nothing leaks
		}
		if err != nil {
			return nil, err
		}
		views, shown = append(views, v), append(shown, &rows[i])
	}
	return views, d.returned(ctx, views, shown)
}

// View is a row of a list as the actor may see it: the same truth as Show, without another question to the store. Who,
// when and the calendar are filled into the row.
func (d *Desk) View(actor Actor, l *Loaded) (*View, error) {
	d.complete(&l.Facts, actor)
	m := d.Machines.Machine(l.Facts.Case.Workflow, l.Facts.Case.DefinitionVersion)
	if m == nil || !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	v := d.veiled(m.show(l))
	return &v, nil
}

// veiled leaves out the children that nobody sees any more, and shows to who is not of the staff the others in the
// states that these are shown in to others.
func (d *Desk) veiled(v View) View {
	if gone := func(k Child) bool {
		m := d.Machines.Machine(k.Workflow, 0)
		return m != nil &&
			m.unseen(k.State)
	}; slices.ContainsFunc(v.Children, gone) {
		v.Children = slices.DeleteFunc(slices.Clone(v.Children), gone)
	}
	if v.inside {
		return v
	}
	for i := range v.Children {
		k := &v.Children[i]
		m := d.Machines.Machine(k.Workflow, 0)
		if m == nil || m.states[k.State] == nil || m.states[k.State].Shown == "" {
			continue
		}
		v.Children = slices.Clone(v.Children)
		v.Children[i].State = m.states[k.State].Shown
	}
	return v
}

// Events masks a time line that a store has read, for an actor who may see the case.
func (d *Desk) Events(ctx context.Context, actor Actor, ref string,
	read func(context.Context, ID) ([]Event, error)) ([]Event, error) {
	l, m, err := d.load(ctx, actor, Command{Ref: ref})
	if err != nil {
		return nil, err
	}
	if !m.Visible(l.Facts) {
		return nil, ErrNotFound
	}
	events, err := read(ctx, l.Facts.Case.ID)
	if err != nil {
		return nil, err
	}
	return m.ShowEvents(l.Facts, events), nil
}

// save keeps work in progress. It needs the same right as the action it prepares.
func (d *Desk) save(ctx context.Context, m *Machine, l *Loaded, cmd Command) (*Receipt, error) {
	draft, err := m.Draft(l.Facts, cmd)
	if err != nil {
		return nil, err
	}
	if err := d.Store.SaveDraft(ctx, draft); err != nil {
		return nil, err
	}
	l.Facts.Draft = draft.Body
	if draft.Slot == AnswersSlot {
		l.Facts.DraftBy, l.Facts.DraftName, l.Facts.DraftAt, l.Facts.Written = draft.Actor, l.Facts.Actor.Name, draft.At,
			draft.Written
	}
	return &Receipt{View: m.show(l)}, nil
}

// Opening asks for a new case.
type Opening struct {
	ID           ID // "" makes one
	Workflow     string
	Round        ID
	Organization ID
	Project      ID
	Key          string
	Digest       Hash
	Fields       map[string]any // track, requested_fen, title, region where the definition asks for them
	Details      *RoundRecord   // of a round, already checked (Registry.OpenRound)
}

// Open gives birth to a case in its initial state. It is tried again where the round has changed meanwhile.
func (d *Desk) Open(ctx context.Context, actor Actor, o Opening) (*Receipt, error) {
	for try := 1; ; try++ {
		r, err := d.open(ctx, actor, o)
		if try == tries || !errors.Is(err, ErrMoved) {
			return r, err
		}
	}
}

func (d *Desk) open(ctx context.Context, actor Actor, o Opening) (*Receipt, error) {
	m, err := d.opens(ctx, o.Workflow)
	if err != nil {
		return nil, err
	}
	q := OpeningQuery{Actor: actor, Workflow: o.Workflow, Round: o.Round, Organization: o.Organization, Project: o.Project,
		Key: o.Key}
	l, err := d.Store.LoadOpening(ctx, q)
	if err != nil {
		return nil, err
	}
	cmd := Command{Key: o.Key, Digest: o.Digest}
	if l.Receipt != nil {
		return d.replay(ctx, actor, cmd, l.Receipt)
	}
	d.complete(&l.Facts, actor)
	if l.Facts.Round != nil {
		o.Round = l.Facts.Round.ID // it may have been named by its reference
	}
	if r := l.Facts.Round; r != nil && r.Kind == o.Workflow && r.Definition > 0 { // a round's cases share its version
		if m = d.Machines.Opens(o.Workflow, r.Definition); m == nil {
			return nil, notApproved(o.Workflow, r.Definition)
		}
	}
	birth, err := m.Open(ctx, *l, o)
	if err != nil {
		return nil, err
	}
	birth.Round = o.Details
	l.Facts.Case = birth.Case
	l.Facts.DraftRead = true // nothing is saved yet, which is all there is to read
	r := &Receipt{View: m.show(l), Event: &birth.Event}
	body, err := json.Marshal(keep(r))
	if err != nil {
		return nil, fmt.Errorf("encode receipt of a new %s: %w", o.Workflow, err)
	}
	c := Commit{Actor: actor.ID, Key: o.Key, Digest: o.Digest, Receipt: body}
	if l.Facts.Round != nil {
		c.Decision.Asserts.Round = l.Facts.Round.Version // it takes drafts as it stands now
	}
	body, err = d.Store.Open(ctx, birth, c)
	if err != nil {
		return nil, err
	}
	d.wake()
	var kept keptReceipt
	if err := json.Unmarshal(body, &kept); err != nil {
		return nil, fmt.Errorf("decode receipt of a new %s: %w", o.Workflow, err)
	}
	r.View.Case.Ref = kept.Case.Ref
	return r, nil
}

func (d *Desk) wake() {
	if d.Wake != nil {
		d.Wake()
	}
}
