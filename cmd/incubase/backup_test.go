package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
)

// TestBackupAndRestore: a backup of a running server, with attachments, is restored in an empty place, verifies and
// serves; damaged backups and places in use are refused and left alone.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	place := process.Folder(t)
	first := self().Serve(t, filepath.Join(place, "one"), "--demo")
	applicant := first.SignIn("applicant", demo.Password)
	list := first.Ask("GET", "/cases?workflow=grant&state=draft&limit=1", applicant, nil).Body
	ref := list["items"].([]any)[0].(map[string]any)["ref"].(string)
	const words = "一份说明，随备份走\n"
	file := first.Ask("POST", "/cases/"+ref+"/attachments", applicant, process.Form{Field: "file", Name: "说明.txt",
		Upload: words})
	if file.Status != http.StatusCreated {
		t.Fatal(file.Status, file.Body)
	}
	before := first.Ask("GET", "/cases/"+ref, applicant, nil).Body

	tool := self().Run
	copied := filepath.Join(place, "backup")
	out, err := tool("backup", copied, "--data", filepath.Join(place, "one"))
	if err != nil || !strings.Contains(out, "attachments") || !strings.Contains(out, "row.key and signing.key") {
		t.Fatal(out, err)
	}
	if out, err := tool("backup", copied, "--data", filepath.Join(place, "one")); err == nil ||
		!strings.Contains(out, "exists already") {
		t.Errorf("over another backup: %s", out)
	}
	if err := first.Stop(); err != nil {
		t.Error(err)
	}

	two := filepath.Join(place, "two")
	for _, args := range [][]string{{"restore", copied}, {"audit", "verify"}} {
		if out, err := tool(append(args, "--data", two)...); err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
	}
	if out, _ := tool("audit", "verify", "--data", two); !strings.Contains(out, "only hashes were checked") {
		t.Errorf("without the keys: %s", out)
	}
	if out, err := tool("serve", "--data", two, "--listen", "127.0.0.1:0"); err == nil ||
		!strings.Contains(out, "copy the file") {
		t.Errorf("without the keys, which are no part of a backup: %v %s", err, out)
	}
	for _, key := range []string{"row.key", "signing.key"} {
		if err := copyFile(filepath.Join(place, "one", key), filepath.Join(two, key)); err != nil {
			t.Fatal(err)
		}
	}
	for _, args := range [][]string{{"audit", "verify"}, {"check"}} {
		if out, err := tool(append(args, "--data", two)...); err != nil || strings.Contains(out, "only hashes") {
			t.Fatalf("%v: %v %s", args, err, out)
		}
	}
	second := self().Serve(t, two, "--demo")
	applicant = second.SignIn("applicant", demo.Password)
	if after := second.Ask("GET", "/cases/"+ref, applicant, nil).Body; after["version"] != before["version"] ||
		after["title"] != before["title"] {
		t.Errorf("the case came back as %v %v, was %v %v", after["version"], after["title"], before["version"],
			before["title"])
	}
	if a := second.Ask("GET", "/attachments/"+file.Body["id"].(string), applicant, nil); a.Status != http.StatusOK ||
		string(a.Raw) != words {
		t.Errorf("the attachment came back as %d %q", a.Status, a.Raw)
	}
	_ = second.Stop()

	refusals(t, place, copied, tool)
}

func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

func refusals(t *testing.T, place, copied string, tool func(...string) (string, error)) {
	t.Helper()
	var attachment string
	if err := eachContent(filepath.Join(copied, contents),
		func(path, _ string) error { attachment = path; return nil }); err != nil || attachment == "" {
		t.Fatal("no attachment in the backup", err)
	}
	inside, err := filepath.Rel(copied, attachment)
	if err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct {
		harm func(dir string) error
		says string
	}{
		"a damaged attachment": {func(dir string) error {
			return os.WriteFile(filepath.Join(dir, inside), []byte("另一份"),
				0o600)
		}, "is damaged: its content has another hash"},
		"a missing attachment": {func(dir string) error { return os.Remove(filepath.Join(dir, inside)) },
			"is missing from the backup"},
		"a dump cut short": {func(dir string) error { return os.Truncate(filepath.Join(dir, dumpFile), 1000) },
			"database.dump of the backup is damaged"},
		"a dump that is not there": {func(dir string) error { return os.Remove(filepath.Join(dir, dumpFile)) },
			"database.dump of the backup cannot be read"},
		"no manifest": {func(dir string) error { return os.Remove(filepath.Join(dir, manifestFile)) },
			"it is no complete backup"},
		"a broken manifest": {func(dir string) error { return os.Truncate(filepath.Join(dir, manifestFile), 5) },
			"manifest.json of the backup cannot be read"},
	} {
		bad, target := filepath.Join(place, "bad"), filepath.Join(place, "target")
		if err := os.CopyFS(bad, os.DirFS(copied)); err != nil {
			t.Fatal(err)
		}
		if err := tt.harm(bad); err != nil {
			t.Fatal(err)
		}
		if out, err := tool("restore", bad, "--data", target); err == nil || !strings.Contains(out, tt.says) {
			t.Errorf("%s: %v, it should say %q: %s", name, err, tt.says, out)
		}
		if app.Exists(target) {
			t.Errorf("%s: something was written", name)
		}
		if err := os.RemoveAll(bad); err != nil {
			t.Fatal(err)
		}
	}
	two := filepath.Join(place, "two")
	kept := filepath.Join(two, inside)
	if err := os.WriteFile(kept, []byte("坏了"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := tool("backup", filepath.Join(place, "late"), "--data", two); err == nil ||
		!strings.Contains(out, "is damaged") || app.Exists(filepath.Join(place, "late", manifestFile)) {
		t.Errorf("a backup of a damaged attachment: %v %s", err, out)
	}
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	if out, err := tool("backup", filepath.Join(place, "later"), "--data", two); err == nil ||
		!strings.Contains(out, "that the database names are missing") {
		t.Errorf("a backup without an attachment: %v %s", err, out)
	}
	if err := (vault{}).release(filepath.Join(copied, contents), filepath.Join(two, contents)); err != nil {
		t.Fatal(err)
	}
	if out, err := tool("restore", copied, "--data", two); err == nil ||
		!strings.Contains(out, "already has attachments") {
		t.Errorf("over attachments: %v %s", err, out)
	}
	if err := os.RemoveAll(filepath.Join(two, contents)); err != nil {
		t.Fatal(err)
	}
	if out, err := tool("restore", copied, "--data", two); err == nil ||
		!strings.Contains(out, "the database is not empty") {
		t.Errorf("over a database: %v %s", err, out)
	}
	if list, err := (vault{}).intact(filepath.Join(two, contents)); err != nil || len(list) > 0 {
		t.Errorf("a refused restore left attachments: %v %v", list, err)
	}
}
