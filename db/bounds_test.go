package db_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"incubase/db/cases"
	"incubase/db/dbtest"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/registry"
)

func bounded(t *testing.T) *dbtest.Fixture {
	t.Helper()
	return dbtest.New(t, dbtest.Options{DB: pg.Options{Bounds: pg.Bounds{Drafts: 5, Projects: 4, Files: 10_000}}})
}

// atOnce runs act n times concurrently and returns the successes; the rule must refuse the others, naming the bound.
func atOnce(t *testing.T, n int, rule, bound string, act func(i int) error) int {
	t.Helper()
	var done atomic.Int64
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			err := act(i)
			var no *workflow.Refused
			switch {
			case err == nil:
				done.Add(1)
			case errors.Is(err, workflow.ErrBusy) || errors.Is(err, workflow.ErrMoved): // not a refusal by the bound
			case !errors.As(err, &no) || no.Refusals[0].Rule != rule || !strings.Contains(no.Refusals[0].Message.ZH, bound) ||
				!strings.Contains(no.Refusals[0].Message.EN, bound):
				t.Errorf("%s: refused by %v", rule, err)
			}
		})
	}
	all.Wait()
	return int(done.Load())
}

func TestDraftsOfARoundAreBounded(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	open := func(round, organization, project workflow.ID) (*workflow.Receipt, error) {
		return f.Desk.Open(t.Context(), f.Actor("preparer"), desk.Opening{Workflow: "grant", Round: round,
			Organization: organization, Project: project})
	}
	if n := atOnce(t, 30, "drafts_of_a_round", "5",
		func(int) error { _, err := open(f.Round, f.Organization, f.Project); return err }); n != 5 {
		t.Errorf("%d drafts, want 5", n)
	}
	other, _ := f.OpenRound(1_000_000, 0)
	r, err := open(other, f.Organization, f.Project)
	if err != nil {
		t.Fatalf("a draft of another round: %v", err)
	}
	if _, err := f.Owner(t).Exec(`update cases set outcome = 'withdrawn' where id = $1`, r.View.Case.ID); err != nil {
		t.Fatal(err)
	}
	if n := atOnce(t, 10, "drafts_of_a_round", "5",
		func(int) error { _, err := open(other, f.Organization, f.Project); return err }); n != 5 {
		t.Errorf("%d drafts beside one that was withdrawn, want 5", n)
	}
}

func TestProjectsOfAnOrganizationAreBounded(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	theRegistry := &registry.Registry{Store: f.DB, Clock: f.Clock, Regions: records.NewDivisions(), Passwords: f.DB,
		Desk: f.Desk}
	n := atOnce(t, 20, "projects_of_an_organization", "4", func(i int) error {
		_, err := theRegistry.CreateProject(t.Context(), f.Actor("preparer"), f.Organization,
			registry.NewProject{Title: fmt.Sprintf("项目%d", i), Topics: []string{"elderly"}}, registry.RecordCommand{})
		return err
	})
	if n != 3 { // beside the existing one
		t.Errorf("%d projects, want 3", n)
	}
}

func TestFilesOfAnOrganizationAreBounded(t *testing.T) {
	t.Parallel()
	f := bounded(t)
	files, err := f.DB.NewFiles(t.TempDir(), cases.DefaultFileLimits)
	if err != nil {
		t.Fatal(err)
	}
	file := func(i int) io.Reader {
		return io.MultiReader(strings.NewReader(pdf), bytes.NewReader(bytes.Repeat([]byte{byte(i)}, 2400-len(pdf))))
	}
	who := []workflow.ID{f.Actor("preparer").ID, f.Actor("certifier").ID}
	n := atOnce(t, 12, "files_of_an_organization", "0", func(i int) error {
		_, err := files.Put(t.Context(), who[i%2], nil, fmt.Sprintf("%d.pdf", i), file(i))
		return err
	})
	if n != 4 {
		t.Errorf("%d files of 2400 bytes within 10,000, want 4", n)
	}
	if _, err := files.Put(t.Context(), f.Actor("officer").ID, nil, "staff.pdf", file(99)); err != nil {
		t.Errorf("the staff is held back by what an organization brought: %v", err)
	}
}
