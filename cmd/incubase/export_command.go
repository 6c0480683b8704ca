package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"incubase/cmd/incubase/app"
	"incubase/workflow"
	"incubase/workflow/export"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

type exportCommand struct {
	Cases         exportCases         `cmd:"" help:"Cases with their scores, criteria and the versions of their rules."`
	Organizations exportOrganizations `cmd:"" help:"Organizations."`
	Rounds        exportRounds        `cmd:"" help:"Rounds."`
	Awards        exportAwards        `cmd:"" help:"Confirmed awards, as everybody may see them."`
	Board         exportBoard         `cmd:"" help:"Counts and sums by stage."`
	Template      exportTemplate      `cmd:"" help:"A table to fill in and import."`
}

type exporting struct {
	app.Common
	Format string `help:"csv or xlsx; empty: by the file's name, else csv." enum:",csv,xlsx" default:""`
	Out    string `short:"o" help:"File to write, whole or not at all; empty: standard output." placeholder:"FILE"`
	Lang   string `help:"Language of headings and words: zh or en." enum:"zh,en" default:"zh"`
	As     string `help:"Only what this person may see; empty: everything, as the owner of the installation." placeholder:"LOGIN"`
}

// owner returns an actor who sees everything: users of the machine have the data anyway.
func owner() workflow.Actor {
	a := workflow.Actor{Name: "command line"}
	for _, r := range []workflow.Role{workflow.RoleOfficer, workflow.RoleChecker, workflow.RoleDecider,
		workflow.RoleFinanceMaker,
		workflow.RoleFinanceChecker, workflow.RoleEvaluator, workflow.RoleAnalyst, workflow.RoleAuditor} {
		a.Roles = append(a.Roles, workflow.Grant{Role: r})
	}
	return a
}

func (c *exporting) run(s *app.Session, r export.Request) error {
	if r.Format = c.Format; r.Format == "" {
		r.Format = export.CSV
		if strings.EqualFold(filepath.Ext(c.Out), ".xlsx") {
			r.Format = export.XLSX
		}
	}
	if f, ok := s.Stdout.(*os.File); ok && r.Format == export.XLSX && c.Out == "" && term.IsTerminal(int(f.Fd())) {
		return app.UsageError{Err: errors.New("an XLSX file is nothing for a terminal: name a file with --out")}
	}
	r.Lang = c.Lang
	in, err := c.OpenExisting(s.Ctx, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	theActor := owner()
	if c.As != "" {
		if theActor, err = actor(in, s.Ctx, c.As); err != nil {
			return err
		}
	}
	return written(c.Out, s.Stdout, func(w io.Writer) error { return app.Exports{In: in}.Export(s.Ctx, theActor, r, w) })
}

// written creates a file whole or not at all; path "" is standard output.
func written(path string, stdout io.Writer, fill func(io.Writer) error) error {
	if path == "" {
		return fill(stdout)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".incubase-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // absent after the rename
	if err := fill(f); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

type exportCases struct {
	exporting
	Workflow     string `help:"Name of a workflow." placeholder:"NAME"`
	Stage        string `help:"applied, reviewed, funded or reported." enum:",applied,reviewed,funded,reported" default:""`
	State        string `help:"A state of the workflow." placeholder:"STATE"`
	Round        string `help:"Id of a round." placeholder:"ID"`
	Organization string `help:"Id of an organization." placeholder:"ID"`
	Region       string `help:"A division and everything in it." placeholder:"CODE"`
	Words        string `name:"q" help:"Words of title, reference or organization." placeholder:"WORDS"`
	Overdue      bool   `help:"Past their last day."`
	Sort         string `help:"created, updated, due, ref or amount." enum:"created,updated,due,ref,amount" default:"created"`
}

func (c *exportCases) Run(s *app.Session) error {
	place, err := region.Parse(c.Region)
	if err != nil {
		return app.UsageError{Err: err}
	}
	return c.run(s, export.Request{List: "cases", Cases: workflow.CaseQuery{Workflow: c.Workflow,
		Stage: workflow.Stage(c.Stage), State: workflow.State(c.State),
		Round: c.Round, Organization: c.Organization, Region: place, Words: c.Words, Overdue: c.Overdue, Sort: c.Sort}})
}

type exportOrganizations struct {
	exporting
	Region string `help:"A division and everything in it." placeholder:"CODE"`
	Kind   string `help:"A legal form, such as social_group; abroad: those that imports brought." placeholder:"KIND"`
	Words  string `name:"q" help:"Words of the name, or the credit code." placeholder:"WORDS"`
}

func (c *exportOrganizations) Run(s *app.Session) error {
	place, err := region.Parse(c.Region)
	if err != nil {
		return app.UsageError{Err: err}
	}
	return c.run(s, export.Request{List: "organizations", Region: place, Kind: c.Kind, Words: c.Words})
}

type exportRounds struct{ exporting }

func (c *exportRounds) Run(s *app.Session) error { return c.run(s, export.Request{List: "rounds"}) }

type exportAwards struct {
	exporting
	Round  string `help:"Id of a round." placeholder:"ID"`
	Region string `help:"A division and everything in it." placeholder:"CODE"`
}

func (c *exportAwards) Run(s *app.Session) error {
	place, err := region.Parse(c.Region)
	if err != nil {
		return app.UsageError{Err: err}
	}
	return c.run(s, export.Request{List: "awards", Round: c.Round, Region: place})
}

type exportBoard struct {
	exporting
	Region   string `help:"The division whose parts are counted." placeholder:"CODE"`
	By       string `help:"Rows of the board." enum:"region,agency,field,round,workflow" default:"region"`
	Workflow string `help:"Only cases of this workflow." placeholder:"NAME"`
}

func (c *exportBoard) Run(s *app.Session) error {
	place, err := region.Parse(c.Region)
	if err != nil {
		return app.UsageError{Err: err}
	}
	return c.run(s, export.Request{List: "board",
		Board: workflow.BoardQuery{Region: place, By: c.By, Workflow: c.Workflow}})
}

// actor returns a person with present roles, as a sign-in would.
func actor(in *app.Installation, ctx context.Context, login string) (workflow.Actor, error) {
	now := time.Now()
	for cursor := ""; ; {
		list, next, err := in.DB.Users(ctx, registry.RecordScope{Everything: true},
			registry.RecordQuery{Words: login, Cursor: cursor, Limit: workflow.MaxPage})
		if err != nil {
			return workflow.Actor{}, err
		}
		for _, u := range list {
			if u.Login == login && !u.Disabled {
				return actorOf(u, now), nil
			}
		}
		if next == "" {
			return workflow.Actor{}, app.UsageError{Err: fmt.Errorf("there is no login %s, or it is disabled", login)}
		}
		cursor = next
	}
}

func actorOf(u registry.UserRecord, now time.Time) workflow.Actor {
	a := workflow.Actor{ID: u.ID, Login: u.Login, Name: u.Name, Organization: u.Organization, Agency: u.Agency}
	for _, r := range u.Roles {
		if !r.Since.After(now) && (r.Until == nil || r.Until.After(now)) {
			a.Roles = append(a.Roles, r.Grant)
		}
	}
	return a
}
