package accounts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"runtime"

	"github.com/alexedwards/argon2id"
	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
)

// passwordCost is the cost of one guess: 19 MiB, two passes, one lane (OWASP's second choice of argon2id).
var passwordCost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing bounds concurrent hashes and their memory. It is below the number of wrong tries that block an account, so
// that simultaneous sign-ins are not taken for guessing.
var hashing = make(chan struct{}, min(4, max(2, runtime.NumCPU())))

// nobody is a hash of the same cost that no password has, so that timing does not reveal unknown logins.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$c29tZWJvZHllbHNlcw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// inTurn limits how many fn hash at once.
func inTurn(ctx context.Context, fn func() error) error {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
		return fn()
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *Accounts) HashPassword(ctx context.Context, password string) (hash string, err error) {
	err = inTurn(ctx, func() error {
		hash, err = argon2id.CreateHash(password, &passwordCost)
		return err
	})
	return hash, err
}

// CheckPassword reports whether it is the user's present password; see registry.Passwords. Wrong ones count on the
// account in separate counters, so that other users and strangers at sign-in do not use up the owner's tries.
func (d *Accounts) CheckPassword(ctx context.Context, user workflow.ID, password string) (right bool, err error) {
	var u struct {
		Login string `db:"login"`
		Hash  string `db:"password_hash"`
	}
	err = d.Read.One(ctx, &u, "password_hash", pg.IdOrNil(user))
	if errors.Is(err, sql.ErrNoRows) {
		return false, workflow.ErrNotFound
	}
	if err != nil {
		return false, fmt.Errorf("read the password of user %s: %w", user, err)
	}
	err = inTurn(ctx, func() error {
		try, err := d.begin(ctx, u.Login, "", ownBuckets(user))
		if err != nil {
			return err
		}
		if right = matches(password, try.hash()); right {
			return d.Write.Run(ctx, "throttle_forgive", try.buckets[0], try.buckets[1], try.buckets[2])
		}
		return d.Note(ctx, "password_refused", user, u.Login, "", false, "wrong present password")
	})
	return right, err
}

func (d *Accounts) KnownOf(ctx context.Context, user workflow.ID) (names []string, err error) {
	var row struct {
		Names pq.StringArray `db:"names"`
	}
	if err := d.Read.One(ctx, &row, "password_known", pg.IdOrNil(user)); err != nil {
		return nil, fmt.Errorf("read what is known of user %s: %w", user, err)
	}
	return row.Names, nil
}

// matches compares in constant time; an unreadable hash matches nothing.
func matches(password, hash string) bool {
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	return err == nil && right
}
