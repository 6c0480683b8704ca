package edge

import (
	"context"
	"errors"
	"io"
	"os"

	"incubase/workflow"
	"incubase/workflow/export"
)

// Exports writes lists as files, each within the scope of who asks.
type Exports interface {
	Export(ctx context.Context, actor workflow.Actor, r export.Request, w io.Writer) error
}

// exporting bounds how many exports this process makes at once: each reads much.
var exporting = make(chan struct{}, 2)

// Export makes a list's file whole before a byte of it is sent, so that a failure is a failure and not half a file. It
// lies on the disk without a name and is gone when it is closed.
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
