package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db"
)

type restoreCommand struct {
	app.Common
	From string `arg:"" type:"existingdir" help:"Folder that backup wrote." placeholder:"DIR"`
	Key  string `help:"Secret key of an encrypted backup." type:"existingfile" env:"INCUBASE_BACKUP_KEY" placeholder:"FILE"`
}

// Run loads a backup into an empty place. It checks everything first, so that a damaged backup or a place in use
// changes nothing.
func (c *restoreCommand) Run(s *app.Session) error {
	v, err := openVault(c.Key)
	if err != nil {
		return app.UsageError{Err: err}
	}
	m, err := readBackup(c.From, v)
	if err != nil {
		return err
	}
	tool, err := clientProgram("pg_restore")
	if err != nil {
		return err
	}
	if list, err := (vault{}).intact(c.AttachmentFolder()); err != nil || len(list) > 0 {
		return fmt.Errorf("%s already has attachments: restore into an empty data folder", c.AttachmentFolder())
	}
	serverURL, owner, server, err := c.Urls(s.Ctx, true, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	empty, err := db.IsEmpty(s.Ctx, owner)
	if err != nil {
		return err
	}
	if !empty {
		return errors.New("the database is not empty: restore into an empty one")
	}
	if err := v.load(s.Ctx, tool, owner, filepath.Join(c.From, m.dump())); err != nil {
		return fmt.Errorf("nothing was restored: %w", err)
	}
	if err := v.release(filepath.Join(c.From, contents), c.AttachmentFolder()); err != nil {
		return err
	}
	list, err := (vault{}).intact(c.AttachmentFolder())
	if err != nil {
		return err
	}
	if err := db.Migrate(s.Ctx, db.MigrateOptions{OwnerURL: owner, ServerURL: serverURL,
		Log: c.Logger(s.Stderr)}); err != nil {
		return err // migrates an older backup
	}
	if err := c.MarkRestored(s.Ctx, owner); err != nil {
		return err
	}
	if err := allThere(s.Ctx, serverURL, list); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "restored: the database and %d attachments, as of %s; now: incubase audit verify\n",
		len(m.Attachments), m.At.Format(time.RFC3339))
	return err
}

// load restores the dump in one transaction.
func (v vault) load(ctx context.Context, tool, dsn, dump string) error {
	return v.read(dump, func(r io.Reader) error {
		cmd := clientCommand(ctx, tool, dsn, "--exit-on-error", "--single-transaction")
		cmd.Stdin = r
		return runTool(cmd)
	})
}

func (m manifest) dump() string {
	if m.Encrypted {
		return dumpFile + encryptedSuffix
	}
	return dumpFile
}

// readBackup compares the folder with the manifest it returns.
func readBackup(dir string, v vault) (m manifest, err error) {
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
	sum, err := fileHash(filepath.Join(dir, m.dump()))
	if err != nil {
		return m, fmt.Errorf("%s of the backup cannot be read: %w", m.dump(), err)
	}
	if sum != m.Dump {
		return m, fmt.Errorf("%s of the backup is damaged: its hash is not the one that was noted", m.dump())
	}
	if err := v.read(filepath.Join(dir, m.dump()), readable); err != nil {
		return m, err
	}
	found, err := v.intact(filepath.Join(dir, contents))
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

// readable fails where the first byte cannot be read, above all for want of the key.
func readable(r io.Reader) error {
	_, err := r.Read(make([]byte, 1))
	return err
}
