package app

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"incubase/db/pg"
	"incubase/workflow"
)

// secretFile is a secret of the installation that the database does not hold: 32 bytes in a file of mode 0600. All
// servers of an installation have the same one.
type secretFile struct {
	Path, option, block, what string
}

const secretSize = 32

// signingFile holds the seed of the key that signs the roots of the audit chains.
func (c *Common) signingFile() secretFile {
	return secretFile{c.secretPath(c.SigningKey, "signing.key"), "--signing-key", "INCUBASE ED25519 SEED", "signing key"}
}

// RowFile holds the key that binds rows to the log.
func (c *Common) RowFile() secretFile {
	return secretFile{c.secretPath(c.RowKey, "row.key"), "--row-key", "INCUBASE ROW KEY", "row key"}
}

// rowKey is the key that binds rows. The first server of an installation makes it; another is refused: what it bound
// would be taken for tampered with on every other server. A command that only looks goes on without one.
func (c *Common) rowKey(ctx context.Context, ownerURL string) (key pg.RowKey, err error) {
	f := c.RowFile()
	err = pg.ClaimRowKey(ctx, ownerURL, func(known *workflow.Hash) (pg.RowKey, error) {
		secret, err := f.read()
		if err != nil {
			return nil, err
		}
		switch {
		case secret == nil && c.Unbound:
			return nil, nil
		case known != nil && (secret == nil || pg.RowKey(secret).Fingerprint() != *known):
			return nil, f.missing(known.String()[:16], secret != nil)
		case secret == nil:
			if secret, err = f.create(); err != nil {
				return nil, err
			}
		}
		key = pg.RowKey(secret)
		return key, nil
	})
	return key, err
}

func (c *Common) secretPath(set, name string) string {
	if set != "" {
		return set
	}
	return filepath.Join(c.Data, name)
}

// read returns nil where there is no file.
func (f secretFile) read() ([]byte, error) {
	b, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the %s: %w", f.what, err)
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != f.block || len(block.Bytes) != secretSize {
		return nil, fmt.Errorf("%s is no %s of this program", f.Path, f.what)
	}
	return block.Bytes, nil
}

// create writes a new secret, on disk before anything is signed with it.
func (f secretFile) create() ([]byte, error) {
	secret := make([]byte, secretSize)
	_, _ = rand.Read(secret) // never fails
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return nil, fmt.Errorf("write the %s: %w", f.what, err)
	}
	out, err := os.OpenFile(f.Path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("write the %s: %w", f.what, err)
	}
	err = pem.Encode(out, &pem.Block{Type: f.block, Bytes: secret})
	if err := errors.Join(err, out.Sync(), out.Close()); err != nil {
		return nil, fmt.Errorf("write the %s: %w", f.what, err)
	}
	return secret, nil
}

// missing says what to do where the installation has another secret than this machine.
func (f secretFile) missing(print string, there bool) error {
	here := "there is none in " + f.Path
	if there {
		here = f.Path + " holds another"
	}
	return fmt.Errorf(
		"this installation has the %s %s, and %s: copy the file from the server that has it, or from where the keys "+
			"are kept, to %s (mode 0600), or name it with %s", f.what, print, here, f.Path, f.option)
}

// fingerprint names a public key in messages.
func fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	return hex.EncodeToString(sum[:8])
}

// publicKey is the public half of a seed.
func publicKey(seed []byte) ed25519.PublicKey {
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

// LoadSigningKey returns the key that signs roots. The first server of an installation makes it; where roots of another
// key exist none is made, and another is refused: two keys would let verification fail on both servers.
func (c *Common) LoadSigningKey(ctx context.Context, in *Installation) (key ed25519.PrivateKey, err error) {
	f := c.signingFile()
	err = pg.ClaimRootKey(ctx, in.ownerURL, func(believed []crypto.PublicKey) (ed25519.PublicKey, error) {
		seed, err := f.read()
		if err != nil {
			return nil, err
		}
		switch {
		case len(believed) > 0 && (seed == nil || !slices.ContainsFunc(believed, publicKey(seed).Equal)):
			last := believed[len(believed)-1].(ed25519.PublicKey)
			return nil, fmt.Errorf("%w; where it is lost, make another: incubase audit root --new-key",
				f.missing(fingerprint(last), seed != nil))
		case seed == nil:
			if seed, err = f.create(); err != nil {
				return nil, err
			}
		}
		key = ed25519.NewKeyFromSeed(seed)
		return publicKey(seed), nil
	})
	return key, err
}

// OwnPublicKey is the public half of this machine's signing key; nil where it has none.
func (c *Common) OwnPublicKey() (ed25519.PublicKey, error) {
	seed, err := c.signingFile().read()
	if seed == nil || err != nil {
		return nil, err
	}
	return publicKey(seed), nil
}

// NewSigningKey makes a key beside those that are believed, for an installation that lost its own.
func (c *Common) NewSigningKey(ctx context.Context, in *Installation) error {
	f := c.signingFile()
	return pg.ClaimRootKey(ctx, in.ownerURL, func([]crypto.PublicKey) (ed25519.PublicKey, error) {
		if Exists(f.Path) {
			return nil, UsageError{fmt.Errorf("%s exists: --new-key is for an installation that has lost its signing key",
				f.Path)}
		}
		seed, err := f.create()
		if err != nil {
			return nil, err
		}
		return publicKey(seed), nil
	})
}
