package cases

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
)

// Verify compares the content of every file with its hash and returns how many it read.
func (f *Files) Verify(ctx context.Context, report func(pg.Problem)) (n int, err error) {
	for after := pg.NoID; ; {
		var rows []attachmentRow
		if err := f.db.Read.All(ctx, &rows, "attachment_contents", after, pg.VerifyPage); err != nil {
			return n, fmt.Errorf("list the files to compare: %w", err)
		}
		for i := range rows {
			after = rows[i].ID
			if err := f.verify(ctx, &rows[i], report); err != nil {
				return n, err
			}
			n++
		}
		if len(rows) < pg.VerifyPage {
			return n, nil
		}
	}
}

func (f *Files) verify(ctx context.Context, row *attachmentRow, report func(pg.Problem)) error {
	content, err := os.Open(f.path(pg.HashOf(row.Hash)))
	if err != nil {
		report(pg.Problem{Table: "attachments", Row: row.ID, What: "its content is not on this disk"})
		return nil
	}
	defer func() { _ = content.Close() }()
	same, err := sameContent(ctx, content, pg.HashOf(row.Hash))
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		report(pg.Problem{Table: "attachments", Row: row.ID, What: "its content cannot be read: " + err.Error()})
	case !same:
		report(pg.Problem{Table: "attachments", Row: row.ID, What: "its content on disk is not what was uploaded"})
	}
	return nil
}

// Sweep deletes unbound files older than after, and contents that no row names: those of deleted rows, and those that
// a crash left between file and row.
func (f *Files) Sweep(ctx context.Context, after time.Duration) (removed int, err error) {
	f.sweep.Lock()
	defer f.sweep.Unlock()
	if err := f.db.Write.Run(ctx, "attachment_forget", after.Seconds()); err != nil {
		return 0, fmt.Errorf("forget loose files: %w", err)
	}
	old := time.Now().Add(-after)
	var found []workflow.Hash
	err = filepath.WalkDir(f.root, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if errors.Is(err, os.ErrNotExist) { // another server has removed it
			return nil
		}
		if err != nil || info.ModTime().After(old) {
			return err
		}
		var h workflow.Hash
		switch {
		case h.UnmarshalText([]byte(e.Name())) == nil:
			found = append(found, h)
		case filepath.Dir(path) == f.waiting():
			removed++
			return os.Remove(path) // of an aborted upload
		}
		return nil
	})
	if err != nil {
		return removed, fmt.Errorf("look through %s: %w", f.root, err)
	}
	n, err := f.removeUnknown(ctx, found, old)
	return removed + n, err
}

func (f *Files) removeUnknown(ctx context.Context, found []workflow.Hash, old time.Time) (removed int, err error) {
	for len(found) > 0 {
		some := found[:min(1000, len(found))]
		found = found[len(some):]
		hashes := make([][]byte, len(some))
		for i := range some {
			hashes[i] = some[i][:]
		}
		var known [][]byte
		if err := f.db.Read.All(ctx, &known, "attachment_known", pq.Array(hashes)); err != nil {
			return removed, fmt.Errorf("which contents are named: %w", err)
		}
		named := map[string]bool{}
		for _, k := range known {
			named[string(k)] = true
		}
		for _, h := range some {
			if named[string(h[:])] {
				continue
			}
			// another server has removed it or uses it again
			if info, err := os.Stat(f.path(h)); err != nil || info.ModTime().After(old) {
				continue
			}
			if err := os.Remove(f.path(h)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return removed, err
			}
			removed++
		}
	}
	return removed, nil
}

// Missing reports the rows whose content is missing or has another size, for checks after a restore.
func (f *Files) Missing(ctx context.Context, report func(workflow.Attachment)) error {
	return f.db.EachContent(ctx, func(a workflow.Attachment) {
		if info, err := os.Stat(f.path(a.SHA256)); err != nil || info.Size() != a.Size {
			report(a)
		}
	})
}

// EachContent reports every attachment, each content once.
func (d *Cases) EachContent(ctx context.Context, report func(workflow.Attachment)) error {
	var rows []attachmentRow
	if err := d.Read.All(ctx, &rows, "attachment_all"); err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	for i := range rows {
		report(rows[i].attachment())
	}
	return nil
}
