package db_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"incubase/db"
	"incubase/db/audit"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

func rootKey(t *testing.T, d *dbtest.Database) ed25519.PrivateKey {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	d.Believe(t, pub)
	return key
}

func rootsVerify(t *testing.T, d *dbtest.Database, key ed25519.PrivateKey, want int) {
	t.Helper()
	n, err := d.VerifyRoots(t.Context(), key.Public().(ed25519.PublicKey), func(p pg.Problem) { t.Error(p) })
	if err != nil || n != want {
		t.Fatalf("%d roots instead of %d, %v", n, want, err)
	}
}

// A root identical to the previous one is signed too, and so are those after it.
func TestRootsGoOnWhereNothingHappens(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	key := rootKey(t, f.Database)
	now := time.Now().Add(2 * time.Minute)
	for i := range 4 {
		if _, err := f.SignRoot(t.Context(), now.Add(time.Duration(i)*time.Hour), key); err != nil {
			t.Fatalf("root %d: %v", i+1, err)
		}
	}
	if _, err := f.SignRoot(t.Context(), now, key); err != nil {
		t.Fatalf("by a clock that is behind: %v", err)
	}
	rootsVerify(t, f.Database, key, 5)
}

// Form 1 names the previous root by its hash alone.
func TestRootsOfAnOlderTableGoOn(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	key := rootKey(t, f.Database)
	owner := f.Owner(t)
	at := time.Now().UTC().Truncate(time.Microsecond).Add(-time.Hour)
	same, zero := make([]byte, 32), make([]byte, 32)
	same[0] = 1
	for i, previous := range [][]byte{zero, same} {
		r := audit.Root{At: at.Add(time.Duration(i) * time.Minute), Root: same, Previous: previous, Form: 1}
		_, err := owner.Exec(
			`insert into chain_roots (at, heads, root, previous, form, previous_id, previous_at, signer, signature)
			values ($1, 0, $2, $3, 1, (select max(id) from chain_roots), (select max(at) from chain_roots), $4, $5)`,
			r.At, r.Root, r.Previous, []byte(key.Public().(ed25519.PublicKey)), ed25519.Sign(key, db.RootMessage(&r)))
		if err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if _, err := f.SignRoot(t.Context(), time.Now().Add(2*time.Minute), key); err != nil {
			t.Fatal(err)
		}
	}
	rootsVerify(t, f.Database, key, 4)
}

// Roots kept elsewhere name what the database alone cannot: a history that was cut short or rewritten with its roots.
func TestKeptRootsAreComparedWithHistory(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	key := rootKey(t, f.Database)
	var kept []audit.Root
	for range 2 {
		r, err := f.SignRoot(t.Context(), time.Now().Add(2*time.Minute), key)
		if err != nil {
			t.Fatal(err)
		}
		if ago := time.Since(r.Kept); ago < -time.Minute || ago > time.Hour {
			t.Errorf("kept at %s", r.Kept)
		}
		b, err := json.Marshal(r) // as `audit root` prints it
		var read audit.Root
		if err := errors.Join(err, json.Unmarshal(b, &read)); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, read)
	}
	found := func(roots ...audit.Root) (all []string) {
		t.Helper()
		if err := f.VerifyKept(t.Context(), roots, func(p pg.Problem) { all = append(all, p.Row+" "+p.What) }); err != nil {
			t.Fatal(err)
		}
		return all
	}
	if all := found(kept...); len(all) > 0 {
		t.Error(all)
	}
	forged := kept[0]
	forged.Heads++
	if all := found(forged); len(all) != 1 || !strings.Contains(all[0], "not signed") {
		t.Error("a root with another number of chains:", all)
	}
	later, cut := kept[1], kept[1]
	later.ID += 5
	if all := found(later); len(all) != 1 || !strings.Contains(all[0], "history ends before it") {
		t.Error("a root that the database does not have:", all)
	}
	cut.Heads, cut.At = cut.Heads+1, cut.At.Add(time.Hour)
	cut.Signature = ed25519.Sign(key, db.RootMessage(&cut))
	if all := found(cut); len(all) != 2 || !strings.Contains(all[0], "another one") ||
		!strings.Contains(all[1], "history is not what was signed") {
		t.Error("a root over more chains than there are:", all)
	}
}

func TestServersSignOneChain(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	key := rootKey(t, f.Database)
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := f.SignRoot(t.Context(), time.Now().Add(2*time.Minute), key); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	rootsVerify(t, f.Database, key, 3)
}

// The server's role may insert roots, but they have no trusted signature, no predecessor or another time.
func TestForgedRootsAreNamed(t *testing.T) {
	t.Parallel()
	for name, statement := range map[string]string{
		"a key that nobody believes": `update chain_roots set signer = sha256('x') where id = 2`,
		"another time":               `update chain_roots set at = at + interval '1 second' where id = 2`,
		"another count":              `update chain_roots set heads = heads + 1 where id = 1`,
		"the first taken away": `alter table chain_roots drop constraint root_follows_a_root; delete from chain_roots
			where id = 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := dbtest.Open(t, pg.Options{})
			key := rootKey(t, d)
			for range 2 {
				if _, err := d.SignRoot(t.Context(), time.Now(), key); err != nil {
					t.Fatal(err)
				}
			}
			rootsVerify(t, d, key, 2)
			if _, err := d.Server(t).Exec(`insert into root_keys (signer) values ($1)`, make([]byte, 32)); err == nil {
				t.Error("the server's role added a key of its own")
			}
			if _, err := d.Owner(t).Exec(statement); err != nil {
				t.Fatal(err)
			}
			found := 0
			if _, err := d.VerifyRoots(t.Context(), nil, func(pg.Problem) { found++ }); err != nil || found == 0 {
				t.Errorf("found %d, %v", found, err)
			}
		})
	}
	t.Run("a root in order by another's key", func(t *testing.T) {
		t.Parallel()
		d := dbtest.Open(t, pg.Options{})
		if _, err := d.SignRoot(t.Context(), time.Now(), rootKey(t, d)); err != nil {
			t.Fatal(err)
		}
		_, forger, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.SignRoot(t.Context(), time.Now(), forger); err != nil {
			t.Fatal(err)
		}
		var found []string
		if _, err := d.VerifyRoots(t.Context(), nil, func(p pg.Problem) { found = append(found, p.What) }); err != nil ||
			len(found) != 1 || !strings.Contains(found[0], "not believed") {
			t.Errorf("found %v, %v", found, err)
		}
	})
}
