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

// passwordCost is what one guess costs: 19 MiB, two passes, one lane (OWASP's second choice of argon2id).
var passwordCost = argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing bounds how many passwords are hashed at once, and with that the memory it takes. It stays below the number of
// wrong tries that block an account, so that people who sign in at the same time are never taken for somebody guessing.
var hashing = make(chan struct{}, min(4, max(2, runtime.NumCPU())))

// nobody is a hash of the same cost that no password has: an unknown login takes as long as a wrong password.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$c29tZWJvZHllbHNlcw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// inTurn runs fn when it is its turn to hash.
func inTurn(ctx context.Context, fn func() error) error {
	select {
	case hashing <- struct{}{}:
		defer func() { <-hashing }()
		return fn()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// HashPassword is the password as it is kept; see workflow.Passwords.
func (d *Accounts) HashPassword(ctx context.Context, password string) (hash string, err error) {
	err = inTurn(ctx, func() error {
		hash, err = argon2id.CreateHash(password, &passwordCost)
		return err
	})
	return hash, err
}

// CheckPassword reports whether it is the user's present password; see workflow.Passwords. Wrong ones count by the
// account alone, in counters of their own: neither others who are signed in nor strangers who guess at the door use up
// the owner's tries.
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

// KnownOf are names that a guesser may know of a person; see workflow.Passwords.
func (d *Accounts) KnownOf(ctx context.Context, user workflow.ID) (names []string, err error) {
	var row struct {
		Names pq.StringArray `db:"names"`
	}
	if err := d.Read.One(ctx, &row, "password_known", pg.IdOrNil(user)); err != nil {
		return nil, fmt.Errorf("read what is known of user %s: %w", user, err)
	}
	return row.Names, nil
}

// matches compares in constant time; a hash that cannot be read matches nothing.
func matches(password, hash string) bool {
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	return err == nil && right
}
