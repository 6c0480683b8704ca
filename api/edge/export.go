package edge

import (
	"context"
	"errors"
	"io"
	"os"

	"incubase/workflow"
	"incubase/workflow/export"
)

// exporting bounds concurrent exports: each reads much.
var exporting = make(chan struct{}, 2)

// Export writes a list to an unnamed temporary file first, so that a failure is an error and never half a file.
func Export(ctx context.Context, x Exports, actor workflow.Actor, r export.Request) (f *os.File, size int64,
	err error) {
	select {
	case exporting <- struct{}{}:
		defer func() { <-exporting }()
	case <-ctx.Done():
		return nil, 0, errors.Join(workflow.ErrBusy, ctx.Err())
	}
	if f, err = os.CreateTemp("", "incubase-export-"); err != nil {
		return nil, 0, err
	}
	defer func() {
		if err != nil {
			_ = f.Close()
		}
	}()
	if err = os.Remove(f.Name()); err != nil {
		return nil, 0, err
	}
	r.Most = export.MaxRows
	if err = x.Export(ctx, actor, r, f); err != nil {
		return nil, 0, err
	}
	if size, err = f.Seek(0, io.SeekCurrent); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	return f, size, err
}
