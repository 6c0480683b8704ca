package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"incubase/db"
	"incubase/workflow"
)

// Names within a backup.
const (
	dumpFile     = "database.dump"
	manifestFile = "manifest.json"
	contents     = "attachments"
)

// manifest is what a backup says of itself: restore believes nothing that does not match it. Attachments lie under their
// own hash, so the list of names is the list of contents.
type manifest struct {
	Version     string    `json:"version"` // of the program that wrote it
	At          time.Time `json:"at"`
	Dump        string    `json:"database_sha256"`
	Attachments []string  `json:"attachments"`
}

type backupCommand struct {
	common
	To string `arg:"" help:"Folder to write; it must not exist." placeholder:"DIR"`
}

// Run copies the attachments before the database and again after it. A content is there before its row is, and is removed
// only a week after its last row; so whatever the copied rows name is in one of the two passes.
func (c *backupCommand) Run(s *session) error {
	if exists(c.To) {
		return usageError{fmt.Errorf("%s exists already", c.To)}
	}
	tool, err := clientProgram("pg_dump")
	if err != nil {
		return err
	}
	serverURL, owner, server, err := c.urls(s.ctx, false, c.logger(s.stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return err
	}
	m := manifest{Version: version, At: time.Now().UTC()}
	if err := copyContents(c.attachmentFolder(), filepath.Join(c.To, contents)); err != nil {
		return err
	}
	dump := filepath.Join(c.To, dumpFile)
	if err := runTool(s.ctx, tool, "--format=custom", "--file="+dump, "--dbname="+owner); err != nil {
		return err
	}
	if err := copyContents(c.attachmentFolder(), filepath.Join(c.To, contents)); err != nil {
		return err
	}
	if m.Dump, err = fileHash(dump); err != nil {
		return err
	}
	if m.Attachments, err = intact(filepath.Join(c.To, contents)); err != nil {
		return fmt.Errorf("%w; the backup is not complete", err)
	}
	if err := allThere(s.ctx, serverURL, filepath.Join(c.To, contents)); err != nil {
		return fmt.Errorf("%w; the backup is not complete", err)
	}
	if err := m.write(filepath.Join(c.To, manifestFile)); err != nil { // last: without it a folder is no backup
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "%s: the database and %d attachments\n", c.To, len(m.Attachments))
	return err
}

type restoreCommand struct {
	common
	From string `arg:"" type:"existingdir" help:"Folder that backup wrote." placeholder:"DIR"`
}

// Run loads a backup into an empty place. Everything is looked at before anything is written, so that a damaged backup and
// a place in use are left as they are.
func (c *restoreCommand) Run(s *session) error {
	m, err := readBackup(c.From)
	if err != nil {
		return err
	}
	tool, err := clientProgram("pg_restore")
	if err != nil {
		return err
	}
	if list, err := intact(c.attachmentFolder()); err != nil || len(list) > 0 {
		return fmt.Errorf("%s already has attachments: restore into an empty data folder", c.attachmentFolder())
	}
	serverURL, owner, server, err := c.urls(s.ctx, true, c.logger(s.stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	empty, err := db.IsEmpty(s.ctx, owner)
	if err != nil {
		return err
	}
	if !empty {
		return errors.New("the database is not empty: restore into an empty one")
	}
	if err := runTool(s.ctx, tool, "--exit-on-error", "--single-transaction", "--dbname="+owner, filepath.Join(c.From, dumpFile)); err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	if err := copyContents(filepath.Join(c.From, contents), c.attachmentFolder()); err != nil {
		return err
	}
	if _, err := intact(c.attachmentFolder()); err != nil {
		return err
	}
	if err := db.Migrate(s.ctx, db.MigrateOptions{OwnerURL: owner, ServerURL: serverURL, Log: c.logger(s.stderr)}); err != nil {
		return err // an older backup is brought up to date
	}
	if err := allThere(s.ctx, serverURL, c.attachmentFolder()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "restored: the database and %d attachments, as of %s; now: incubase audit verify\n", len(m.Attachments), m.At.Format(time.RFC3339))
	return err
}

// readBackup reads the manifest and holds the folder to it.
func readBackup(dir string) (m manifest, err error) {
	b, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s has no %s: it is no complete backup", dir, manifestFile)
	}
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		return m, fmt.Errorf("%s of the backup cannot be read: %w", manifestFile, err)
	}
	sum, err := fileHash(filepath.Join(dir, dumpFile))
	if err != nil {
		return m, fmt.Errorf("%s of the backup cannot be read: %w", dumpFile, err)
	}
	if sum != m.Dump {
		return m, fmt.Errorf("%s of the backup is damaged: its hash is not the one that was noted", dumpFile)
	}
	found, err := intact(filepath.Join(dir, contents))
	if err != nil {
		return m, err
	}
	there := map[string]bool{}
	for _, name := range found {
		there[name] = true
	}
	for _, name := range m.Attachments {
		if !there[name] {
			return m, fmt.Errorf("attachment %s is missing from the backup", name)
		}
	}
	return m, nil
}

func (m manifest) write(path string) error {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// intact lists a folder's contents and fails at one that is not what its name says.
func intact(dir string) (names []string, err error) {
	err = eachContent(dir, func(path, name string) error {
		sum, err := fileHash(path)
		if err != nil {
			return err
		}
		if sum != name {
			return fmt.Errorf("attachment %s is damaged: its content has another hash", name)
		}
		names = append(names, name)
		return nil
	})
	return names, err
}

// allThere fails where a row of the database names a content that the folder has not.
func allThere(ctx context.Context, url, dir string) error {
	d, err := db.Open(ctx, db.Options{URL: url})
	if err != nil {
		return err
	}
	defer d.Close()
	files, err := d.NewFiles(dir, db.DefaultFileLimits)
	if err != nil {
		return err
	}
	var missing []string
	if err := files.Missing(ctx, func(a workflow.Attachment) { missing = append(missing, a.SHA256.String()) }); err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("%d attachments that the database names are missing, the first is %s", len(missing), missing[0])
	}
	return nil
}

// eachContent visits the attachments of a folder; what is still arriving is none, and no folder has none.
func eachContent(dir string, visit func(path, name string) error) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // no folder, or swept away a moment ago
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "incoming" && path != dir:
			return fs.SkipDir
		case d.IsDir():
			return nil
		}
		return visit(path, d.Name())
	})
}

// copyContents copies what is not there yet.
func copyContents(from, to string) error {
	return eachContent(from, func(path, name string) error {
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if exists(target) {
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
			return err
		}
		if err := copyFile(path, target); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("copy attachment %s: %w", name, err)
		}
		return nil
	})
}

// copyFile makes a copy that has reached the disk.
func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// clientProgram finds one of PostgreSQL's client programs. The npm package of PostgreSQL has none.
func clientProgram(name string) (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) > 0 {
		return found[len(found)-1], nil
	}
	path, err := exec.LookPath(name)
	if err != nil {
		return "", fmt.Errorf("%s is needed and not installed: on Debian or Ubuntu type: sudo apt-get install postgresql-client", name)
	}
	return path, nil
}

func runTool(ctx context.Context, tool string, args ...string) error {
	out, err := exec.CommandContext(ctx, tool, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w: %s", filepath.Base(tool), err, strings.TrimSpace(string(out)))
	}
	return nil
}
