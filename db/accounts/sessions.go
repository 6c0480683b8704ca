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
func (d *Accounts) SessionActor(ctx context.Context, token string) (*registry.Session, error) {
	s, stale, err := d.session(ctx, token)
	if stale {
		if err := d.Write.Run(ctx, "session_touch", s.ID); err != nil {
			d.Log.Warn("could not note the use of a session", "error", err) // the session lives on; it may end early
		}
	}
	return s, err
}

// SessionStands is SessionActor without recording use, so that a forgotten screen does not keep its session alive.
func (d *Accounts) SessionStands(ctx context.Context, token string) (*registry.Session, error) {
	s, _, err := d.session(ctx, token)
	return s, err
}

// session finds a session; stale is one whose last noted use is a minute ago.
func (d *Accounts) session(ctx context.Context, token string) (s *registry.Session, stale bool, err error) {
	var row sessionRow
	hash := TokenHash(token)
	if err := d.Read.One(ctx, &row, "session_actor", hash[:]); err != nil {
		return nil, false, noSession(err, "find the session")
	}
	s = &registry.Session{ID: row.Session, Token: token, Expires: row.Ends, Factor: row.Factor}
	if s.Actor, err = row.Actor(); err != nil {
		return nil, false, err
	}
	s.Actor.Unconfirmed, s.Actor.ConfirmedAt, s.Actor.Session = !row.Fresh, row.Typed.UTC(), row.Session
	return s, row.Stale, nil
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

// Logout ends the session of a token; one that is unknown or has ended is fine.
func (d *Accounts) Logout(ctx context.Context, token, address string) error {
	var n int64
	hash := TokenHash(token)
	err := d.Write.Row(ctx, "session_end", []any{hash[:], Neighbourhood(address)}, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return noSession(err, "end a session")
}

// EndSession ends one session of an account: one's own, or for an administrator another's. workflow.ErrNotFound where
// there is none.
func (d *Accounts) EndSession(ctx context.Context, user, session, actor workflow.ID, address string) error {
	var n int64
	err := d.Write.Row(ctx, "session_end_one", []any{pg.IdOrNil(session), pg.IdOrNil(user), actor, Neighbourhood(address)},
		&n)
	if errors.Is(err, sql.ErrNoRows) {
		return workflow.ErrNotFound
	}
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
	for range 3 { // a sign-in at the same moment locks the same rows in another order
		err = d.Write.Row(ctx, "session_revoke", []any{pg.IdOrNil(user), actor, Neighbourhood(address), pg.IdOrNil(except)},
			&n, &jobs)
		if !errors.Is(err, workflow.ErrMoved) {
			break
		}
	}
	if err != nil {
		return 0, fmt.Errorf("end the sessions of user %s: %w", user, err)
	}
	return n, nil
}

func (d *Accounts) Sessions(ctx context.Context, user workflow.ID) (out []registry.SessionInfo, err error) {
	err = d.Read.All(ctx, &out, "session_list", user)
	return out, err
}
