package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"incubase/db/cases"
	"incubase/db/pg"
	"incubase/workflow"
)

// AttachmentFolder is where files lie. Servers of one installation share it.
func (c *Common) AttachmentFolder() string {
	if c.Attachments != "" {
		return c.Attachments
	}
	return filepath.Join(c.Data, "attachments")
}

// Files returns the store of files in this installation's own folder. The first server marks an empty folder; another
// folder is refused: files that one server takes would be missing on the others.
func (c *Common) Files(ctx context.Context, in *Installation) (*cases.Files, error) {
	dir := c.AttachmentFolder()
	err := pg.ClaimFolder(ctx, in.ownerURL, func(mark workflow.Hash, marked bool) error {
		found, err := readMark(dir)
		switch {
		case err != nil || found == mark.String():
			return err
		case found != "":
			return UsageError{fmt.Errorf("%s belongs to another installation (its file %s names %.16s, this one is %.16s): "+
				"name this installation's folder with --attachments", dir, cases.FolderMark, found, mark)}
		case marked:
			return UsageError{fmt.Errorf("the files of this installation lie in another folder than %s: share that folder "+
				"between the servers and name it with --attachments. Where it was moved or copied without its file %s, put "+
				"that file there, with the one line %s", dir, cases.FolderMark, mark)}
		}
		return newMark(dir, mark.String())
	})
	if err != nil {
		return nil, err
	}
	return in.DB.NewFiles(dir, cases.DefaultFileLimits)
}

// MarkRestored marks a folder that was restored with its database.
func (c *Common) MarkRestored(ctx context.Context, ownerURL string) error {
	return pg.ClaimFolder(ctx, ownerURL, func(mark workflow.Hash, _ bool) error {
		return writeMark(c.AttachmentFolder(), mark.String())
	})
}

func readMark(dir string) (string, error) {
	b, err := os.ReadFile(filepath.Join(dir, cases.FolderMark))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return strings.TrimSpace(string(b)), err
}

// newMark marks a folder that is empty or missing: what else lies there is not this program's to sweep.
func newMark(dir, mark string) error {
	there, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	// A mark that a crash cut off is no other file.
	there = slices.DeleteFunc(there, func(e fs.DirEntry) bool { return e.Name() == cases.FolderMark })
	if len(there) > 0 {
		return UsageError{fmt.Errorf("%s is not empty: attachments begin in a folder of their own, named with "+
			"--attachments", dir)}
	}
	return writeMark(dir, mark)
}

func writeMark(dir, mark string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("mark the folder of attachments: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, cases.FolderMark), []byte(mark+"\n"), 0o600); err != nil {
		return fmt.Errorf("mark the folder of attachments: %w", err)
	}
	return nil
}
