package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/app/apptest"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

// TestServersShareOneSigningKey: the first server makes it; one without it, or with another, is refused with the
// remedy; after a loss the command makes another, and roots of both are believed.
func TestServersShareOneSigningKey(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	place := t.TempDir()
	root := func(folder string, args ...string) (string, error) {
		args = append([]string{"audit", "root", "--row-key", filepath.Join(place, "row.key"), "--data",
			filepath.Join(place, folder),
			"--database-url", d.URL, "--database-owner-url", d.OwnerURL}, args...)
		return self().Run(args...)
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
	if err == nil || !strings.Contains(out, "copy the file") || !strings.Contains(out, two) || app.Exists(two) {
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
	all, err := self().Run("audit", "verify", "--data", filepath.Join(place, "one"), "--database-url", d.URL,
		"--database-owner-url", d.OwnerURL)
	if err != nil || !strings.Contains(all, "4 signed roots") {
		t.Errorf("%v %s", err, all)
	}
}

// TestServersShareOneRowKey: a server without the row key, or with another, is refused with the remedy; commands that
// only read say that they checked hashes alone.
func TestServersShareOneRowKey(t *testing.T) {
	t.Parallel()
	d := dbtest.Empty(t) // whose definitions the first server binds
	place := t.TempDir()
	run := func(folder string, args ...string) (string, error) {
		args = append(args, "--data", filepath.Join(place, folder), "--database-url", d.URL, "--database-owner-url",
			d.OwnerURL)
		return self().Run(args...)
	}
	if out, err := run("one", "migrate"); err != nil {
		t.Fatalf("the first: %v %s", err, out)
	}
	made := filepath.Join(place, "one", "row.key")
	if info, err := os.Stat(made); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key: %v %v", info, err)
	}
	if out, err := run("two", "migrate"); err == nil || !strings.Contains(out, "copy the file") ||
		app.Exists(filepath.Join(place, "two", "row.key")) {
		t.Errorf("without the key: %v %s", err, out)
	}
	if out, err := run("two", "audit", "verify"); err != nil || !strings.Contains(out, "only hashes were checked") {
		t.Errorf("looking without the key: %v %s", err, out)
	}
	other := filepath.Join(place, "three")
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	apptest.RowKeyFile(t, other)
	if out, err := run("three", "migrate"); err == nil || !strings.Contains(out, "holds another") {
		t.Errorf("with another key: %v %s", err, out)
	}
	if out, err := run("one", "audit", "verify"); err != nil || strings.Contains(out, "only hashes") {
		t.Errorf("with the key: %v %s", err, out)
	}
}
