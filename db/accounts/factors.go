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

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/factor"
	"incubase/workflow/registry"
)

var errNoSeal = errors.New("second factors: this process has no key to seal their secrets with")

// sealed encrypts text. what names its purpose and owner, so that no sealed text serves for another.
func (d *Accounts) sealed(text []byte, what string) ([]byte, error) {
	if d.Seal == nil {
		return nil, errNoSeal
	}
	nonce := make([]byte, d.Seal.NonceSize())
	_, _ = rand.Read(nonce) // never fails
	return d.Seal.Seal(nonce, nonce, text, []byte(what)), nil
}

func (d *Accounts) unsealed(b []byte, what string) ([]byte, error) {
	if d.Seal == nil {
		return nil, errNoSeal
	}
	n := d.Seal.NonceSize()
	if len(b) < n {
		return nil, errors.New("second factors: a secret is too short")
	}
	text, err := d.Seal.Open(nil, b[:n], b[n:], []byte(what))
	if err != nil {
		return nil, fmt.Errorf("second factors: open a secret of %s: it was sealed under another key: %w", what, err)
	}
	return text, nil
}

type factorRow struct {
	Login   string     `db:"login"`
	Secret  []byte     `db:"secret"`
	Since   *time.Time `db:"since"`
	Last    int64      `db:"last_step"`
	Pending []byte     `db:"pending"`
	Left    int        `db:"left_codes"`
}

func (d *Accounts) factor(ctx context.Context, user workflow.ID) (*factorRow, error) {
	var row factorRow
	err := d.Read.One(ctx, &row, "factor_read", pg.IdOrNil(user))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("read the second factor of user %s: %w", user, err)
	}
	return &row, nil
}

func (d *Accounts) Factor(ctx context.Context, user workflow.ID) (*registry.SecondFactor, error) {
	f, err := d.factor(ctx, user)
	if err != nil {
		return nil, err
	}
	return &registry.SecondFactor{Enrolled: f.Secret != nil, Since: f.Since, Left: f.Left}, nil
}

// BeginFactor creates a secret that waits for its first code. A user with a factor must give a code of it, so that a
// password alone replaces none.
func (d *Accounts) BeginFactor(ctx context.Context, user workflow.ID, code, address string) (*registry.NewFactor,
	error) {
	f, err := d.factor(ctx, user)
	if err != nil {
		return nil, err
	}
	if f.Secret != nil {
		if err := d.useCode(ctx, user, f, code, address); err != nil {
			return nil, err
		}
	}
	secret := factor.NewSecret()
	kept, err := d.sealed(secret, "factor of "+user)
	if err != nil {
		return nil, err
	}
	if err := d.Write.Run(ctx, "factor_begin", user, kept); err != nil {
		return nil, fmt.Errorf("keep a new second factor: %w", err)
	}
	uri := factor.URI(secret, "Incubase", f.Login)
	picture, err := factor.Picture(uri, 264)
	if err != nil {
		return nil, err
	}
	return &registry.NewFactor{Secret: factor.Text(secret), URI: uri,
		QR: "data:image/png;base64," + base64.StdEncoding.EncodeToString(picture)}, nil
}

// EnrolFactor activates the pending secret with its first code and returns recovery codes, which are stored as
// hashes.
func (d *Accounts) EnrolFactor(ctx context.Context, user workflow.ID, code, address string) ([]string, error) {
	f, err := d.factor(ctx, user)
	if err != nil {
		return nil, err
	}
	if f.Pending == nil {
		return nil, &workflow.Refused{Action: "user.factor", Refusals: []workflow.Refusal{{Rule: "no_factor_begun",
			Message: workflow.Text{ZH: "没有待确认的验证器，请重新开始绑定", EN: "no second factor waits for its first code: begin again"}}}}
	}
	secret, err := d.unsealed(f.Pending, "factor of "+user)
	if err != nil {
		return nil, err
	}
	var step int64
	err = d.tryCode(ctx, user, f.Login, address, func() (right bool, err error) {
		step, right = factor.Match(secret, code, time.Now(), 0)
		return right, nil
	})
	if err != nil {
		return nil, err
	}
	codes := registry.NewRecoveryCodes()
	hashes := make(pq.ByteaArray, len(codes))
	for i, c := range codes {
		h := registry.HalfHash(c)
		hashes[i] = h[:]
	}
	var n int64
	err = d.Write.Row(ctx, "factor_enrol", []any{user, f.Pending, step, hashes, Neighbourhood(address)}, &n)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, registry.ErrWrongFactor
	}
	if err != nil {
		return nil, fmt.Errorf("take a second factor into use: %w", err)
	}
	return codes, nil
}

// RemoveFactor removes a user's second factor, with a code of it.
func (d *Accounts) RemoveFactor(ctx context.Context, user workflow.ID, code, address string) error {
	f, err := d.factor(ctx, user)
	if err != nil {
		return err
	}
	if f.Secret == nil {
		return workflow.ErrNotFound
	}
	if err := d.useCode(ctx, user, f, code, address); err != nil {
		return err
	}
	var n int64
	err = d.Write.Row(ctx, "factor_remove", []any{user, user, Neighbourhood(address)}, &n)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("take a second factor away: %w", err)
	}
	return nil
}

// useCode consumes a code of the factor or a recovery code.
func (d *Accounts) useCode(ctx context.Context, user workflow.ID, f *factorRow, code, address string) error {
	secret, err := d.unsealed(f.Secret, "factor of "+user)
	if err != nil {
		d.Log.Error("a second factor cannot be opened: recovery codes and a reset still help", "error", err)
	}
	return d.tryCode(ctx, user, f.Login, address, func() (bool, error) {
		if n, right := factor.Match(secret, code, time.Now(), f.Last); right && secret != nil {
			var last int64
			err := d.Write.Row(ctx, "factor_step", []any{user, n}, &last) // of two at once one succeeds
			return err == nil, ignoreNone(err)
		}
		if len(factor.Digits(code)) <= 6 {
			return false, nil
		}
		h, n := registry.HalfHash(code), int64(0)
		err := d.Write.Row(ctx, "factor_recover", []any{user, h[:], Neighbourhood(address)}, &n)
		return err == nil, ignoreNone(err)
	})
}

func ignoreNone(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}

// tryCode counts a try before it is made, by account alone: the user knows the password. ErrWrongFactor for a wrong
// code, *registry.Throttled after too many.
func (d *Accounts) tryCode(ctx context.Context, user workflow.ID, login, address string,
	try func() (bool, error)) error {
	in := [3]string{"factor:" + user, "factor-both:" + user, "factor-address:" + user}
	if _, err := d.begin(ctx, login, "", in); err != nil {
		return err
	}
	right, err := try()
	if err != nil {
		return fmt.Errorf("try a code of user %s: %w", user, err)
	}
	if right {
		return d.Write.Run(ctx, "throttle_forgive", in[0], in[1], in[2])
	}
	if err := d.Note(ctx, "factor_refused", user, login, Neighbourhood(address), false, "wrong code"); err != nil {
		return err
	}
	return registry.ErrWrongFactor
}

// ticket stands for a verified password until the second factor's code comes.
type ticket struct {
	User, Login string
	Password    []byte // hash of the password's hash: another password ends the ticket
	Ends        time.Time
}

const ticketHolds = 5 * time.Minute

func (d *Accounts) newTicket(user workflow.ID, login, hash string) (string, error) {
	sum := sha256.Sum256([]byte(hash))
	b, err := json.Marshal(ticket{user, login, sum[:], time.Now().Add(ticketHolds)})
	if err != nil {
		return "", err
	}
	if b, err = d.sealed(b, "ticket"); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

// redeem opens a ticket; ErrNoSession if it is invalid or expired.
func (d *Accounts) redeem(s string) (*ticket, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		b, err = d.unsealed(b, "ticket")
	}
	var t ticket
	if err != nil || json.Unmarshal(b, &t) != nil || time.Now().After(t.Ends) {
		return nil, registry.ErrNoSession
	}
	return &t, nil
}
