package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app"
)

// TestBackupIsEncrypted: with a key nothing of a backup is in clear, and only the secret key restores it.
func TestBackupIsEncrypted(t *testing.T) {
	t.Parallel()
	place := process.Folder(t)
	tool := self().Run
	must := func(args ...string) string {
		t.Helper()
		out, err := tool(args...)
		if err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
		return out
	}
	one, two := filepath.Join(place, "one"), filepath.Join(place, "two")
	must("migrate", "--data", one)
	// A file under the hash of its content, as the server stores it. No row names it yet: an upload under way.
	const words = "一份说明，不能让别人看到\n"
	name, err := contentHash(strings.NewReader(words))
	if err != nil {
		t.Fatal(err)
	}
	inside := filepath.Join(contents, name[:2], name)
	if err := os.MkdirAll(filepath.Join(one, filepath.Dir(inside)), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(one, inside), []byte(words), 0o600); err != nil {
		t.Fatal(err)
	}

	key, other := filepath.Join(place, "key"), filepath.Join(place, "other")
	public := must("backup-key", key)
	must("backup-key", other)
	if out, err := tool("backup-key", key); err == nil {
		t.Errorf("a key was written over another: %s", out)
	}
	recipient := filepath.Join(place, "public")
	if err := os.WriteFile(recipient, []byte(public[strings.LastIndex(public, " ")+1:]), 0o644); err != nil {
		t.Fatal(err)
	}

	for kind, with := range map[string]string{"secret": key, "public": recipient} {
		copied := filepath.Join(place, "backup-"+kind)
		if out := must("backup", copied, "--key", with, "--data", one); !strings.Contains(out, "1 attachments, encrypted") {
			t.Errorf("%s key: %s", kind, out)
		}
		private(t, copied, []byte("PGDMP"), []byte(words))
		for says, keyOf := range map[string][]string{
			"the backup is encrypted: name its secret key": nil,
			"the backup was encrypted for another key":     {"--key", other},
			"has no secret key":                            {"--key", recipient},
		} {
			if out, err := tool(append([]string{"restore", copied, "--data", two}, keyOf...)...); err == nil ||
				!strings.Contains(out, says) || app.Exists(two) {
				t.Errorf("restored with %v: %v %s", keyOf, err, out)
			}
		}
	}
	must("restore", filepath.Join(place, "backup-public"), "--key", key, "--data", two)
	must("audit", "verify", "--data", two)
	if b, err := os.ReadFile(filepath.Join(two, inside)); err != nil || string(b) != words {
		t.Errorf("the attachment came back as %q %v", b, err)
	}

	if err := os.Chmod(key, 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := tool("backup", filepath.Join(place, "late"), "--key", key, "--data", one); err == nil ||
		!strings.Contains(out, "can be read by others") {
		t.Errorf("a secret key that everybody reads: %v %s", err, out)
	}
	must("backup", filepath.Join(place, "clear"), "--data", one)
	private(t, filepath.Join(place, "clear"))
}

// private fails at a file that others may read, or that holds one of the marks.
func private(t *testing.T, dir string, marks ...[]byte) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		b, err := os.ReadFile(path)
		for _, mark := range marks {
			if bytes.Contains(b, mark) {
				t.Errorf("%s is in clear", path)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestPasswordIsNoArgument: every user of a machine can list the arguments of its processes.
func TestPasswordIsNoArgument(t *testing.T) {
	t.Parallel()
	for dsn, want := range map[string]struct{ public, password string }{
		"postgres://u:s3cret%40@h:5433/d?sslmode=require": {"postgres://u@h:5433/d?sslmode=require", "s3cret@"},
		"postgresql://u@h/d?password=s3cret&sslmode=off":  {"postgresql://u@h/d?sslmode=off", "s3cret"},
		"host=/run/x user=u password=s3cret dbname=d":     {"host=/run/x user=u dbname=d", "s3cret"},
		`password = 's3 \'cret' host=h`:                   {"host=h", "s3 'cret"},
		"host=h user=u":                                   {"host=h user=u", ""},
	} {
		cmd := clientCommand(t.Context(), "/bin/pg_dump", dsn, "--format=custom")
		if !slices.Contains(cmd.Args, "--dbname="+want.public) {
			t.Errorf("%s: arguments %q", dsn, cmd.Args)
		}
		for _, a := range cmd.Args {
			if strings.Contains(a, "cret") {
				t.Errorf("%s: the password is the argument %q", dsn, a)
			}
		}
		if has := slices.Contains(cmd.Env, "PGPASSWORD="+want.password); has != (want.password != "") {
			t.Errorf("%s: the password %q is in the environment: %v", dsn, want.password, has)
		}
	}
}
