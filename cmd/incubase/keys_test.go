package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/db"
	"incubase/db/dbtest"
)

// TestServersShareOneSigningKey: the first makes it; one without it, or with another, is refused and told what to do; one with a
// copy signs on; an installation that lost it makes another by the command, and the roots of both are believed.
func TestServersShareOneSigningKey(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, db.Options{})
	place := t.TempDir()
	root := func(folder string, args ...string) (string, error) {
		args = append([]string{"audit", "root", "--data", filepath.Join(place, folder),
			"--database-url", d.URL, "--database-owner-url", d.OwnerURL}, args...)
		out, err := program(t, nil, args...).CombinedOutput()
		return string(out), err
	}
	if out, err := root("one"); err != nil {
		t.Fatalf("the first server: %v %s", err, out)
	}
	made := filepath.Join(place, "one", "signing.key")
	if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key: %v %v", info, err)
	}
	two := filepath.Join(place, "two", "signing.key")
	out, err := root("two")
	if err == nil || !strings.Contains(out, "copy the file") || !strings.Contains(out, two) || exists(two) {
		t.Fatalf("a server without the key: %v %s", err, out)
	}
	if err := os.MkdirAll(filepath.Dir(two), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := copyFile(made, two); err != nil {
		t.Fatal(err)
	}
	if out, err := root("two"); err != nil {
		t.Fatalf("a server with a copy: %v %s", err, out)
	}
	if out, err := root("three", "--new-key"); err != nil {
		t.Fatalf("another key by the command: %v %s", err, out)
	}
	if out, err := root("one"); err != nil {
		t.Fatalf("the first server goes on: %v %s", err, out)
	}
	all, err := program(t, nil, "audit", "verify", "--data", filepath.Join(place, "one"), "--database-url", d.URL, "--database-owner-url",
		d.OwnerURL).CombinedOutput()
	if err != nil || !strings.Contains(string(all), "4 signed roots") {
		t.Errorf("%v %s", err, all)
	}
}
