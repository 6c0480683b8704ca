package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"incubase/cmd/incubase/app"
	"incubase/db"
	"incubase/workflow"
	"incubase/workflow/erase"
)

type eraseCommand struct {
	Person   erasePerson   `cmd:"" help:"An account: name, login, password, sessions, addresses, and the name on cases."`
	Payload  erasePayload  `cmd:"" help:"What was said in one act on a case, with the texts and files that it left there."`
	Draft    eraseDraft    `cmd:"" help:"Everything about an application that was never submitted."`
	Answer   eraseAnswer   `cmd:"" help:"One answer of an application, in every revision and draft."`
	Objector eraseObjector `cmd:"" help:"Name, contact, text and files of one objection."`
	File     eraseFile     `cmd:"" help:"One file of a case."`
	Entry    eraseEntry    `cmd:"" help:"What one entry of a record's log says."`
	List     eraseList     `cmd:"" help:"List what was erased: by whom, when and why."`
}

type erasing struct {
	app.Common
	Reason    string `help:"Why, and on what basis. It stays: name nobody in it." placeholder:"TEXT"`
	Yes       bool   `help:"Carry it out; without it the command says what would go."`
	NoVoucher bool   `name:"not-a-voucher" help:"Where money has gone through the case: what is erased is no voucher of the accounts."`
	Key       string `help:"The same key again answers the same erasing without acting." placeholder:"KEY"`
}

type erasePerson struct {
	erasing
	Login string `arg:"" help:"Login of the account."`
}

type erasePayload struct {
	erasing
	Case  string `arg:"" help:"Reference of the case."`
	Event int    `arg:"" help:"Number of the event in its time line."`
}

type eraseDraft struct {
	erasing
	Case string `arg:"" help:"Reference of the case."`
}

type eraseAnswer struct {
	erasing
	Case     string `arg:"" help:"Reference of the case."`
	Question string `arg:"" help:"Name of the answer in the form, for example phone."`
}

type eraseObjector struct {
	erasing
	Case      string `arg:"" help:"Reference of the case."`
	Objection int    `arg:"" help:"Number of the objection."`
}

type eraseFile struct {
	erasing
	Case string `arg:"" help:"Reference of the case."`
	File string `arg:"" help:"Id of the file."`
}

type eraseEntry struct {
	erasing
	Kind   string `arg:"" enum:"organization,project,user,agency" help:"Kind of the record: organization, project, user or agency."`
	Record string `arg:"" help:"Id of the record."`
	Entry  int    `arg:"" help:"Number of the entry in its log."`
}

func (c *erasePerson) Run(s *app.Session) error {
	return c.run(s, func(in *app.Installation) (erase.Erasure, error) {
		u, err := in.User(s.Ctx, c.Login)
		if err == nil && u == nil {
			err = app.UsageError{Err: fmt.Errorf("there is no account %s", c.Login)}
		}
		if err != nil {
			return erase.Erasure{}, err
		}
		return erase.Erasure{Kind: workflow.ErasePerson, User: u.ID}, nil
	})
}

func (c *erasePayload) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.ErasePayload, Case: c.Case, Event: c.Event}))
}

func (c *eraseDraft) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.EraseDraft, Case: c.Case}))
}

func (c *eraseAnswer) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.EraseAnswer, Case: c.Case, Question: c.Question}))
}

func (c *eraseObjector) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.EraseObjector, Case: c.Case, Objection: c.Objection}))
}

func (c *eraseFile) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.EraseFile, Case: c.Case, File: c.File}))
}

func (c *eraseEntry) Run(s *app.Session) error {
	return c.run(s, asked(erase.Erasure{Kind: workflow.EraseEntry, Record: workflow.RecordKind(c.Kind),
		RecordID: c.Record, Entry: c.Entry}))
}

func asked(x erase.Erasure) func(*app.Installation) (erase.Erasure, error) {
	return func(*app.Installation) (erase.Erasure, error) { return x, nil }
}

// run prints what would go; with --yes it erases as the system, the owner of the machine, which the list of erasures
// shows.
func (c *erasing) run(s *app.Session, ask func(*app.Installation) (erase.Erasure, error)) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	files, err := c.Files(s.Ctx, in)
	if err != nil {
		return err
	}
	x, err := ask(in)
	if err != nil {
		return err
	}
	eraser := in.Eraser(files)
	if !c.Yes {
		p, err := eraser.Preview(s.Ctx, workflow.System(), x)
		if err != nil {
			return err
		}
		return json.NewEncoder(s.Stdout).Encode(map[string]any{"would_erase": p, "erased": false})
	}
	x.Reason, x.NoVoucher, x.Key = c.Reason, c.NoVoucher, c.Key
	if x.Key == "" {
		x.Key = "machine " + workflow.NewID(time.Now())
	}
	named := x
	named.Key = ""
	x.Digest = sha256.Sum256(fmt.Append(nil, named))
	done, err := eraser.Erase(s.Ctx, workflow.System(), x)
	if err != nil {
		return err
	}
	return json.NewEncoder(s.Stdout).Encode(done)
}

type eraseList struct {
	app.Common
	JSON bool `help:"One JSON object a line."`
}

func (c *eraseList) Run(s *app.Session) error {
	in, err := c.Open(s.Ctx, false, c.Logger(s.Stderr))
	if err != nil {
		return err
	}
	defer in.Close()
	return eachErasure(s.Ctx, in.DB, func(x erase.Erased) error { return printErasure(s.Stdout, x, c.JSON) })
}

func eachErasure(ctx context.Context, d *db.DB, visit func(erase.Erased) error) error {
	for cursor := ""; ; {
		list, next, err := d.Erasures(ctx, workflow.System(), cursor, workflow.MaxPage)
		if err != nil {
			return err
		}
		for _, x := range list {
			if err := visit(x); err != nil {
				return err
			}
		}
		if cursor = next; next == "" {
			return nil
		}
	}
}

func printErasure(w io.Writer, x erase.Erased, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(x)
	}
	of := x.Ref
	if of == "" {
		of = string(x.Record) + " " + x.RecordID
	}
	_, err := fmt.Fprintf(w, "%s  %-9s %s %s  %s: %s\n", x.At.Format("2006-01-02 15:04"), x.Kind, of, x.Detail,
		x.ActorName, x.Reason)
	return err
}
