package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// SessionLimits bound a session's life, unused and in all.
type SessionLimits struct{ Idle, Absolute time.Duration }

// DefaultSessionLimits follow quality S-C3.
var DefaultSessionLimits = SessionLimits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour}

const MaxSessions = 20

type Session struct {
	ID      workflow.ID
	Actor   workflow.Actor
	Token   string    // only of a new session: the database keeps its hash
	Expires time.Time // the absolute limit
	Factor  bool      // the user has a second factor
	Told    *Chosen   // at the first sign-in after a password was chosen by a code
}

// Chosen names who gave a user the code for a new password, and when.
type Chosen struct {
	StartedBy  string    `json:"started_by"`
	ApprovedBy string    `json:"approved_by"`
	At         time.Time `json:"at"`
}

// TokenHash hashes a token for storage. A token is 256 random bits, so a plain hash suffices.
func TokenHash(token string) workflow.Hash { return sha256.Sum256([]byte(token)) }

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

type sessionRow struct {
	Session string    `db:"session_id"`
	Ends    time.Time `db:"ends_at"`
	Stale   bool      `db:"stale"`
	Fresh   bool      `db:"fresh"`
	Typed   time.Time `db:"confirmed_at"` // when the owner last typed the password
	Factor  bool      `db:"factor"`
	ActorRow
}

// ActorRow is a person with the rights of one moment.
type ActorRow struct {
	ID           string  `db:"id"`
	Login        string  `db:"login"`
	Name         string  `db:"name"`
	Organization *string `db:"organization_id"`
	Agency       *string `db:"agency_id"`
	Roles        string  `db:"roles"`
}

func (r *ActorRow) Actor() (workflow.Actor, error) {
	a := workflow.Actor{ID: r.ID, Login: r.Login, Name: r.Name, Organization: pg.Str(r.Organization),
		Agency: pg.Str(r.Agency)}
	if err := json.Unmarshal([]byte(r.Roles), &a.Roles); err != nil {
		return a, fmt.Errorf("decode the roles of user %s: %w", r.ID, err)
	}
	return a, nil
}

// SessionActor returns a token's session and its user with present rights, in one statement, so that a withdrawn
// right ends with the next request. ErrNoSession if there is none or it has ended. Use is recorded at most once a
// minute.
func (d *Accounts) SessionActor(ctx context.Context, token workflow.Hash) (Session, error) {
	row, err := d.session(ctx, token)
	if err != nil {
		return Session{}, err
	}
	return d.used(ctx, row)
}

func (d *Accounts) used(ctx context.Context, row *sessionRow) (Session, error) {
	s, err := row.session()
	if err == nil && row.Stale {
		if err := d.Write.Run(ctx, "session_touch", s.ID); err != nil {
			d.Log.Warn("could not note the use of a session", "error", err) // the session lives on; it may end early
		}
	}
	return s, err
}

// SessionStands is SessionActor without recording use, so that a forgotten screen does not keep its session alive.
func (d *Accounts) SessionStands(ctx context.Context, token workflow.Hash) (Session, error) {
	row, err := d.session(ctx, token)
	if err != nil {
		return Session{}, err
	}
	return row.session()
}

func (d *Accounts) session(ctx context.Context, token workflow.Hash) (*sessionRow, error) {
	var row sessionRow
	err := d.Read.One(ctx, &row, "session_actor", token[:])
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, registry.ErrNoSession
	case err != nil:
		return nil, fmt.Errorf("find the session: %w", err)
	}
	return &row, nil
}

func (r *sessionRow) session() (s Session, err error) {
	s = Session{ID: r.Session, Expires: r.Ends, Factor: r.Factor}
	s.Actor, err = r.Actor()
	s.Actor.Unconfirmed, s.Actor.ConfirmedAt, s.Actor.Session = !r.Fresh, r.Typed.UTC(), r.Session
	return s, err
}

// ConfirmSession makes a session fresh (see workflow.ErrConfirm) with its owner's password. ErrWrongLogin for a wrong
// one, *registry.Throttled after too many, ErrNoSession if the session has ended.
func (d *Accounts) ConfirmSession(ctx context.Context, user, session workflow.ID, password, address string) error {
	right, err := d.CheckPassword(ctx, user, password)
	if err != nil {
		return err
	}
	if !right {
		return registry.ErrWrongLogin
	}
	var n int64
	err = d.Write.Tx(ctx, func(t *pg.Tx) error {
		if err := t.Row("session_confirm", []any{session, user, Neighbourhood(address)}, &n); err != nil {
			return err
		}
		return d.BindRow(t, "sessions", session)
	})
	return noSession(err, "confirm a session")
}

// Logout ends the session of a token. ErrNoSession if it had ended.
func (d *Accounts) Logout(ctx context.Context, token workflow.Hash, address string) error {
	var n int64
	err := d.Write.Row(ctx, "session_end", []any{token[:], Neighbourhood(address)}, &n)
	return noSession(err, "end a session")
}

// EndSession ends one session of an account: the actor's own, or for an administrator another's.
func (d *Accounts) EndSession(ctx context.Context, user, session, actor workflow.ID, address string) error {
	var n int64
	err := d.Write.Row(ctx, "session_end_one", []any{pg.IdOrNil(session), pg.IdOrNil(user), actor, Neighbourhood(address)},
		&n)
	return noSession(err, "end a session")
}

func noSession(err error, what string) error {
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return registry.ErrNoSession
	case err != nil:
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// RevokeSessions ends the jobs of an account and its sessions, except one if given, and returns their number.
func (d *Accounts) RevokeSessions(ctx context.Context, user, except, actor workflow.ID, address string) (n int,
	err error) {
	var jobs int
	err = d.Write.Row(ctx, "session_revoke", []any{pg.IdOrNil(user), actor, Neighbourhood(address), pg.IdOrNil(except)},
		&n, &jobs)
	if err != nil {
		return 0, fmt.Errorf("end the sessions of user %s: %w", user, err)
	}
	return n, nil
}

type SessionInfo struct {
	ID      workflow.ID `db:"id" json:"id"`
	Address string      `db:"address" json:"address"`
	Created time.Time   `db:"created_at" json:"created_at"`
	Seen    time.Time   `db:"last_seen_at" json:"last_seen_at"`
	Ends    time.Time   `db:"ends_at" json:"ends_at"`
}

func (d *Accounts) Sessions(ctx context.Context, user workflow.ID) (out []SessionInfo, err error) {
	err = d.Read.All(ctx, &out, "session_list", user)
	return out, err
}
