package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"incubase/cmd/e2e/process"
	"incubase/cmd/incubase/demo"
)

// block is a fenced part of the tutorial: "yaml FILE" and "text FILE" are files to write, "sh" is run, "output" is what
// the run printed.
type block struct{ kind, file, body string }

func blocks(t *testing.T, path string) []block {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []block
	open := false
	for _, line := range strings.Split(string(b), "\n") {
		info, fence := strings.CutPrefix(line, "```")
		switch {
		case fence && !open:
			kind, file, _ := strings.Cut(info, " ")
			out, open = append(out, block{kind: kind, file: file}), true
		case fence:
			open = false
		case open:
			out[len(out)-1].body += line + "\n"
		}
	}
	return out
}

// TestTutorial does what docs/writing-a-workflow*.md say, beside a running demonstration, and sees what they show.
func TestTutorial(t *testing.T) {
	t.Parallel()
	for _, need := range []string{"sh", "curl", "sed", "grep"} {
		if _, err := exec.LookPath(need); err != nil {
			t.Skipf("the tutorial is for a machine that has %s", need)
		}
	}
	place := process.Folder(t)
	server := process.Build(t).Serve(t, filepath.Join(place, "data"), "--demo")
	// The holidays of the years to come, so that the days which this page counts are never past the last published notice.
	if a := server.Ask("POST", "/calendars", server.SignIn("sysadmin", demo.Password), map[string]any{"name": "试验",
		"source": "试验", "through": fmt.Sprintf("%d-12-31", time.Now().Year()+2), "days": []any{}}); a.Status != 201 {
		t.Fatal(a.Status, a.Body)
	}
	pages, err := filepath.Glob("../../docs/writing-a-workflow*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	for _, page := range pages {
		follow(t, place, server, page)
	}
}

// follow runs one page in one shell.
func follow(t *testing.T, place string, server *process.Server, page string) {
	t.Helper()
	script := fmt.Sprintf("set -e\ncd %q\nmkdir -p bin\nln -sf %q bin/incubase\n", place, server.Path)
	list := blocks(t, page)
	const mark = "=== part"
	for i, b := range list {
		switch {
		case b.file != "":
			script += fmt.Sprintf("cat > %s <<'END_OF_FILE'\n%sEND_OF_FILE\n", b.file, b.body)
		case b.kind == "sh":
			script += fmt.Sprintf("echo '%s %d'\n%s", mark, i, strings.ReplaceAll(b.body, "http://127.0.0.1:8080", server.URL))
		}
	}
	out, err := exec.Command("sh", "-c", script).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", page, err, out)
	}
	said, expected := "", 0
	for i, b := range list {
		if b.kind == "sh" {
			_, after, _ := strings.Cut(string(out), fmt.Sprintf("%s %d\n", mark, i))
			said, _, _ = strings.Cut(after, mark)
		}
		if b.kind != "output" {
			continue
		}
		for _, line := range strings.Split(strings.TrimSpace(b.body), "\n") {
			expected++
			if !strings.Contains(said, line) {
				t.Errorf("%s says that one sees %q, one sees:\n%s", page, line, said)
			}
		}
	}
	if expected < 15 {
		t.Errorf("%s: only %d lines to see were found", page, expected)
	}
}
