package accounts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// attempt is a try to sign in that was not throttled.
type attempt struct {
	buckets  [3]string // of the account, of account and address, of the address
	user     *string
	password *string
	disabled bool
}

// hash returns the user's hash, or a dummy hash for unknown logins so that timing reveals nothing.
func (a *attempt) hash() string {
	if a.user == nil || a.password == nil {
		return nobody
	}
	return *a.password
}

// begin counts a try in its buckets before the password is compared. *registry.Throttled if it must wait.
func (d *Accounts) begin(ctx context.Context, login, address string, in [3]string) (*attempt, error) {
	a := &attempt{buckets: in}
	var through bool
	var wait int
	for try := 1; ; try++ {
		err := d.Write.Row(ctx, "login_begin", []any{a.buckets[0], a.buckets[1], a.buckets[2], login, address},
			&a.user, &a.password, &a.disabled, &through, &wait)
		if errors.Is(err, workflow.ErrMoved) && try < 3 {
			continue // two tries locked the same rows in opposite order
		}
		if err != nil {
			return nil, fmt.Errorf("begin a login: %w", err)
		}
		break
	}
	if !through {
		return nil, &registry.Throttled{After: time.Duration(wait) * time.Second}
	}
	return a, nil
}

// knownLogin normalizes a login; "" if no account can have it, so that only the address counts.
func knownLogin(login string) string {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > 64 || strings.ContainsRune(login, 0) {
		return ""
	}
	return login
}

// ownBuckets count wrong present passwords of one account, apart from all other tries.
func ownBuckets(user workflow.ID) [3]string {
	return [3]string{"own:" + user, "own-both:" + user, "own-address:" + user}
}

// buckets name the counters of failures; logins are hashed, because users type passwords into the wrong field.
func buckets(login, address string) [3]string {
	h := sha256.Sum256([]byte(login))
	account := hex.EncodeToString(h[:12])
	return [3]string{"account:" + account, "both:" + account + ":" + address, "address:" + address}
}

// Neighbourhood returns the part of an address that one user holds: a whole IPv4 address, 64 bits of an IPv6.
func Neighbourhood(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unknown"
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		if p, err := ip.Prefix(64); err == nil {
			return p.String()
		}
	}
	return ip.String()
}

// Login opens a session. An unknown login and a wrong password are the same ErrWrongLogin after about the same time;
// too many are *registry.Throttled. The session, its audit row, the throttle's reset and the end of the replaced
// session are written together. An account has at most MaxSessions; the one unused for longest ends first.
//
// With a second factor its code is needed too, else *registry.FactorWanted returns a ticket for it.
func (d *Accounts) Login(ctx context.Context, in registry.SignIn, limits SessionLimits) (s *registry.Session,
	err error) {
	if in.Ticket != "" {
		return d.secondStep(ctx, in, limits)
	}
	login, password, place := knownLogin(in.Login), in.Password, Neighbourhood(in.Address)
	err = inTurn(ctx, func() error {
		try, err := d.begin(ctx, login, place, buckets(login, place))
		if err != nil {
			return err
		}
		right := matches(password, try.hash())
		if !right || try.user == nil || try.disabled {
			return d.refuse(ctx, try, login, place)
		}
		f, err := d.factor(ctx, *try.user)
		if err != nil {
			return err
		}
		if f.Secret != nil {
			if err := d.factored(ctx, try, login, f, in); err != nil {
				return err
			}
		}
		s, err = d.open(ctx, try, place, in.Replaces, limits, f.Secret != nil)
		if errors.Is(err, sql.ErrNoRows) { // disabled, or another password, at this very moment
			return d.refuse(ctx, try, login, place)
		}
		return err
	})
	return s, err
}

func (d *Accounts) factored(ctx context.Context, try *attempt, login string, f *factorRow, in registry.SignIn) error {
	if in.Code != "" {
		return d.useCode(ctx, *try.user, f, in.Code, in.Address)
	}
	t, err := d.newTicket(*try.user, login, try.hash())
	if err != nil {
		return err
	}
	if err := d.Write.Run(ctx, "throttle_forgive", try.buckets[0], try.buckets[1], try.buckets[2]); err != nil {
		return err
	}
	return &registry.FactorWanted{Ticket: t}
}

func (d *Accounts) secondStep(ctx context.Context, in registry.SignIn, limits SessionLimits) (*registry.Session,
	error) {
	t, err := d.redeem(in.Ticket)
	if err != nil {
		return nil, err
	}
	var u struct {
		Login string `db:"login"`
		Hash  string `db:"password_hash"`
	}
	if err := d.Read.One(ctx, &u, "password_hash", t.User); errors.Is(err, sql.ErrNoRows) {
		return nil, registry.ErrNoSession
	} else if err != nil {
		return nil, fmt.Errorf("read the password of user %s: %w", t.User, err)
	}
	if sum := sha256.Sum256([]byte(u.Hash)); !hmac.Equal(sum[:], t.Password) {
		return nil, registry.ErrNoSession
	}
	f, err := d.factor(ctx, t.User)
	if err != nil {
		return nil, err
	}
	if f.Secret != nil {
		if err := d.useCode(ctx, t.User, f, in.Code, in.Address); err != nil {
			return nil, err
		}
	}
	place := Neighbourhood(in.Address)
	s, err := d.open(ctx, &attempt{buckets: [3]string{"-", "-", "-"}, user: &t.User, password: &u.Hash}, place,
		in.Replaces, limits, f.Secret != nil)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, registry.ErrNoSession
	}
	return s, err
}

func (d *Accounts) refuse(ctx context.Context, try *attempt, login, place string) error {
	subject, why, who := "", "unknown login", ""
	if try.user != nil {
		subject, why, who = login, "wrong password", *try.user
		if try.disabled {
			why = "disabled"
		}
	}
	if err := d.Note(ctx, "login_refused", who, subject, place, false, why); err != nil {
		return err
	}
	return registry.ErrWrongLogin
}

func (d *Accounts) open(ctx context.Context, try *attempt, place, replaces string, limits SessionLimits,
	factor bool) (*registry.Session, error) {
	s := &registry.Session{ID: workflow.NewID(time.Now()), Token: newToken(), Factor: factor}
	hash, old := TokenHash(s.Token), TokenHash(replaces)
	var row ActorRow
	var told []byte
	err := d.Write.Tx(ctx, func(t *pg.Tx) error {
		err := t.Row("login_done", []any{s.ID, hash[:], *try.user, *try.password, place, limits.Idle.Seconds(),
			limits.Absolute.Seconds(), try.buckets[0], try.buckets[1], try.buckets[2], old[:], MaxSessions},
			&s.Expires, &row.ID, &row.Login, &row.Name, &row.Organization, &row.Agency, &row.Roles, &told)
		if err != nil {
			return err
		}
		return d.BindRow(t, "sessions", s.ID)
	})
	if err != nil {
		return nil, fmt.Errorf("open a session: %w", err)
	}
	if err := json.Unmarshal(told, &s.Told); err != nil {
		return nil, fmt.Errorf("decode who gave a code: %w", err)
	}
	s.Actor, err = row.Actor()
	return s, err
}
