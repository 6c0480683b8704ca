// Package erase removes personal data and keeps what was decided: sums, states and hashes stay, chains still verify.
// Only the security administrator, who sees no business data, erases. The event or log entry and the list of erasures
// record actor, time and reason, never the erased content.
package erase

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/clean"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/vet"
)

type Erasure struct {
	Kind      workflow.ErasureKind
	Case      string      // id or reference: payload, draft, answer, objector, file
	Event     int         // payload
	Question  string      // answer
	Objection int         // objector
	File      workflow.ID // file
	User      workflow.ID // person
	Record    workflow.RecordKind
	RecordID  workflow.ID
	Entry     int // entry, of Record and RecordID
	Reason    string
	// NoVoucher states that the content of a case with payments is no voucher.
	NoVoucher bool
	Key       string
	Digest    workflow.Hash

	pseudonym string // of the person whose name is erased
}

type Erased struct {
	ID        workflow.ID          `json:"id"`
	At        time.Time            `json:"at"`
	Actor     workflow.ID          `json:"actor"`
	ActorName string               `json:"actor_name,omitempty"`
	Kind      workflow.ErasureKind `json:"kind"`
	Ref       string               `json:"ref,omitempty"`    // of the case
	Record    workflow.RecordKind  `json:"record,omitempty"` // of the record
	RecordID  workflow.ID          `json:"record_id,omitempty"`
	Seq       int                  `json:"seq"` // of the event or log entry that records it
	Reason    string               `json:"reason"`
	Detail    string               `json:"detail,omitempty"` // what in it: "event 3", "question phone"; never the content
}

// ErasurePreview counts what an erasure will remove, without showing it.
type ErasurePreview struct {
	Case     workflow.ID    `json:"-"`
	Ref      string         `json:"ref,omitempty"`
	Subject  string         `json:"subject,omitempty"` // the case's kind and state, or the login
	Events   int            `json:"events"`
	Answers  int            `json:"answers"` // revisions that hold it
	Drafts   int            `json:"drafts"`
	Files    int            `json:"files"`
	Entries  int            `json:"entries"` // of a record's log
	Sessions int            `json:"sessions"`
	Roles    int            `json:"roles"`
	Cases    int            `json:"cases"` // that name the person
	Papers   int            `json:"papers"`
	Money    bool           `json:"money"` // has gone through the case
	Closed   *calendar.Date `json:"-"`
}

// Retention is a period of keeping by law or the archives' rules, from a day on.
type Retention struct {
	Kind   string        `json:"kind"`
	Since  calendar.Date `json:"since"`
	Months int           `json:"months"` // 0: no longer than its purpose needs
	Title  workflow.Text `json:"title"`
	Source string        `json:"source"`
}

const (
	retainAccounts = "accounts" // vouchers and ledgers
	retainPersonal = "personal" // all other personal data
)

// ErasureStore reads what erasure needs; desk and registry write.
type ErasureStore interface {
	Events(ctx context.Context, on workflow.ID) ([]workflow.Event, error)
	// Preview returns ErrNotFound where there is no such case, person or entry.
	Preview(ctx context.Context, x Erasure) (*ErasurePreview, error)
	// NamedOn returns the references of the cases that name a person, by their ids.
	NamedOn(ctx context.Context, user workflow.ID) ([]string, error)
	// Erasure returns one erasure of the list; ErrNotFound if there is none.
	Erasure(ctx context.Context, id workflow.ID) (*Erased, error)
	Retentions(ctx context.Context) ([]Retention, error)
	// Sweep removes erased files from the disk; it retries failures at the next start.
	Sweep(ctx context.Context) error
}

// Eraser is the only way to erase, for pages, API and the command line.
type Eraser struct {
	Desk     *desk.Desk
	Registry *registry.Registry
	Store    ErasureStore
}

func (e *Eraser) Preview(ctx context.Context, actor workflow.Actor, x Erasure) (*ErasurePreview, error) {
	if err := e.allowed(actor, x); err != nil {
		return nil, err
	}
	if err := x.check(false); err != nil {
		return nil, err
	}
	return e.Store.Preview(ctx, x)
}

func (e *Eraser) Retentions(ctx context.Context, actor workflow.Actor) ([]Retention, error) {
	if err := MayReadErasures(actor); err != nil {
		return nil, err
	}
	return e.Store.Retentions(ctx)
}

func MayReadErasures(actor workflow.Actor) error {
	return vet.Allow(actor, workflow.KindErasure, "list", workflow.Subject{})
}

func (e *Eraser) allowed(actor workflow.Actor, x Erasure) error {
	s := workflow.Subject{User: x.User}
	if x.Kind != workflow.ErasePerson {
		s.User = ""
	}
	return vet.Allow(actor, workflow.KindErasure, "erase", s)
}

// Erase needs a key: a repetition returns the same erasure.
func (e *Eraser) Erase(ctx context.Context, actor workflow.Actor, x Erasure) (*Erased, error) {
	if err := e.allowed(actor, x); err != nil {
		return nil, err
	}
	if x.Key == "" {
		return nil, workflow.ErrKeyRequired
	}
	id := x.id(actor)
	if done, err := e.Store.Erasure(ctx, id); err == nil || !errors.Is(err, workflow.ErrNotFound) {
		if done != nil { // the write detects a key that was used for another request
			err = errors.Join(e.write(ctx, actor, x, id), e.Store.Sweep(ctx))
		}
		return done, err
	}
	if err := actor.RequireFresh(workflow.Confirms(workflow.KindErasure, []string{"erase"})); err != nil {
		return nil, err
	}
	if err := x.check(true); err != nil {
		return nil, err
	}
	if err := e.kept(ctx, x); err != nil {
		return nil, err
	}
	if err := e.write(ctx, actor, x, id); err != nil {
		return nil, err
	}
	if err := e.Store.Sweep(ctx); err != nil {
		return nil, err
	}
	return e.Store.Erasure(ctx, id)
}

func (e *Eraser) write(ctx context.Context, actor workflow.Actor, x Erasure, id workflow.ID) error {
	switch x.Kind {
	case workflow.ErasePerson:
		return e.person(ctx, actor, x, id)
	case workflow.EraseEntry:
		return eraseEntry(e.Registry, ctx, actor, x, id)
	}
	return erase(e.Desk, ctx, actor, x, id, e.Store)
}

// id is the same for the same key and actor, so that a repetition finds the first erasure.
func (x *Erasure) id(actor workflow.Actor) workflow.ID {
	return workflow.DeriveID(time.UnixMilli(0), "erasure", actor.ID, x.Key)
}

func (x *Erasure) check(carryOut bool) error {
	var f workflow.Faults
	need := func(missing bool, field, zh, en string) {
		if missing {
			f.Say(field, zh, en)
		}
	}
	onCase := true
	switch x.Kind {
	case workflow.ErasePayload:
		need(x.Event < 1, "event", "请填写办理记录的序号，例如 3", "give the number of the event, for example 3")
	case workflow.EraseAnswer:
		need(x.Question == "", "question", "请填写问题的代码，例如 phone", "name the question, for example phone")
		if slices.Contains(columnsOfAnswers, x.Question) {
			f.Say("question", "标题、申请金额和领域写在决定和公开的名单上，不能单独删除；内容有误请更正",
				"title, sum and topics stand in decisions and public lists and stay; a mistake in them is corrected")
		}
	case workflow.EraseObjector:
		need(x.Objection < 1, "objection", "请填写异议编号", "give the number of the objection")
	case workflow.EraseFile:
		need(!workflow.IsUUID(x.File), "file", "请填写附件的编号", "give the id of the file")
	case workflow.EraseDraft:
	case workflow.ErasePerson:
		onCase = false
		need(!workflow.IsUUID(x.User), "user", "请填写账号的编号", "give the id of the account")
		need(x.User == workflow.SystemID || x.User == workflow.ObjectorID, "user", "这是系统账号，不是个人", "this account is no person")
	case workflow.EraseEntry:
		onCase = false
		need(x.Record == "" || x.RecordID == "", "record", "请填写登记的种类和编号", "give the kind and id of the record")
		need(x.Entry < 1, "entry", "请填写变更记录的序号", "give the number of the entry")
	default:
		f.Say("kind", "没有这种删除", "there is no such kind of erasing")
		onCase = false
	}
	need(onCase && strings.TrimSpace(x.Case) == "", "case", "请填写申报编号", "give the reference of the case")
	if carryOut {
		f.Text("reason", &x.Reason, 0, 500)
		need(clean.Blank(x.Reason), "reason", "请写明删除的理由和依据，如本人要求",
			"give the reason and its basis, for example that the person asked for it")
	}
	return f.Err()
}

// columnsOfAnswers are the answers that become columns of the case.
var columnsOfAnswers = []string{"title", "requested_fen", "topics"}

// kept refuses to erase payloads and files of a case with payments before the accounts' retention period is over,
// unless NoVoucher is set.
func (e *Eraser) kept(ctx context.Context, x Erasure) error {
	if x.NoVoucher || x.Kind != workflow.ErasePayload && x.Kind != workflow.EraseFile {
		return nil
	}
	p, err := e.Store.Preview(ctx, x)
	if err != nil || !p.Money {
		return err
	}
	list, err := e.Store.Retentions(ctx)
	if err != nil {
		return err
	}
	today := calendar.DateOf(e.Desk.Clock.Now())
	for _, r := range list {
		if r.Kind != retainAccounts || r.Since.After(today) {
			continue
		}
		if p.Closed == nil || p.Closed.AddMonths(r.Months).After(today) {
			years := r.Months / 12
			return &workflow.Refused{Action: machine.EraseAction, Refusals: []workflow.Refusal{*workflow.No("retention",
				"这个项目已有资金往来，会计凭证须保存 %[1]d 年（%[2]s）：请确认要删除的内容不是会计凭证（not_a_voucher）后再办理",
				"money has gone through this case and vouchers are kept for %[1]d years (%[2]s): say that what is erased is no "+
					"voucher (not_a_voucher)", years, r.Source)}}
		}
	}
	return nil
}
