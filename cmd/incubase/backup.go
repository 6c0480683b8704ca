package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

type backupCommand struct {
	common
	To string `arg:"" help:"Folder to write; it must not exist." placeholder:"DIR"`
}

// Run copies the database first and the attachments after it: files are only ever added, so every file that the copied
// rows name is in the copy.
func (c *backupCommand) Run(s *session) error {
	if exists(c.To) {
		return usageError{fmt.Errorf("%s exists already", c.To)}
	}
	tool, err := clientProgram("pg_dump")
	if err != nil {
		return err
	}
	_, owner, server, err := c.urls(s.ctx, false, c.logger(s.stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return err
	}
	if err := runTool(s.ctx, tool, "--format=custom", "--file="+filepath.Join(c.To, "database.dump"), "--dbname="+owner); err != nil {
		return err
	}
	n, err := copyTree(c.attachmentFolder(), filepath.Join(c.To, "attachments"))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "%s: the database and %d attachments\n", c.To, n)
	return err
}

type restoreCommand struct {
	common
	From string `arg:"" type:"existingdir" help:"Folder that backup wrote." placeholder:"DIR"`
}

// Run loads a backup. pg_restore stops at the first thing that is there already, so an installation is never mixed.
func (c *restoreCommand) Run(s *session) error {
	tool, err := clientProgram("pg_restore")
	if err != nil {
		return err
	}
	_, owner, server, err := c.urls(s.ctx, true, c.logger(s.stderr))
	if err != nil {
		return err
	}
	if server != nil {
		defer func() { _ = server.Stop(context.Background()) }()
	}
	if err := runTool(s.ctx, tool, "--exit-on-error", "--single-transaction", "--dbname="+owner, filepath.Join(c.From, "database.dump")); err != nil {
		return fmt.Errorf("%w (restore needs an empty database)", err)
	}
	n, err := copyTree(filepath.Join(c.From, "attachments"), c.attachmentFolder())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.stdout, "restored: the database and %d attachments; now: incubase audit verify\n", n)
	return err
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

// copyTree copies a folder of files, and counts them; no folder is no file.
func copyTree(from, to string) (n int, err error) {
	err = filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == from {
			return fs.SkipAll
		}
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		n++
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700); err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), b, 0o600)
	})
	return n, err
}
