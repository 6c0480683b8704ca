package db

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
)

// Root is a signature over the heads of all chains at a time. Whoever keeps one elsewhere can show later that no history
// before it was rewritten, by anyone.
type Root struct {
	ID        int64     `db:"id" json:"id"`
	At        time.Time `db:"at" json:"at"` // covers what was recorded before
	Heads     int64     `db:"heads" json:"heads"`
	Root      []byte    `db:"root" json:"root"`
	Previous  []byte    `db:"previous" json:"previous"`
	Signer    []byte    `db:"signer" json:"signer"` // Ed25519 public key
	Signature []byte    `db:"signature" json:"signature"`
}

// message is what is signed, a line each.
func (r *Root) message() []byte {
	return []byte(strings.Join([]string{"incubase-root-1", strconv.FormatInt(r.At.UnixMicro(), 10), strconv.FormatInt(r.Heads, 10),
		hashOf(r.Root).String(), hashOf(r.Previous).String()}, "\n"))
}

// rootDelay is how far behind the present a root stays: longer than any write may take, so that everything recorded
// before it is there to be read.
const rootDelay = time.Minute

// SignRoot computes and keeps the root of the heads as they were a moment ago.
func (d *DB) SignRoot(ctx context.Context, now time.Time, key ed25519.PrivateKey) (*Root, error) {
	r := &Root{At: micro(now.Add(-rootDelay)), Signer: key.Public().(ed25519.PublicKey), Previous: make([]byte, sha256.Size)}
	var last Root
	switch err := d.read.one(ctx, &last, "root_last"); {
	case err == nil:
		r.Previous = last.Root
	case !errors.Is(err, sql.ErrNoRows):
		return nil, fmt.Errorf("read the last root: %w", err)
	}
	var err error
	if r.Root, r.Heads, err = d.heads(ctx, r.At); err != nil {
		return nil, err
	}
	r.Signature = ed25519.Sign(key, r.message())
	err = d.write.row(ctx, "root_put", []any{r.At, r.Heads, r.Root, r.Previous, r.Signer, r.Signature}, &r.ID)
	if err != nil {
		return nil, fmt.Errorf("keep a root: %w", err)
	}
	return r, nil
}

// LastRoot is the newest root; nil where there is none.
func (d *DB) LastRoot(ctx context.Context) (*Root, error) {
	var r Root
	err := d.read.one(ctx, &r, "root_last")
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return &r, err
}

type headRow struct {
	Chain string `db:"chain"`
	Seq   int    `db:"seq"`
	Hash  []byte `db:"hash"`
}

// heads hashes the heads of all chains as recorded before a time: a line "chain seq hash" each, cases first, by id.
func (d *DB) heads(ctx context.Context, before time.Time) (root []byte, n int64, err error) {
	h := sha256.New()
	for _, name := range []string{"root_cases", "root_records"} {
		after := ""
		for {
			var rows []headRow
			if err := d.read.all(ctx, &rows, name, after, before, verifyPage); err != nil {
				return nil, 0, fmt.Errorf("read the heads of the chains: %w", err)
			}
			for _, r := range rows {
				after = r.Chain
				if r.Hash != nil { // born later
					fmt.Fprintf(h, "%s %d %x\n", r.Chain, r.Seq, r.Hash)
					n++
				}
			}
			if len(rows) < verifyPage {
				break
			}
		}
	}
	return h.Sum(nil), n, nil
}

// VerifyRoots checks every root's signature and link, and recomputes the newest one from history. trusted may be nil:
// then a root signed by any key passes, and only the links and the newest root speak.
func (d *DB) VerifyRoots(ctx context.Context, trusted ed25519.PublicKey, report func(Problem)) (n int, err error) {
	var roots []Root
	if err := d.read.all(ctx, &roots, "root_list"); err != nil {
		return 0, fmt.Errorf("read roots: %w", err)
	}
	previous := make([]byte, sha256.Size)
	for i := range roots {
		r := &roots[i]
		name := strconv.FormatInt(r.ID, 10)
		switch {
		case hashOf(r.Previous) != hashOf(previous):
			report(Problem{"chain_roots", name, "does not follow the root before it"})
		case trusted != nil && !trusted.Equal(ed25519.PublicKey(r.Signer)):
			report(Problem{"chain_roots", name, "is signed with another key"})
		case !ed25519.Verify(r.Signer, r.message(), r.Signature):
			report(Problem{"chain_roots", name, "the signature does not fit"})
		}
		previous = r.Root
	}
	if len(roots) == 0 {
		return 0, nil
	}
	newest := &roots[len(roots)-1]
	root, heads, err := d.heads(ctx, newest.At)
	if err != nil {
		return len(roots), err
	}
	if hashOf(root) != workflow.Hash(hashOf(newest.Root)) || heads != newest.Heads {
		report(Problem{"chain_roots", strconv.FormatInt(newest.ID, 10), fmt.Sprintf("history is not what was signed (%d chains then, %d now)", newest.Heads, heads)})
	}
	return len(roots), nil
}
