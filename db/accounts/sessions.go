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

// SessionLimits say how long a session lives: unused, and whatever is done with it.
type SessionLimits struct{ Idle, Absolute time.Duration }

// DefaultSessionLimits are half an hour unused, twelve hours at most (quality S-C3).
var DefaultSessionLimits = SessionLimits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour}

// MaxSessions is how many live sessions an account has at most.
const MaxSessions = 20

// Session is who signed in, and until when.
type Session struct {
	ID      workflow.ID
	Actor   workflow.Actor
	Token   string    // only when it was just opened: the database keeps its hash
	Expires time.Time // whatever is done with it
	Factor  bool      // the person has a second factor
	Told    *Chosen   // at the first sign-in after a password was chosen by a code
}

// Chosen is who gave a person the code with which the password was chosen, and when it was.
type Chosen struct {
	StartedBy  string    `json:"started_by"`
	ApprovedBy string    `json:"approved_by"`
	At         time.Time `json:"at"`
}

// TokenHash is how a token is kept and looked up. A token is 256 random bits, so a plain hash is enough.
func TokenHash(token string) workflow.Hash { return sha256.Sum256([]byte(token)) }

func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

type sessionRow struct {
	Session string    `db:"session_id"`
	Ends    time.Time `db:"ends_at"`
	Stale   bool      `db:"stale"`
	Fresh   bool      `db:"fresh"`
	Factor  bool      `db:"factor"`
	ActorRow
}

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

// SessionActor finds who holds a token, with the rights of this moment, in one statement: what was taken away is gone
// with the next request. ErrNoSession if there is none or it has ended. Its use is noted at most once a minute.
func (d *Accounts) SessionActor(ctx context.Context, token workflow.Hash) (Session, error) {
	row, err := d.session(ctx, token)
	if err != nil {
		return Session{}, err
	}
	return d.used(ctx, row)
}

// used notes that a session is used.
func (d *Accounts) used(ctx context.Context, row *sessionRow) (Session, error) {
	s, err := row.session()
	if err == nil && row.Stale {
		if err := d.Write.Run(ctx, "session_touch", s.ID); err != nil {
			d.Log.Warn("could not note the use of a session", "error", err) // the session lives on; it may end early
		}
	}
	return s, err
}

// SessionStands is SessionActor for who only looks whether the session still stands: that is no use of it, so that a
// forgotten screen does not keep it alive.
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
	s.Actor.Unconfirmed = !r.Fresh
	return s, err
}

// ConfirmSession makes a session fresh (see workflow.ErrConfirm) with its owner's password. ErrWrongLogin for a wrong
// one, *workflow.Throttled after too many, ErrNoSession where the session has ended.
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

// EndSession ends one session of an account: one's own, or for an administrator another's.
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

// RevokeSessions ends the sessions of an account, except one if it is named, and tells how many there were.
func (d *Accounts) RevokeSessions(ctx context.Context, user, except, actor workflow.ID, address string) (n int,
	err error) {
	err = d.Write.Row(ctx, "session_revoke", []any{pg.IdOrNil(user), actor, Neighbourhood(address), pg.IdOrNil(except)},
		&n)
	if err != nil {
		return 0, fmt.Errorf("end the sessions of user %s: %w", user, err)
	}
	return n, nil
}

// SessionInfo is one live session as its owner sees it.
type SessionInfo struct {
	ID      workflow.ID `db:"id" json:"id"`
	Address string      `db:"address" json:"address"`
	Created time.Time   `db:"created_at" json:"created_at"`
	Seen    time.Time   `db:"last_seen_at" json:"last_seen_at"`
	Ends    time.Time   `db:"ends_at" json:"ends_at"`
}

// Sessions lists a person's live sessions.
func (d *Accounts) Sessions(ctx context.Context, user workflow.ID) (out []SessionInfo, err error) {
	err = d.Read.All(ctx, &out, "session_list", user)
	return out, err
}
