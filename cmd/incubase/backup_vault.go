package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"filippo.io/age"

	"incubase/cmd/incubase/app"
)

const encryptedSuffix = ".age"

// vault reads and writes a backup's files with mode 0600. With a key it encrypts all in the age format
// (age-encryption.org/v1), without one it does not.
type vault struct {
	to []age.Recipient
	by []age.Identity
}

// sealedVault returns a vault that writes for the keys in the file, secret or public, or unencrypted without a file.
func sealedVault(keyFile string) (v vault, err error) {
	if keyFile == "" {
		return v, nil
	}
	v, err = vaultOf(keyFile)
	if err == nil && !v.encrypts() {
		err = fmt.Errorf("%s holds no key of incubase backup-key or age-keygen", keyFile)
	}
	return v, err
}

// openVault returns a vault that reads with the secret key in the file, or only unencrypted backups without a file.
func openVault(keyFile string) (v vault, err error) {
	if keyFile == "" {
		return v, nil
	}
	v, err = vaultOf(keyFile)
	if err == nil && len(v.by) == 0 {
		err = fmt.Errorf("%s has no secret key (AGE-SECRET-KEY-...): restoring needs it", keyFile)
	}
	return v, err
}

// vaultOf reads secret keys, whose file others must not be able to read, or only public ones.
func vaultOf(keyFile string) (v vault, err error) {
	b, err := os.ReadFile(keyFile)
	if err != nil {
		return v, err
	}
	if !strings.Contains(string(b), "AGE-SECRET-KEY-") {
		if v.to, err = age.ParseRecipients(bytes.NewReader(b)); err != nil {
			err = fmt.Errorf("%s cannot be read as a key: %w", keyFile, err)
		}
		return v, err
	}
	info, err := os.Stat(keyFile)
	if err != nil {
		return v, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return v, fmt.Errorf("%s can be read by others: chmod 600 %s", keyFile, keyFile)
	}
	if v.by, err = age.ParseIdentities(bytes.NewReader(b)); err != nil {
		return v, fmt.Errorf("%s cannot be read as a key: %w", keyFile, err)
	}
	for _, id := range v.by {
		switch x := id.(type) {
		case *age.X25519Identity:
			v.to = append(v.to, x.Recipient())
		case *age.HybridIdentity:
			v.to = append(v.to, x.Recipient())
		default:
			return v, fmt.Errorf("%s holds a key of a kind that backups do not use; incubase backup-key makes one", keyFile)
		}
	}
	return v, nil
}

func (v vault) encrypts() bool { return len(v.to) > 0 }

func (v vault) path(name string) string {
	if v.encrypts() {
		return name + encryptedSuffix
	}
	return name
}

// write creates a file from what fill writes. On return it is on the disk or, after an error, removed.
func (v vault) write(name string, fill func(io.Writer) error) (err error) {
	out, err := os.OpenFile(v.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			_ = os.Remove(out.Name())
		}
	}()
	if !v.encrypts() {
		return errors.Join(fill(out), out.Sync())
	}
	in, err := age.Encrypt(out, v.to...)
	if err != nil {
		return err
	}
	return errors.Join(fill(in), in.Close(), out.Sync())
}

func (v vault) read(path string, use func(io.Reader) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if !strings.HasSuffix(path, encryptedSuffix) {
		return use(f)
	}
	if len(v.by) == 0 {
		return errors.New("the backup is encrypted: name its secret key with --key")
	}
	r, err := age.Decrypt(f, v.by...)
	if err != nil {
		if no := (*age.NoIdentityMatchError)(nil); errors.As(err, &no) {
			return errors.New("the backup was encrypted for another key than the one of --key")
		}
		return fmt.Errorf("decrypt %s: %w", filepath.Base(path), err)
	}
	return use(r)
}

// dump writes the database. Only the same user can read pg_dump's environment, which has the password; every user of
// the machine can list its arguments.
func (v vault) dump(ctx context.Context, tool, dsn, to string) error {
	return v.write(to, func(w io.Writer) error {
		cmd := clientCommand(ctx, tool, dsn, "--format=custom")
		cmd.Stdout = w
		return runTool(cmd)
	})
}

// store adds missing attachments to the backup.
func (v vault) store(from, to string) error {
	return copyContents(from, to, v, func(path string, w io.Writer) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(w, f)
		return err
	})
}

func (v vault) release(from, to string) error {
	return copyContents(from, to, vault{}, v.content)
}

func (v vault) content(path string, w io.Writer) error {
	return v.read(path, func(r io.Reader) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// copyContents copies what the target lacks. It fails where a content does not match its name, a hash.
func copyContents(from, to string, target vault, content func(path string, w io.Writer) error) error {
	return eachContent(from, func(path, name string) error {
		rel, err := filepath.Rel(from, filepath.Dir(path))
		if err != nil {
			return err
		}
		into := filepath.Join(to, rel, name)
		if app.Exists(target.path(into)) {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(into), 0o700); err != nil {
			return err
		}
		err = target.write(into, func(w io.Writer) error {
			sum := sha256.New()
			if err := content(path, io.MultiWriter(w, sum)); err != nil {
				return err
			}
			return sameHash(name, hex.EncodeToString(sum.Sum(nil)))
		})
		if errors.Is(err, fs.ErrNotExist) {
			return nil // swept meanwhile
		}
		if err != nil {
			return fmt.Errorf("copy attachment %s: %w", name, err)
		}
		return nil
	})
}

// intact lists a folder's contents. It fails where one does not match its name.
func (v vault) intact(dir string) (names []string, err error) {
	err = eachContent(dir, func(path, name string) error {
		return v.read(path, func(r io.Reader) error {
			sum, err := contentHash(r)
			if err != nil {
				return fmt.Errorf("attachment %s is damaged: %w", name, err)
			}
			names = append(names, name)
			return sameHash(name, sum)
		})
	})
	return names, err
}

// names lists a folder's contents, checked unless that needs a secret key that is not here.
func (v vault) names(dir string) (names []string, err error) {
	if !v.encrypts() || len(v.by) > 0 {
		return v.intact(dir)
	}
	err = eachContent(dir, func(_, name string) error { names = append(names, name); return nil })
	return names, err
}

func sameHash(name, sum string) error {
	if name != sum {
		return fmt.Errorf("attachment %s is damaged: its content has another hash", name)
	}
	return nil
}

// clientProgram finds a client program of PostgreSQL; the npm package has none.
func clientProgram(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "",
			fmt.Errorf("%s is needed and not installed: on Debian or Ubuntu type: sudo apt-get install postgresql-client", name)
	}
	return path, nil
}

func runTool(cmd *exec.Cmd) error {
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(cmd.Path), err, strings.TrimSpace(said.String()))
	}
	return nil
}
