package cases

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/filetype"
)

// FileLimits bound uploads, in bytes.
type FileLimits struct {
	File  int64
	Case  int64
	Loose int64 // of one user, not yet bound to a case
}

var DefaultFileLimits = FileLimits{File: 20 << 20, Case: 200 << 20, Loose: 100 << 20}

// Files keeps attachments: contents in a folder by their hash, rows in the database. Every row has its content: the
// file is written, synced and renamed before the row. Sweep removes contents without a row.
type Files struct {
	db     *Cases
	root   string
	limits FileLimits
	scan   Scanner      // nil: contents are not scanned
	sweep  sync.RWMutex // read lock from rename to row, write lock while contents are removed
}

// FolderMark is the file that names the installation whose files lie in the folder.
const FolderMark = ".incubase"

// NewFiles keeps files in a folder, which it creates. Several servers may share it.
func (d *Cases) NewFiles(folder string, limits FileLimits) (*Files, error) {
	f := &Files{db: d, root: folder, limits: limits}
	if err := os.MkdirAll(f.waiting(), 0o700); err != nil {
		return nil, fmt.Errorf("keep files in %s: %w", folder, err)
	}
	return f, nil
}

// waiting is the folder of incomplete uploads.
func (f *Files) waiting() string { return filepath.Join(f.root, "incoming") }

func (f *Files) path(h workflow.Hash) string {
	s := h.String()
	return filepath.Join(f.root, s[:2], s[2:4], s)
}

// Put stores a file whose type its content decides. It binds the file to the draft of case on, as its uploader saw
// it; nil leaves it for an action to name. Errors are ErrTooLarge, ErrFileFull, or ErrFileType with a
// *filetype.Error.
func (f *Files) Put(ctx context.Context, actor workflow.ID, on *workflow.Case, name string,
	content io.Reader) (*workflow.Attachment, error) {
	a := &workflow.Attachment{ID: workflow.NewID(time.Now()), Name: filetype.Name(name), Uploader: actor, Scan: f.state()}
	arrived, err := f.receive(content, a)
	if arrived != "" {
		defer os.Remove(arrived) // already moved on success
	}
	if err != nil {
		return nil, err
	}
	f.sweep.RLock()
	defer f.sweep.RUnlock()
	if err := f.settle(arrived, a.SHA256); err != nil {
		return nil, fmt.Errorf("keep the content of %q: %w", a.Name, err)
	}
	err = f.db.Write.Tx(ctx, func(t *pg.Tx) error {
		args := []any{a.ID, a.SHA256[:], a.Size, a.Type, a.Name, actor, f.limits.Loose, a.Active, a.Scan}
		if err := t.Row("attachment_put", args, &a.At); err != nil {
			return err
		}
		return f.db.BindRow(t, "attachments", a.ID)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrFileFull
	}
	if err != nil {
		return nil, fmt.Errorf("keep the row of %q: %w", a.Name, err)
	}
	if err := f.settle(arrived, a.SHA256); err != nil { // another server may have swept an earlier copy meanwhile
		return nil, fmt.Errorf("keep the content of %q: %w", a.Name, err)
	}
	if on == nil {
		return a, nil
	}
	a.Case = on.ID
	return a, f.Bind(ctx, actor, on, []workflow.ID{a.ID})
}

// Drop deletes the rows of files that no case names. Sweep removes their contents.
func (f *Files) Drop(ctx context.Context, actor workflow.ID, files []workflow.ID) error {
	if err := f.db.Write.Run(ctx, "attachment_drop", pq.Array(files), actor); err != nil {
		return fmt.Errorf("drop %d files: %w", len(files), err)
	}
	return nil
}

// receive writes an upload to a temporary file, within the size limit, and detects its type.
func (f *Files) receive(content io.Reader, a *workflow.Attachment) (path string, err error) {
	t, err := os.CreateTemp(f.waiting(), "upload-*")
	if err != nil {
		return "", fmt.Errorf("receive a file: %w", err)
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	sum := sha256.New()
	a.Size, err = io.Copy(io.MultiWriter(t, sum), io.LimitReader(content, f.limits.File+1))
	if err != nil {
		return t.Name(), fmt.Errorf("receive a file: %w", err)
	}
	if a.Size > f.limits.File {
		return t.Name(), workflow.ErrTooLarge
	}
	a.SHA256 = workflow.Hash(sum.Sum(nil))
	found, err := filetype.Detect(a.Name, t, a.Size)
	if a.Type, a.Active = found.Type, found.Active; err != nil {
		var why *filetype.Error
		if errors.As(err, &why) {
			err = fmt.Errorf("%w: %w", workflow.ErrFileType, why)
		}
		return t.Name(), err
	}
	return t.Name(), t.Sync()
}

// settle moves a content to its place. An existing content is reused and its time renewed, so that no sweep takes it.
func (f *Files) settle(arrived string, h workflow.Hash) error {
	path, now := f.path(h), time.Now()
	if os.Chtimes(path, now, now) == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.Rename(arrived, path); err != nil {
		return err
	}
	for dir := filepath.Dir(path); len(dir) >= len(f.root); dir = filepath.Dir(dir) {
		if err := syncFolder(dir); err != nil {
			return err
		}
	}
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Bind binds a user's own unbound files to the draft of a case, all or none. ErrNotFound if one is not theirs or
// already bound, ErrMoved if the case has moved: submitted cases get files by acts only.
func (f *Files) Bind(ctx context.Context, actor workflow.ID, on *workflow.Case, files []workflow.ID) error {
	var found, room, still bool
	var bound int
	ids := make([]string, 0, len(files))
	for _, id := range files {
		if pg.IdOrNil(id) == nil {
			return workflow.ErrNotFound
		}
		ids = append(ids, id)
	}
	var macs []string // none without the key
	for _, id := range ids {
		if f.db.Binds() {
			macs = append(macs, f.db.RowKey.Attached(id, on.ID))
		}
	}
	err := f.db.Write.Row(ctx, "attachment_bind", []any{pq.Array(ids), on.ID, actor, f.limits.Case, pq.Array(macs),
		on.Version}, &found, &room, &bound, &still)
	switch {
	case err != nil:
		return fmt.Errorf("bind files to case %s: %w", on.ID, err)
	case !still:
		return workflow.ErrMoved
	case !found:
		return workflow.ErrNotFound
	case !room:
		return workflow.ErrFileFull
	}
	return nil
}

type attachmentRow struct {
	ID       string    `db:"id"`
	Hash     []byte    `db:"sha256"`
	Size     int64     `db:"size"`
	Type     string    `db:"type"`
	Name     string    `db:"name"`
	Uploader string    `db:"uploader_id"`
	By       string    `db:"uploader_name"`
	House    *string   `db:"uploader_organization"`
	At       time.Time `db:"at"`
	Case     *string   `db:"case_id"`
	Active   bool      `db:"active"`
	Scan     string    `db:"scan"`
	Erased   bool      `db:"erased"`
	Seq      *int      `db:"seq"`
}

func (r *attachmentRow) attachment() workflow.Attachment {
	a := workflow.Attachment{ID: r.ID, Case: pg.Str(r.Case), Name: r.Name, Type: r.Type, Size: r.Size,
		SHA256:   pg.HashOf(r.Hash),
		Uploader: r.Uploader, UploaderName: r.By, House: pg.Str(r.House), At: r.At,
		Active: r.Active, Scan: r.state()}
	if r.Seq != nil {
		a.Seq = *r.Seq
	}
	return a
}

func (r *attachmentRow) state() workflow.ScanState {
	if r.Erased {
		return workflow.ScanErased
	}
	return workflow.ScanState(r.Scan)
}

// Take removes a file from a draft. ErrMoved if an act has bound it meanwhile or the case has moved.
func (f *Files) Take(ctx context.Context, on *workflow.Case, file workflow.ID) error {
	var id string
	err := f.db.Write.Row(ctx, "attachment_take", []any{file, on.ID, on.Version}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		return workflow.ErrMoved
	}
	if err != nil {
		return fmt.Errorf("take file %s out of case %s: %w", file, on.ID, err)
	}
	return nil
}

// Find returns a file's row. The caller checks that the file is the reader's own or its case readable.
func (f *Files) Find(ctx context.Context, id workflow.ID) (*workflow.Attachment, error) {
	var row attachmentRow
	err := f.db.Read.One(ctx, &row, "attachment_find", pg.IdOrNil(id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, workflow.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("find file %s: %w", id, err)
	}
	a := row.attachment()
	return &a, nil
}

func (f *Files) Of(ctx context.Context, on workflow.ID) ([]workflow.Attachment, error) {
	var rows []attachmentRow
	if err := f.db.Read.All(ctx, &rows, "attachment_list", pg.IdOrNil(on)); err != nil {
		return nil, fmt.Errorf("list the files of case %s: %w", on, err)
	}
	out := make([]workflow.Attachment, len(rows))
	for i := range rows {
		out[i] = rows[i].attachment()
	}
	return out, nil
}

// Open opens a file's content; all access goes through here. ErrFilePending or ErrFileInfected unless the scanner
// passed it, ErrFileErased, or ErrFileChanged: all of it is hashed before the first byte is served.
func (f *Files) Open(ctx context.Context, a *workflow.Attachment) (io.ReadSeekCloser, error) {
	if err := a.Scan.Open(); err != nil {
		return nil, err
	}
	content, err := os.Open(f.path(a.SHA256))
	if err != nil {
		return nil, fmt.Errorf("open the content of file %s: %w", a.ID, err)
	}
	same, err := sameContent(ctx, content, a.SHA256)
	if err == nil && !same {
		err = workflow.ErrFileChanged
	}
	if err == nil {
		_, err = content.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the content of file %s: %w", a.ID, err), content.Close())
	}
	return content, nil
}

func sameContent(ctx context.Context, content io.Reader, as workflow.Hash) (bool, error) {
	sum := sha256.New()
	for {
		if err := ctx.Err(); err != nil { // the request has ended
			return false, err
		}
		if n, err := io.CopyN(sum, content, 1<<20); errors.Is(err, io.EOF) {
			return workflow.Hash(sum.Sum(nil)) == as, nil
		} else if err != nil {
			return false, fmt.Errorf("after %d bytes: %w", n, err)
		}
	}
}
