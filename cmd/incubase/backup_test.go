package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"incubase/cmd/incubase/app"
	"incubase/cmd/incubase/demo"
)

// ask sends one request to a serving process, as a login.
func (d *daemon) ask(t *testing.T, method, path, token string, body any) (int, map[string]any, []byte) {
	t.Helper()
	var content io.Reader
	kind := "application/json"
	if f, ok := body.(form); ok {
		content, kind = f.encode(t)
	} else if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = strings.NewReader(string(b))
	}
	r, err := http.NewRequest(method, d.url+"/api/v1"+path, content)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	_ = json.Unmarshal(b, &doc) // a file is none
	return resp.StatusCode, doc, b
}

func (d *daemon) signIn(t *testing.T, login string) string {
	t.Helper()
	code, doc, _ := d.ask(t, "POST", "/sessions", "", map[string]any{"login": login, "password": demo.Password})
	if code != http.StatusCreated {
		t.Fatal(login, code, doc)
	}
	return doc["token"].(string)
}

// TestBackupAndRestore: what a running server has, attachments included, comes back in an empty place, verifies and
// serves; a damaged or incomplete backup, and a place in use, are refused in words and left as they are.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	place := dataFolder(t)
	first := serveProcess(t, filepath.Join(place, "one"), nil, "--demo")
	applicant := first.signIn(t, "applicant")
	_, list, _ := first.ask(t, "GET", "/cases?workflow=grant&state=draft&limit=1", applicant, nil)
	ref := list["items"].([]any)[0].(map[string]any)["ref"].(string)
	const words = "一份说明，随备份走\n"
	code, file, _ := first.ask(t, "POST", "/cases/"+ref+"/attachments", applicant, form{field: "file", name: "说明.txt",
		upload: words})
	if code != http.StatusCreated {
		t.Fatal(code, file)
	}
	_, before, _ := first.ask(t, "GET", "/cases/"+ref, applicant, nil)

	tool := func(args ...string) (string, error) {
		out, err := program(t, nil, args...).CombinedOutput()
		return string(out), err
	}
	copied := filepath.Join(place, "backup")
	out, err := tool("backup", copied, "--data", filepath.Join(place, "one"))
	if err != nil || !strings.Contains(out, "attachments") || !strings.Contains(out, "row.key and signing.key") {
		t.Fatal(out, err)
	}
	if out, err := tool("backup", copied, "--data", filepath.Join(place, "one")); err == nil ||
		!strings.Contains(out, "exists already") {
		t.Errorf("over another backup: %s", out)
	}
	if err := first.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := first.cmd.Wait(); err != nil {
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
	second := serveProcess(t, two, nil, "--demo")
	applicant = second.signIn(t, "applicant")
	if _, after, _ := second.ask(t, "GET", "/cases/"+ref, applicant, nil); after["version"] != before["version"] ||
		after["title"] != before["title"] {
		t.Errorf("the case came back as %v %v, was %v %v", after["version"], after["title"], before["version"],
			before["title"])
	}
	if code, _, content := second.ask(t, "GET", "/attachments/"+file["id"].(string), applicant,
		nil); code != http.StatusOK || string(content) != words {
		t.Errorf("the attachment came back as %d %q", code, content)
	}
	if err := second.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	_ = second.cmd.Wait()

	refusals(t, place, copied, tool)
}

// copyFile copies a key, which only its owner may read.
func copyFile(from, to string) error {
	b, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, b, 0o600)
}

// refusals tries what must not be restored, each on a copy of its own.
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
