package e2e

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"incubase/cmd/incubase/app"
	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/workflow"
)

// TestFilesWaitForTheScanner: nothing is handed out before the scanner has called it clean.
func TestFilesWaitForTheScanner(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	files, err := f.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	// Marks its word in the file: infected for those that say so; while the file "down" is there it fails as clamdscan
	// does without its daemon.
	place := t.TempDir()
	down, script := filepath.Join(place, "down"), filepath.Join(place, "scanner")
	content := "#!/bin/sh\n[ -e \"$1\" ] && exit 2\ngrep -q worm \"$2\" && exit 1\nexit 0\n"
	if err := os.WriteFile(script, []byte(content), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(down, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	person := f.Actor("officer").ID
	unscanned, err := files.Put(t.Context(), person, nil, "before.txt", strings.NewReader("before there was a scanner"))
	if err != nil {
		t.Fatal(err)
	}
	files.UseScanner(app.CommandScanner(script + " " + down))
	put := func(name, words string) *workflow.Attachment {
		a, err := files.Put(t.Context(), person, nil, name, strings.NewReader(words))
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	good, bad := put("good.txt", "a report"), put("bad.txt", "a worm")
	open := func(a *workflow.Attachment) error {
		t.Helper()
		now, err := files.Find(t.Context(), a.ID)
		if err != nil {
			t.Fatal(err)
		}
		c, err := files.Open(t.Context(), now)
		if err == nil {
			err = c.Close()
		}
		return err
	}

	if n, err := files.ScanPending(t.Context()); err == nil || n != 0 {
		t.Errorf("a scanner that is down scanned %d files, %v", n, err)
	}
	for _, a := range []*workflow.Attachment{good, bad} {
		if err := open(a); !errors.Is(err, workflow.ErrFilePending) {
			t.Errorf("%s, while the scanner is down: %v", a.Name, err)
		}
	}
	if err := open(unscanned); err != nil {
		t.Errorf("a file from before: %v", err)
	}

	if err := os.Remove(down); err != nil {
		t.Fatal(err)
	}
	if n, err := files.ScanPending(t.Context()); err != nil || n != 2 {
		t.Errorf("%d files were scanned, %v", n, err)
	}
	if err := open(good); err != nil {
		t.Errorf("a clean file: %v", err)
	}
	if err := open(bad); !errors.Is(err, workflow.ErrFileInfected) {
		t.Errorf("an infected file: %v", err)
	}
	again := put("again.txt", "a worm") // the same content is scanned again: what the scanner knows may have changed
	if err := open(again); !errors.Is(err, workflow.ErrFilePending) {
		t.Errorf("the same content again: %v", err)
	}
	if n, err := files.ScanPending(t.Context()); err != nil || n != 1 {
		t.Errorf("nothing else waits: %d, %v", n, err)
	}
}

// TestScannerThatHangs: the file keeps waiting and the server goes on.
func TestScannerThatHangs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if clean, err := app.CommandScanner("sleep")(ctx, "60"); clean || err == nil {
		t.Errorf("clean %v, %v", clean, err)
	}
	var none bytes.Buffer
	if clean, err := app.CommandScanner("incubase-no-such-scanner")(t.Context(), none.String()); clean || err == nil {
		t.Errorf("no scanner at all: clean %v, %v", clean, err)
	}
}
