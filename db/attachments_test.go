package db_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/filetype"
	"incubase/workflow/registry"
)

const pdf = "%PDF-1.7\nsome certificate\n%%EOF\n"

func newFiles(t *testing.T, limits cases.FileLimits) (*theRegistry, *cases.Files, string) {
	t.Helper()
	r := newRegistry(t)
	folder := filepath.Join(t.TempDir(), "files")
	f, err := r.NewFiles(folder, limits)
	if err != nil {
		t.Fatal(err)
	}
	return r, f, folder
}

func TestFiles(t *testing.T) {
	t.Parallel()
	r, f, folder := newFiles(t, cases.DefaultFileLimits)
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	round, err := r.Registry.OpenRound(ctx, officer, registry.NewRound{Name: workflow.Text{ZH: "甲批", EN: "A"},
		Kind: "grant", Region: "230302"}, registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	on := workflow.Case{ID: round.ID, Version: 1}
	a, err := f.Put(ctx, officer.ID, nil, `C:\scans\证书 "2026"`+"\u202e.pdf", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if a.Type != "application/pdf" || a.Name != "证书 _2026_.pdf" || a.Size != int64(len(pdf)) {
		t.Errorf("taken in as %+v", a)
	}
	twin, err := f.Put(ctx, officer.ID, &on, "again.pdf", strings.NewReader(pdf))
	if err != nil || twin.ID == a.ID || twin.SHA256 != a.SHA256 {
		t.Fatalf("the same content again: %+v, %v", twin, err)
	}
	found, err := f.Find(ctx, a.ID)
	if err != nil || found.Case != "" || found.UploaderName != officer.Name {
		t.Fatalf("found %+v, %v", found, err)
	}
	content, err := f.Open(ctx, found)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(content)
	if err := errors.Join(err, content.Close()); err != nil || string(b) != pdf {
		t.Errorf("read %q, %v", b, err)
	}
	changed := filepath.Join(folder, found.SHA256.String()[:2], found.SHA256.String()[2:4], found.SHA256.String())
	if err := os.WriteFile(changed, []byte(strings.Replace(pdf, "%PDF", "%FDP", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Open(ctx, found); !errors.Is(err, workflow.ErrFileChanged) {
		t.Errorf("a changed file is handed out: %v", err)
	}
	named := 0
	if n, err := f.Verify(ctx, func(pg.Problem) { named++ }); err != nil || n != 1 || named != 1 {
		t.Errorf("a changed file is not named: %d of %d, %v", named, n, err)
	}
	if err := os.WriteFile(changed, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	other := r.person(workflow.RoleChecker, "")
	if err := f.Bind(ctx, other.ID, &on, []workflow.ID{a.ID}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("somebody else binds the file: %v", err)
	}
	if err := f.Bind(ctx, officer.ID, &on, []workflow.ID{a.ID}); err != nil {
		t.Error(err)
	}
	if err := f.Bind(ctx, officer.ID, &on, []workflow.ID{a.ID}); !errors.Is(err, workflow.ErrNotFound) {
		t.Errorf("bound twice: %v", err)
	}
	if list, err := f.Of(ctx, round.ID); err != nil || len(list) != 2 {
		t.Errorf("files of the case: %d, %v", len(list), err)
	}
	if err := f.Missing(ctx, func(a workflow.Attachment) { t.Errorf("%s is missing", a.Name) }); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Join(folder, "incoming")); err != nil || len(left) != 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
}

func TestFilesHaveLimits(t *testing.T) {
	t.Parallel()
	r, f, folder := newFiles(t, cases.FileLimits{File: 1000, Case: 1500, Loose: 2500})
	ctx := t.Context()
	officer := r.person(workflow.RoleOfficer, "")
	round, err := r.Registry.OpenRound(ctx, officer, registry.NewRound{Name: workflow.Text{ZH: "乙批", EN: "B"},
		Kind: "grant", Region: "230302"}, registry.RecordCommand{})
	if err != nil {
		t.Fatal(err)
	}
	on := workflow.Case{ID: round.ID, Version: 1}
	file := func(n int) io.Reader {
		return io.MultiReader(strings.NewReader(pdf), bytes.NewReader(bytes.Repeat([]byte{byte(n)}, n-len(pdf))))
	}
	if _, err := f.Put(ctx, officer.ID, nil, "large.pdf", io.MultiReader(strings.NewReader(pdf),
		endless{})); !errors.Is(err, workflow.ErrTooLarge) {
		t.Errorf("an endless file: %v", err)
	}
	if _, err := f.Put(ctx, officer.ID, &on, "1.pdf", file(900)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Put(ctx, officer.ID, &on, "2.pdf", file(901)); !errors.Is(err, workflow.ErrFileFull) {
		t.Errorf("over the case's quota: %v", err)
	}
	if _, err := f.Put(ctx, officer.ID, nil, "3.pdf", file(902)); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Put(ctx, officer.ID, nil, "4.pdf", file(903)); !errors.Is(err, workflow.ErrFileFull) {
		t.Errorf("over the person's quota: %v", err)
	}
	var why *filetype.Error
	if _, err := f.Put(ctx, officer.ID, nil, "page.pdf", strings.NewReader("<html><script>")); !errors.Is(err,
		workflow.ErrFileType) || !errors.As(err, &why) || !why.Text.Complete() {
		t.Errorf("a page that calls itself PDF: %v", err)
	}
	if n, err := f.Sweep(ctx, time.Hour); err != nil || n != 0 {
		t.Errorf("swept %d young ones, %v", n, err)
	}
	n, err := f.Sweep(ctx, 0)
	if err != nil || n != 3 { // 2 and 3 were unbound, 4 never had a row
		t.Errorf("swept %d, %v; want 3", n, err)
	}
	if err := f.Missing(ctx, func(a workflow.Attachment) { t.Errorf("%s is missing", a.Name) }); err != nil {
		t.Error(err)
	}
	files := 0
	err = filepath.WalkDir(folder, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			files++
		}
		return err
	})
	if err != nil || files != 1 {
		t.Errorf("%d contents are left, %v; want the bound one", files, err)
	}
}

// A file that one server stores again is new to the sweep of another.
func TestServersShareAFolder(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	folder := t.TempDir()
	one, err := f.NewFiles(folder, cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	two, err := f.NewFiles(folder, cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	ctx, officer := t.Context(), f.Actor("officer").ID
	a, err := one.Put(ctx, officer, nil, "a.pdf", strings.NewReader(pdf))
	if err != nil {
		t.Fatal(err)
	}
	if err := one.Drop(ctx, officer, []workflow.ID{a.ID}); err != nil {
		t.Fatal(err)
	}
	name := a.SHA256.String()
	path := filepath.Join(folder, name[:2], name[2:4], name)
	long := time.Now().Add(-30 * 24 * time.Hour)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
	if _, err := one.Put(ctx, officer, nil, "b.pdf", strings.NewReader(pdf)); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.ModTime().Before(time.Now().Add(-time.Hour)) {
		t.Errorf("the content that came again is as old as before: %v", err)
	}
	if n, err := two.Sweep(ctx, time.Hour); err != nil || n != 0 {
		t.Errorf("another server swept %d, %v", n, err)
	}
	if err := two.Missing(ctx, func(a workflow.Attachment) { t.Errorf("%s is missing", a.Name) }); err != nil {
		t.Error(err)
	}
}

type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

func TestAnActionBindsTheFilesItNames(t *testing.T) {
	t.Parallel()
	f := dbtest.New(t)
	files, err := f.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	put := func(who string, on *workflow.Case) workflow.ID {
		t.Helper()
		a, err := files.Put(ctx, f.Actor(who).ID, on, "a.pdf", strings.NewReader(pdf))
		if err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	submit := func(ref string, ids ...workflow.ID) error {
		list := []any{}
		for _, id := range ids {
			list = append(list, id)
		}
		_, err := f.Try("certifier", ref, "submit", map[string]any{"answers": f.Answers(5_000_000), "attachments": list})
		return err
	}
	one, two := f.NewGrant(), f.NewGrant()
	of := func(ref string) *workflow.Case { c := f.Case(ref); return &c }
	var invalid *workflow.Invalid
	if err := submit(one, put("decider", nil)); !errors.As(err, &invalid) ||
		invalid.Fields[0].Field != "fields.attachments" {
		t.Errorf("a stranger's file is bound: %v", err)
	}
	if err := submit(one, put("certifier", of(two))); !errors.As(err, &invalid) {
		t.Errorf("another case's file is bound: %v", err)
	}
	own, colleague, early := put("certifier", nil), put("preparer", nil), put("preparer", of(one))
	if err := submit(one, own, colleague, early); err != nil {
		t.Fatalf("own, a colleague's and an earlier file: %v", err)
	}
	if list, err := files.Of(ctx, f.ID(one)); err != nil || len(list) != 3 {
		t.Errorf("the case has %d files, %v", len(list), err)
	}
}
