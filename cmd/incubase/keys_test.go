package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/app/apptest"
	"incubase/db/cases"
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

// TestServersShareOneFolder: the first server marks an empty folder; a server with another folder is refused, and so is
// a folder with other files or of another installation.
func TestServersShareOneFolder(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	place := process.Folder(t)
	key := apptest.RowKeyFile(t, place)
	args := func(folder string) []string {
		return []string{"--attachments", filepath.Join(place, folder), "--row-key", key, "--signing-key",
			filepath.Join(place, "signing.key"), "--database-url", d.URL, "--database-owner-url", d.OwnerURL, "--log-level",
			"error"}
	}
	refused := func(folder, says string) {
		t.Helper()
		out, err := self().Run(append([]string{"serve", "--listen", "127.0.0.1:0", "--data", filepath.Join(place, "data")},
			args(folder)...)...)
		if err == nil || !strings.Contains(out, says) {
			t.Errorf("%s: %v %s", folder, err, out)
		}
	}
	for name, content := range map[string]string{"home/letter.txt": "dear", "theirs/" + cases.FolderMark: "another"} {
		path := filepath.Join(place, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	refused("home", "is not empty")
	refused("theirs", "belongs to another installation")
	self().Serve(t, filepath.Join(place, "one"), args("shared")...).Stop()
	refused("own", "lie in another folder")
	refused("theirs", "belongs to another installation")
	self().Serve(t, filepath.Join(place, "two"), args("shared")...).Stop()
	moved := filepath.Join(place, "moved")
	if err := os.Rename(filepath.Join(place, "shared"), moved); err != nil {
		t.Fatal(err)
	}
	refused("shared", "put that file there")
	self().Serve(t, filepath.Join(place, "two"), args("moved")...).Stop()
}
