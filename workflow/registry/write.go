package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incubase/workflow"
	"incubase/workflow/desk"
)

// Registry is the only write path of records: it reads, decides by the table of rights, checks every field and writes
// once.
type Registry struct {
	Store     RecordStore
	Clock     workflow.Clockwork
	Regions   workflow.Regions
	Passwords Passwords
	Codes     Codes
	Desk      *desk.Desk // opens the cases of rounds
}

// Passwords hashes and checks passwords, a bounded number at a time.
type Passwords interface {
	HashPassword(ctx context.Context, password string) (string, error)
	// CheckPassword checks the user's present password. *Throttled after too many wrong ones.
	CheckPassword(ctx context.Context, user workflow.ID, password string) (bool, error)
	// KnownOf returns the names of the user's organizations, agencies and places: what a guesser tries first.
	KnownOf(ctx context.Context, user workflow.ID) ([]string, error)
}

type RecordCommand struct {
	Version *int // If-Match; nil: against the current version
	Key     string
	Digest  workflow.Hash
	Note    string // why
}

type Record interface {
	RecordKey() (workflow.RecordKind, workflow.ID)
	RecordVersion() *int
	Touch(at time.Time)
}

// create writes the record that decide makes; a repetition under the same key gets the same answer.
func create[T any, P interface {
	*T
	Record
}](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand, kind workflow.RecordKind,
	decide func() (T, string, error)) (*T, error) {
	out, err := replayed[T](ctx, r, actor, cmd, kind)
	if out != nil || err != nil {
		return out, err
	}
	for try := 1; ; try++ {
		rec, secret, err := decide()
		if err == nil {
			P(&rec).Touch(r.now())
			*P(&rec).RecordVersion() = 1
			out, err = commit[T, P](ctx, r, actor, cmd, nil, Edit[T]{After: rec, Op: "create", secret: secret})
		}
		switch {
		case err == nil:
			return out, nil
		case errors.Is(err, workflow.ErrUnknown):
			return settled[T](ctx, r, actor, cmd, kind, err)
		}
		// The record in the way may be that of the same request, sent twice.
		twin, unread := replayed[T](ctx, r, actor, cmd, kind)
		switch moved := errors.Is(err, workflow.ErrMoved); {
		case twin != nil:
			return twin, nil
		case moved && unread != nil:
			return nil, unread
		case moved && try == desk.Tries:
			return nil, workflow.ErrBusy // surely not done: safe to try again
		case !moved:
			return nil, err
		}
	}
}

type Edit[T any] struct {
	After  T
	Op     string
	secret string
	acts   []string       // of the table of rights, where they say more than Op
	Erases *EraseEntryDoc // what to erase from the record's log
}

// Change reads a record, lets decide change it, and writes that unless it has changed meanwhile. Without a version it
// then tries again.
func Change[T any, P interface {
	*T
	Record
}](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand, kind workflow.RecordKind, id workflow.ID,
	decide func(before T) (Edit[T], error)) (*T, error) {
	for try := 1; ; try++ {
		var before T
		earlier, err := r.Store.ReadRecord(ctx, kind, id, actor.ID, cmd.Key, &before)
		if earlier != nil {
			return Replay[T](ctx, r, actor, cmd, earlier)
		}
		if err != nil {
			return nil, err
		}
		current := *P(&before).RecordVersion()
		e, err := decide(before)
		if cmd.Version != nil && *cmd.Version != current && !closed(err) {
			return nil, &workflow.Stale{Named: true, Current: current}
		}
		if err != nil {
			return nil, err
		}
		P(&e.After).Touch(r.now())
		*P(&e.After).RecordVersion() = current + 1
		out, err := commit[T, P](ctx, r, actor, cmd, &current, e)
		switch {
		case errors.Is(err, workflow.ErrUnknown):
			return settled[T](ctx, r, actor, cmd, kind, err)
		case !errors.Is(err, workflow.ErrMoved):
			return out, err
		case cmd.Version == nil && try == desk.Tries:
			return nil, &workflow.Stale{Current: current + 1}
		}
	}
}

// closed reports whether an error hides the record from the actor; it comes before all others.
func closed(err error) bool {
	var r *workflow.Refused
	return errors.Is(err, workflow.ErrNotFound) || errors.As(err, &r) && r.Forbidden()
}

func commit[T any, P interface {
	*T
	Record
}](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand, version *int, e Edit[T]) (*T, error) {
	kind, id := P(&e.After).RecordKey()
	if err := actor.RequireFresh(workflow.Confirms(kind, append(e.acts, e.Op))); err != nil {
		return nil, err
	}
	w := RecordWrite{Kind: kind, ID: id, Op: e.Op, Version: version, Actor: actor.ID, Key: cmd.Key,
		Digest: cmd.Digest, At: r.now(), Body: e.After, Secret: e.secret, Note: cmd.Note, Erase: e.Erases}
	if w.Erase != nil {
		w.Erase.At = w.At
	}
	body, err := r.Store.WriteRecord(ctx, w)
	if err != nil {
		return nil, err
	}
	var out T
	if err := json.Unmarshal(body, &out); err != nil {
		return nil, fmt.Errorf("decode %s %s as written: %w", kind, id, err)
	}
	return &out, nil
}

// replayed returns the answer of an earlier receipt under the same key; nil if there is none.
func replayed[T any](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand,
	kind workflow.RecordKind) (*T, error) {
	if cmd.Key == "" {
		return nil, nil
	}
	earlier, err := r.Store.ReadRecord(ctx, kind, "", actor.ID, cmd.Key, nil)
	if err != nil || earlier == nil {
		return nil, err
	}
	return Replay[T](ctx, r, actor, cmd, earlier)
}

func Replay[T any](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand,
	s *workflow.StoredReceipt) (*T, error) {
	if s.Digest != cmd.Digest {
		return nil, workflow.ErrKeyReused
	}
	var out T
	if err := json.Unmarshal(s.Receipt, &out); err != nil {
		return nil, fmt.Errorf("decode receipt of key %q: %w", cmd.Key, err)
	}
	var left erasedReceipt
	if json.Unmarshal(s.Receipt, &left) == nil && left.Erased { // erased: the record as it stands
		if _, err := r.Store.ReadRecord(ctx, left.Kind, left.ID, "", "", &out); err != nil {
			return nil, err
		}
	}
	_, err := r.Store.Replay(ctx, actor.ID, cmd.Key)
	return &out, err
}

type erasedReceipt struct {
	Erased bool                `json:"erased"`
	Kind   workflow.RecordKind `json:"kind"`
	ID     workflow.ID         `json:"id"`
}

// settled finds out what became of a write whose answer was lost or whose key was used meanwhile.
func settled[T any](ctx context.Context, r *Registry, actor workflow.Actor, cmd RecordCommand, kind workflow.RecordKind,
	cause error) (*T,
	error) {
	out, err := replayed[T](ctx, r, actor, cmd, kind)
	switch {
	case errors.Is(err, workflow.ErrKeyReused):
		return nil, err
	case err != nil:
		return nil, workflow.ErrUnknown
	case out != nil:
		return out, nil
	case cmd.Key == "":
		return nil, cause
	}
	return nil, workflow.ErrBusy // surely not done: safe to try again
}

func (r *Registry) now() time.Time { return r.Clock.Now().UTC().Truncate(time.Microsecond) }

func (o *OrganizationRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindOrganization, o.ID
}
func (o *OrganizationRecord) RecordVersion() *int { return &o.Version }
func (o *OrganizationRecord) Touch(at time.Time)  { workflow.Touch(&o.Created, &o.Updated, at) }

func (p *ProjectRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindProject, p.ID
}
func (p *ProjectRecord) RecordVersion() *int { return &p.Version }
func (p *ProjectRecord) Touch(at time.Time)  { workflow.Touch(&p.Created, &p.Updated, at) }

func (u *UserRecord) RecordKey() (workflow.RecordKind, workflow.ID) { return workflow.KindUser, u.ID }
func (u *UserRecord) RecordVersion() *int                           { return &u.Version }
func (u *UserRecord) Touch(at time.Time)                            { workflow.Touch(&u.Created, &u.Created, at) }

func (r *RoleRecord) RecordKey() (workflow.RecordKind, workflow.ID) { return workflow.KindRole, r.ID }
func (r *RoleRecord) RecordVersion() *int                           { return &r.Version }

// Touch leaves the times to the store: rights live in real time.
func (r *RoleRecord) Touch(time.Time) {}

func (a *AgencyRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindAgency, a.ID
}
func (a *AgencyRecord) RecordVersion() *int { return &a.Version }
func (a *AgencyRecord) Touch(time.Time)     {}

func (c *CompetenceRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindCompetence, c.ID
}
func (c *CompetenceRecord) RecordVersion() *int { return &c.Version }
func (c *CompetenceRecord) Touch(time.Time)     {} // likewise

func (c *CalendarRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindCalendar, c.ID
}
func (c *CalendarRecord) RecordVersion() *int { return &c.Version }
func (c *CalendarRecord) Touch(time.Time)     {}

func (g *RegionRecord) RecordKey() (workflow.RecordKind, workflow.ID) {
	return workflow.KindRegion, string(g.Code)
}
func (g *RegionRecord) RecordVersion() *int { return &g.Version }
func (g *RegionRecord) Touch(time.Time)     {}
