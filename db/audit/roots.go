package audit

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
)

// Root is a signature over the heads of all chains at a time. A copy kept elsewhere proves later whether earlier
// history was rewritten.
type Root struct {
	ID        int64      `db:"id" json:"id"`
	At        time.Time  `db:"at" json:"at"` // covers earlier records
	Heads     int64      `db:"heads" json:"heads"`
	Root      []byte     `db:"root" json:"root"`
	Previous  []byte     `db:"previous" json:"previous"`
	Form      int        `db:"form" json:"form"`               // 2; in form 1 only the root names the previous one
	After     *int64     `db:"previous_id" json:"previous_id"` // number of the previous root; nil for the first
	AfterAt   *time.Time `db:"previous_at" json:"previous_at"`
	Kept      time.Time  `db:"kept_at" json:"kept_at"` // not signed
	Signer    []byte     `db:"signer" json:"signer"`   // Ed25519 public key
	Signature []byte     `db:"signature" json:"signature"`
}

// Message returns the signed text, a line each. Form 2 also names the previous root by number and time: after an idle
// interval both roots are equal.
func (r *Root) Message() []byte {
	lines := []string{"incubase-root-" + strconv.Itoa(r.Form), strconv.FormatInt(r.At.UnixMicro(), 10),
		strconv.FormatInt(r.Heads, 10), pg.HashOf(r.Root).String(), pg.HashOf(r.Previous).String()}
	if r.Form > 1 {
		number, at := "", ""
		if r.After != nil && r.AfterAt != nil {
			number, at = strconv.FormatInt(*r.After, 10), strconv.FormatInt(r.AfterAt.UnixMicro(), 10)
		}
		lines = append(lines, number, at)
	}
	return []byte(strings.Join(lines, "\n"))
}

// rootDelay is how far a root stays behind the present: longer than any write, so that all earlier records are
// visible.
const rootDelay = time.Minute

// signTries bounds retries after another server stored a root meanwhile.
const signTries = 5

// SignRoot computes and stores the root of the heads of a moment ago. Servers may sign concurrently: the schema lets
// one root follow another, and the second server retries.
func (d *Verifier) SignRoot(ctx context.Context, now time.Time, key ed25519.PrivateKey) (*Root, error) {
	for try := 1; ; try++ {
		r, err := d.signRoot(ctx, now, key)
		if e := pq.As(err); e == nil || e.Constraint != "root_follows_once" || try == signTries {
			return r, err
		}
	}
}

func (d *Verifier) signRoot(ctx context.Context, now time.Time, key ed25519.PrivateKey) (*Root, error) {
	r := &Root{At: pg.Micro(now.Add(-rootDelay)), Form: 2, Signer: key.Public().(ed25519.PublicKey),
		Previous: make([]byte, sha256.Size)}
	last, err := d.LastRoot(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the last root: %w", err)
	}
	if last != nil {
		at := pg.Micro(last.At)
		r.Previous, r.After, r.AfterAt = last.Root, &last.ID, &at
		if r.At.Before(at) { // by the clock of another machine
			r.At = at
		}
	}
	if r.Root, r.Heads, err = d.heads(ctx, r.At); err != nil {
		return nil, err
	}
	r.Signature = ed25519.Sign(key, r.Message())
	err = d.Write.Row(ctx, "root_put", []any{r.At, r.Heads, r.Root, r.Previous, r.After, r.AfterAt, r.Signer, r.Signature},
		&r.ID, &r.Kept)
	if err != nil {
		return nil, fmt.Errorf("keep a root: %w", err)
	}
	return r, nil
}

// LastRoot returns the newest root, or nil.
func (d *Verifier) LastRoot(ctx context.Context) (*Root, error) {
	var r Root
	err := d.Read.One(ctx, &r, "root_last")
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

// heads hashes the heads of all chains recorded before a time, a line "chain seq hash" each, cases first, by id.
func (d *Verifier) heads(ctx context.Context, before time.Time) (root []byte, n int64, err error) {
	h := sha256.New()
	for _, name := range []string{"root_cases", "root_records", "root_audit"} {
		after := ""
		for {
			var rows []headRow
			if err := d.Read.All(ctx, &rows, name, after, before, pg.VerifyPage); err != nil {
				return nil, 0, fmt.Errorf("read the heads of the chains: %w", err)
			}
			for _, r := range rows {
				after = r.Chain
				if r.Hash != nil { // created later
					fmt.Fprintf(h, "%s %d %x\n", r.Chain, r.Seq, r.Hash)
					n++
				}
			}
			if len(rows) < pg.VerifyPage {
				break
			}
		}
	}
	return h.Sum(nil), n, nil
}

// VerifyRoots checks every root's signature and link and recomputes the newest from history. A root must be signed by
// one of root_keys; own is this machine's public key, or nil.
func (d *Verifier) VerifyRoots(ctx context.Context, own ed25519.PublicKey, report func(pg.Problem)) (n int, err error) {
	var roots []Root
	if err := d.Read.All(ctx, &roots, "root_list"); err != nil {
		return 0, fmt.Errorf("read roots: %w", err)
	}
	keys, err := d.RootKeys(ctx)
	if err != nil {
		return 0, err
	}
	if own != nil && !slices.ContainsFunc(keys, own.Equal) {
		report(pg.Problem{Table: "root_keys", Row: hex.EncodeToString(own),
			What: "the signing key of this machine is not among the keys that are believed"})
	}
	var last *Root
	for i := range roots {
		verifyRoot(last, &roots[i], keys, report)
		last = &roots[i]
	}
	if len(roots) == 0 {
		return 0, nil
	}
	newest := &roots[len(roots)-1]
	root, heads, err := d.heads(ctx, newest.At)
	if err != nil {
		return len(roots), err
	}
	if pg.HashOf(root) != workflow.Hash(pg.HashOf(newest.Root)) || heads != newest.Heads {
		report(pg.Problem{Table: "chain_roots", Row: strconv.FormatInt(newest.ID, 10),
			What: fmt.Sprintf("history is not what was signed (%d chains then, %d now)", newest.Heads, heads)})
	}
	return len(roots), nil
}

// VerifyKept compares roots that were kept elsewhere with history: each is signed by a trusted key, is the one of its
// number, and covers the heads that history still has at its time. History that ends before a root is named too.
func (d *Verifier) VerifyKept(ctx context.Context, kept []Root, report func(pg.Problem)) error {
	var roots []Root
	if err := d.Read.All(ctx, &roots, "root_list"); err != nil {
		return fmt.Errorf("read roots: %w", err)
	}
	keys, err := d.RootKeys(ctx)
	if err != nil {
		return err
	}
	for i := range kept {
		k := &kept[i]
		say := func(what string) {
			report(pg.Problem{Table: "kept root", Row: strconv.FormatInt(k.ID, 10), What: what})
		}
		if !slices.ContainsFunc(keys, ed25519.PublicKey(k.Signer).Equal) ||
			!ed25519.Verify(k.Signer, k.Message(), k.Signature) {
			say("is not signed with a key that is believed here")
			continue
		}
		switch at := slices.IndexFunc(roots, func(r Root) bool { return r.ID == k.ID }); {
		case at < 0:
			say("is not in the database: history ends before it, or the root was removed")
		case !bytes.Equal(roots[at].Message(), k.Message()):
			say("is another one in the database")
		}
		root, heads, err := d.heads(ctx, k.At)
		if err != nil {
			return err
		}
		if !bytes.Equal(root, k.Root) || heads != k.Heads {
			say(fmt.Sprintf("history is not what was signed (%d chains then, %d now)", k.Heads, heads))
		}
	}
	return nil
}

func verifyRoot(last, r *Root, keys []crypto.PublicKey, report func(pg.Problem)) {
	say := func(what string) {
		report(pg.Problem{Table: "chain_roots", Row: strconv.FormatInt(r.ID, 10), What: what})
	}
	if !followsRoot(last, r) {
		say("does not follow the root before it")
	}
	switch {
	case !slices.ContainsFunc(keys, ed25519.PublicKey(r.Signer).Equal):
		say("is signed with a key that is not believed")
	case !ed25519.Verify(r.Signer, r.Message(), r.Signature):
		say("the signature does not fit")
	}
}

func followsRoot(last, r *Root) bool {
	if last == nil {
		return pg.HashOf(r.Previous) == workflow.Hash{} && r.After == nil
	}
	named := r.After != nil && *r.After == last.ID && r.AfterAt != nil && r.AfterAt.Equal(last.At)
	return pg.HashOf(r.Previous) == pg.HashOf(last.Root) && (named || r.Form == 1)
}

// RootKeys returns the trusted public keys, oldest first.
func (d *Verifier) RootKeys(ctx context.Context) (keys []crypto.PublicKey, err error) {
	var rows []struct {
		Signer []byte `db:"signer"`
	}
	if err := d.Read.All(ctx, &rows, "root_keys"); err != nil {
		return nil, fmt.Errorf("read the keys that sign roots: %w", err)
	}
	for _, r := range rows {
		keys = append(keys, ed25519.PublicKey(r.Signer))
	}
	return keys, nil
}
