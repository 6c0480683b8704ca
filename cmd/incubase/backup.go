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
	"path/filepath"
	"strings"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db"
	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/workflow"
)

const (
	dumpFile     = "database.dump"
	manifestFile = "manifest.json"
	contents     = "attachments"
)

// manifest describes a backup; restore checks everything against it. Attachments are named by the hash of their
// content.
type manifest struct {
	Version     string    `json:"version"` // of the program
	At          time.Time `json:"at"`
	Encrypted   bool      `json:"encrypted,omitempty"`
	Dump        string    `json:"database_sha256"` // of the file in the backup
	Attachments []string  `json:"attachments"`
}

type backupCommand struct {
	app.Common
	To  string `arg:"" help:"Folder to write; it must not exist." placeholder:"DIR"`
	Key string `help:"Encrypt for this key: a file of backup-key or age-keygen, or of public keys (age1...) alone." type:"existingfile" env:"INCUBASE_BACKUP_KEY" placeholder:"FILE"`
}

// Run copies the attachments before the database and again after it. The first pass has what was there before the dump;
// a content that came meanwhile is stored before its row and stays for a week at least, so the second has it.
func (c *backupCommand) Run(s *app.Session) error {
	if app.Exists(c.To) {
		return app.UsageError{Err: fmt.Errorf("%s exists already", c.To)}
	}
	v, err := sealedVault(c.Key)
	if err != nil {
		return app.UsageError{Err: err}
	}
	tool, err := clientProgram("pg_dump")
	if err != nil {
		return err
	}
	serverURL, owner, server, err := c.Urls(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return err
	}
	m := manifest{Version: app.Version, At: time.Now().UTC(), Encrypted: v.encrypts()}
	into := filepath.Join(c.To, contents)
	if err := v.store(c.AttachmentFolder(), into); err != nil {
		return incomplete(err)
	}
	dump := v.path(filepath.Join(c.To, dumpFile))
	if err := v.dump(s.Ctx, tool, owner, filepath.Join(c.To, dumpFile)); err != nil {
		return err
	}
	if err := v.store(c.AttachmentFolder(), into); err != nil {
		return incomplete(err)
	}
	if m.Dump, err = fileHash(dump); err != nil {
		return err
	}
	if m.Attachments, err = v.names(into); err != nil {
		return incomplete(err)
	}
	if err := allThere(s.Ctx, serverURL, m.Attachments); err != nil {
		return incomplete(err)
	}
	if err := m.write(filepath.Join(c.To, manifestFile)); err != nil { // last: without it a folder is no backup
		return err
	}
	how := ""
	if m.Encrypted {
		how = ", encrypted"
	}
	_, err = fmt.Fprintf(s.Stdout,
		"%s: the database and %d attachments%s; row.key and signing.key of the data folder are no part of it:"+
			" keep a copy elsewhere, a restored place serves only with them\n", c.To, len(m.Attachments), how)
	return err
}

func incomplete(err error) error { return fmt.Errorf("%w; the backup is not complete", err) }

func (m manifest) write(path string) error {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(b, '\n'), 0o600)
}

// allThere fails where a row names a missing attachment.
func allThere(ctx context.Context, url string, attachments []string) error {
	d, err := db.Open(ctx, pg.Options{URL: url})
	if err != nil {
		return err
	}
	defer d.Close()
	there := map[string]bool{}
	for _, name := range attachments {
		there[name] = true
	}
	var missing []string
	err = d.EachContent(ctx, func(a workflow.Attachment) {
		if name := a.SHA256.String(); !there[name] {
			missing = append(missing, name)
		}
	})
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		return fmt.Errorf("%d attachments that the database names are missing, the first is %s", len(missing), missing[0])
	}
	return nil
}

// eachContent visits a folder's attachments, none if it is missing. It skips unfinished uploads.
func eachContent(dir string, visit func(path, name string) error) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil // no folder, or just swept
		case err != nil:
			return err
		case d.IsDir() && d.Name() == "incoming" && path != dir:
			return fs.SkipDir
		case d.IsDir() || d.Name() == cases.FolderMark:
			return nil
		}
		return visit(path, strings.TrimSuffix(d.Name(), encryptedSuffix))
	})
}

func fileHash(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	return contentHash(f)
}

func contentHash(r io.Reader) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, r); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
