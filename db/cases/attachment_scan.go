package cases

import (
	"context"
	"errors"
	"fmt"

	"incubase/db/pg"
	"incubase/workflow"
)

// Scanner checks the content of a local file. On an error the file stays pending.
type Scanner func(ctx context.Context, path string) (clean bool, err error)

// UseScanner makes every upload wait for the scanner. Set it once, before the first upload.
func (f *Files) UseScanner(s Scanner) { f.scan = s }

func (f *Files) state() workflow.ScanState {
	if f.scan == nil {
		return workflow.ScanNone
	}
	return workflow.ScanPending
}

const scanBatch = 50

// ScanPending scans one batch of pending files. It continues after an error and returns all of them. Several servers
// may run it at once: scanning a content twice is harmless.
func (f *Files) ScanPending(ctx context.Context) (scanned int, err error) {
	if f.scan == nil {
		return 0, nil
	}
	var rows []attachmentRow
	if err := f.db.Read.All(ctx, &rows, "attachment_pending", scanBatch); err != nil {
		return 0, fmt.Errorf("list the files that wait for the scanner: %w", err)
	}
	var failed []error
	for i := range rows {
		a := rows[i].attachment()
		clean, err := f.scan(ctx, f.path(a.SHA256))
		if err != nil {
			failed = append(failed, fmt.Errorf("scan file %s: %w", a.ID, err))
			continue
		}
		state := workflow.ScanInfected
		if clean {
			state = workflow.ScanClean
		}
		err = f.db.Write.Tx(ctx, func(t *pg.Tx) error {
			var ids []workflow.ID
			err := t.Rows("attachment_scanned", []any{a.SHA256[:], string(state)}, func(r pg.RowScanner) error {
				ids = append(ids, "")
				return r.Scan(&ids[len(ids)-1])
			})
			for _, id := range ids {
				err = errors.Join(err, f.db.BindRow(t, "attachments", id))
			}
			return err
		})
		if err != nil {
			return scanned, fmt.Errorf("note what the scanner said of file %s: %w", a.ID, err)
		}
		scanned++
	}
	return scanned, errors.Join(failed...)
}
