package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incubase/workflow/region"
)

// Registry is the only write path of records, as Desk is of cases: it reads, decides by the table of rights, checks
// every field, and writes once. It knows no database and no HTTP.
type Registry struct {
	Store     RecordStore
	Clock     Clockwork
	Regions   Regions
	Passwords Passwords
	Codes     Codes
	Desk      *Desk // opens the cases of rounds
}

// Regions knows the divisions of the country.
type Regions interface {
	Known(region.Code) bool
}

// Passwords hashes and checks passwords, a bounded number at a time.
type Passwords interface {
	HashPassword(ctx context.Context, password string) (string, error)
	// CheckPassword reports whether it is the user's present password. *Throttled after too many wrong ones.
	CheckPassword(ctx context.Context, user ID, password string) (bool, error)
	// KnownOf are the names of the user's organizations, agencies and places: what a guesser tries first.
	KnownOf(ctx context.Context, user ID) ([]string, error)
}

// RecordCommand is what every change of a record comes with.
type RecordCommand struct {
	Version *int // If-Match; nil: against the current version
	Key     string
	Digest  Hash
	Note    string // why
}

// record is any of the record types, by pointer.
type record interface {
	key() (RecordKind, ID)
	version() *int
	touch(at time.Time)
}

// create writes a new record that decide makes; a repetition under the same key gets the same answer.
func create[T any, P interface {
	*T
	record
}](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, kind RecordKind,
	decide func() (T, string, error)) (*T, error) {
	out, err := replayed[T](ctx, r, actor, cmd, kind)
	if out != nil || err != nil {
		return out, err
	}
	for try := 1; ; try++ {
		rec, secret, err := decide()
		if err == nil {
			P(&rec).touch(r.now())
			*P(&rec).version() = 1
			out, err = commit[T, P](ctx, r, actor, cmd, nil, edit[T]{after: rec, op: "create", secret: secret})
		}
		switch {
		case err == nil:
			return out, nil
		case errors.Is(err, ErrUnknown):
			return settled[T](ctx, r, actor, cmd, kind, err)
		}
		// It may be the record of the same request, sent twice, that stands in its way.
		twin, unread := replayed[T](ctx, r, actor, cmd, kind)
		switch moved := errors.Is(err, ErrMoved); {
		case twin != nil:
			return twin, nil
		case moved && unread != nil:
			return nil, unread
		case moved && try == tries:
			return nil, ErrBusy // surely not done: safe to try again
		case !moved:
			return nil, err
		}
	}
}

// edit is how a record changes: what it will be, the name of the operation, and a secret if there is one.
type edit[T any] struct {
	after  T
	op     string
	secret string
	acts   []string       // of the table of rights, where they say more than op
	erases *EraseEntryDoc // what goes from the record's log
}

// change reads a record, lets decide say what becomes of it, and writes that if nobody else was faster. Without a
// version it tries again on what the other left.
func change[T any, P interface {
	*T
	record
}](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, kind RecordKind, id ID,
	decide func(before T) (edit[T], error)) (*T, error) {
	for try := 1; ; try++ {
		var before T
		earlier, err := r.Store.ReadRecord(ctx, kind, id, actor.ID, cmd.Key, &before)
		if earlier != nil {
			return replay[T](ctx, r, actor, cmd, earlier)
		}
		if err != nil {
			return nil, err
		}
		current := *P(&before).version()
		e, err := decide(before)
		if cmd.Version != nil && *cmd.Version != current && !closed(err) {
			return nil, &Stale{Named: true, Current: current}
		}
		if err != nil {
			return nil, err
		}
		P(&e.after).touch(r.now())
		*P(&e.after).version() = current + 1
		out, err := commit[T, P](ctx, r, actor, cmd, &current, e)
		switch {
		case errors.Is(err, ErrUnknown):
			return settled[T](ctx, r, actor, cmd, kind, err)
		case !errors.Is(err, ErrMoved):
			return out, err
		case cmd.Version == nil && try == tries:
			return nil, &Stale{Current: current + 1}
		}
	}
}

// closed reports whether an answer is that this is none of the actor's business, which comes before all others.
func closed(err error) bool {
	var r *Refused
	return errors.Is(err, ErrNotFound) || errors.As(err, &r) && r.Forbidden()
}

func commit[T any, P interface {
	*T
	record
}](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, version *int, e edit[T]) (*T, error) {
	kind, id := P(&e.after).key()
	if err := actor.confirmed(confirms(kind, append(e.acts, e.op))); err != nil {
		return nil, err
	}
	w := RecordWrite{Kind: kind, ID: id, Op: e.op, Version: version, Actor: actor.ID, Key: cmd.Key,
		Digest: cmd.Digest, At: r.now(), Body: e.after, Secret: e.secret, Note: cmd.Note, Erase: e.erases}
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

// replayed answers from an earlier receipt under the same key; nil if there is none.
func replayed[T any](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, kind RecordKind) (*T, error) {
	if cmd.Key == "" {
		return nil, nil
	}
	earlier, err := r.Store.ReadRecord(ctx, kind, "", actor.ID, cmd.Key, nil)
	if err != nil || earlier == nil {
		return nil, err
	}
	return replay[T](ctx, r, actor, cmd, earlier)
}

func replay[T any](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, s *StoredReceipt) (*T, error) {
	if s.Digest != cmd.Digest {
		return nil, ErrKeyReused
	}
	var out T
	if err := json.Unmarshal(s.Receipt, &out); err != nil {
		return nil, fmt.Errorf("decode receipt of key %q: %w", cmd.Key, err)
	}
	var left erasedReceipt
	if json.Unmarshal(s.Receipt, &left) == nil && left.Erased { // what it said is gone: the record as it stands
		if _, err := r.Store.ReadRecord(ctx, left.Kind, left.ID, "", "", &out); err != nil {
			return nil, err
		}
	}
	_, err := r.Store.Replay(ctx, actor.ID, cmd.Key)
	return &out, err
}

// erasedReceipt is what an erasing leaves of a receipt.
type erasedReceipt struct {
	Erased bool       `json:"erased"`
	Kind   RecordKind `json:"kind"`
	ID     ID         `json:"id"`
}

// settled finds out what became of a write whose answer was lost or whose key was used meanwhile.
func settled[T any](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, kind RecordKind, cause error) (*T,
	error) {
	out, err := replayed[T](ctx, r, actor, cmd, kind)
	switch {
	case errors.Is(err, ErrKeyReused):
		return nil, err
	case err != nil:
		return nil, ErrUnknown
	case out != nil:
		return out, nil
	case cmd.Key == "":
		return nil, cause
	}
	return nil, ErrBusy // surely not done: safe to try again
}

func (r *Registry) now() time.Time { return r.Clock.Now().UTC().Truncate(time.Microsecond) }

func (o *OrganizationRecord) key() (RecordKind, ID) { return KindOrganization, o.ID }
func (o *OrganizationRecord) version() *int         { return &o.Version }
func (o *OrganizationRecord) touch(at time.Time)    { touch(&o.Created, &o.Updated, at) }

func (p *ProjectRecord) key() (RecordKind, ID) { return KindProject, p.ID }
func (p *ProjectRecord) version() *int         { return &p.Version }
func (p *ProjectRecord) touch(at time.Time)    { touch(&p.Created, &p.Updated, at) }

func (r *RoundRecord) key() (RecordKind, ID) { return KindRound, r.ID }
func (r *RoundRecord) version() *int         { return &r.Version }
func (r *RoundRecord) touch(at time.Time)    { touch(&r.Created, &r.Updated, at) }

func (u *UserRecord) key() (RecordKind, ID) { return KindUser, u.ID }
func (u *UserRecord) version() *int         { return &u.Version }
func (u *UserRecord) touch(at time.Time)    { touch(&u.Created, &u.Created, at) }

func (r *RoleRecord) key() (RecordKind, ID) { return KindRole, r.ID }
func (r *RoleRecord) version() *int         { return &r.Version }
func (r *RoleRecord) touch(time.Time)       {} // rights live in real time: the store says since when

func (a *AgencyRecord) key() (RecordKind, ID) { return KindAgency, a.ID }
func (a *AgencyRecord) version() *int         { return &a.Version }
func (a *AgencyRecord) touch(time.Time)       {}

func (c *CompetenceRecord) key() (RecordKind, ID) { return KindCompetence, c.ID }
func (c *CompetenceRecord) version() *int         { return &c.Version }
func (c *CompetenceRecord) touch(time.Time)       {} // likewise

func (c *CalendarRecord) key() (RecordKind, ID) { return KindCalendar, c.ID }
func (c *CalendarRecord) version() *int         { return &c.Version }
func (c *CalendarRecord) touch(time.Time)       {}

func (g *RegionRecord) key() (RecordKind, ID) { return KindRegion, string(g.Code) }
func (g *RegionRecord) version() *int         { return &g.Version }
func (g *RegionRecord) touch(time.Time)       {}

// touch says when: created once, updated always.
func touch(created, updated *time.Time, at time.Time) {
	if created.IsZero() {
		*created = at
	}
	if updated != created {
		*updated = at
	}
}
