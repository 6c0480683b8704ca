package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"incubase/workflow/calendar"
	"incubase/workflow/clean"
)

// Erasing takes away what was said about persons and leaves what was decided: sums, states and hashes stay, and the
// chains still verify. It is an act of the security administrator, who sees no business data and gains nothing by it;
// the event or entry that it writes and its row in the list of erasings say who did it, when and why, and never what
// was erased.

// EraseAction is the act on a case by which something of it is erased. It is built in, and leads from each state to
// itself.
const EraseAction = "erase"

// EraseLabel says it in words.
var EraseLabel = Text{ZH: "删除个人信息", EN: "Personal data erased"}

// ErasureKind is what an erasing takes away.
type ErasureKind string

// The kinds of erasings.
const (
	// an account: name, login, password, sessions, addresses, what its log says of it
	ErasePerson   ErasureKind = "person"
	ErasePayload  ErasureKind = "payload"  // what was said in one event, with the texts and files that it left on the case
	EraseDraft    ErasureKind = "draft"    // everything about a case that was never submitted
	EraseAnswer   ErasureKind = "answer"   // one answer, in every revision and draft of a case
	EraseObjector ErasureKind = "objector" // name, contact, text and files of one objection
	EraseFile     ErasureKind = "file"     // one file of a case
	EraseEntry    ErasureKind = "entry"    // what one entry of a record's log says
	eraseName     ErasureKind = "name"     // of an erased person, on a case that they took part in
)

// ErasureKinds are those that a person may ask for, with their names.
var ErasureKinds = []struct {
	Kind  ErasureKind
	Label Text
}{
	{ErasePerson, Text{ZH: "账号（人员）", EN: "A person's account"}},
	{ErasePayload, Text{ZH: "一次办理的内容", EN: "What was said in one act"}},
	{EraseDraft, Text{ZH: "未提交的草稿", EN: "A draft that was never submitted"}},
	{EraseAnswer, Text{ZH: "申报中的一项回答", EN: "One answer of an application"}},
	{EraseObjector, Text{ZH: "异议人信息", EN: "Who objected"}},
	{EraseFile, Text{ZH: "一个附件", EN: "One file"}},
	{EraseEntry, Text{ZH: "一条登记变更记录", EN: "One entry of a record's log"}},
}

// Label is the kind in words.
func (k ErasureKind) Label() Text {
	for _, x := range ErasureKinds {
		if x.Kind == k {
			return x.Label
		}
	}
	if k == eraseName {
		return Text{ZH: "人员姓名（随账号删除）", EN: "A person's name, with the account"}
	}
	return Text{ZH: string(k), EN: string(k)}
}

// Erasure asks for an erasing: the kind, the thing it is about, and why.
type Erasure struct {
	Kind      ErasureKind
	Case      string // id or reference: payload, draft, answer, objector, file
	Event     int    // payload
	Question  string // answer
	Objection int    // objector
	File      ID     // file
	User      ID     // person
	Record    RecordKind
	RecordID  ID
	Entry     int // entry, of Record and RecordID
	Reason    string
	// NoVoucher says that what is erased is no voucher of the accounts, where money has gone through the case.
	NoVoucher bool
	Key       string
	Digest    Hash

	pseudonym string // of the person whose name goes
}

// Erased is one erasing as it is listed.
type Erased struct {
	ID        ID          `json:"id"`
	At        time.Time   `json:"at"`
	Actor     ID          `json:"actor"`
	ActorName string      `json:"actor_name,omitempty"`
	Kind      ErasureKind `json:"kind"`
	Ref       string      `json:"ref,omitempty"`    // of the case
	Record    RecordKind  `json:"record,omitempty"` // of the record
	RecordID  ID          `json:"record_id,omitempty"`
	Seq       int         `json:"seq"` // of the event on the case, or of the entry in the record's log, that says so
	Reason    string      `json:"reason"`
	Detail    string      `json:"detail,omitempty"` // what in it: "event 3", "question phone"; never the content
}

// ErasurePreview is what an erasing will take away and what stays, counted: the content is not shown.
type ErasurePreview struct {
	Case     ID             `json:"-"`
	Ref      string         `json:"ref,omitempty"`
	Subject  string         `json:"subject,omitempty"` // the case's kind and state, or the login
	Events   int            `json:"events"`
	Answers  int            `json:"answers"` // revisions that hold it
	Drafts   int            `json:"drafts"`
	Files    int            `json:"files"`
	Entries  int            `json:"entries"` // of a record's log
	Sessions int            `json:"sessions"`
	Roles    int            `json:"roles"`
	Cases    int            `json:"cases"` // on which the person's name stands
	Papers   int            `json:"papers"`
	Money    bool           `json:"money"` // has gone through the case
	Closed   *calendar.Date `json:"-"`
}

// Retention is a period for which something is kept, from a day on, as law or the archives' rules say.
type Retention struct {
	Kind   string        `json:"kind"`
	Since  calendar.Date `json:"since"`
	Months int           `json:"months"` // 0: no longer than its purpose needs
	Title  Text          `json:"title"`
	Source string        `json:"source"`
}

// Kinds of retention periods that the program asks for by name.
const (
	retainAccounts = "accounts" // vouchers and ledgers
	retainPersonal = "personal" // everything else about a person
)

// ErasureStore is what erasing asks of the store beside the write itself.
type ErasureStore interface {
	Events(ctx context.Context, on ID) ([]Event, error)
	// Preview counts what an erasing would take away. ErrNotFound where there is no such case, person or entry.
	Preview(ctx context.Context, x Erasure) (*ErasurePreview, error)
	// NamedOn are the references of the cases on which a person's name stands, in the order of their ids.
	NamedOn(ctx context.Context, user ID) ([]string, error)
	// Erasure is one erasing of the list. ErrNotFound if there is none.
	Erasure(ctx context.Context, id ID) (*Erased, error)
	Retentions(ctx context.Context) ([]Retention, error)
	// Sweep removes the contents of erased files from the disk; what it leaves is swept at the next start.
	Sweep(ctx context.Context) error
}

// Eraser is the only way to erase, for pages, API and the command line.
type Eraser struct {
	Desk     *Desk
	Registry *Registry
	Store    ErasureStore
}

// Preview counts what would go and what stays, for who may erase.
func (e *Eraser) Preview(ctx context.Context, actor Actor, x Erasure) (*ErasurePreview, error) {
	if err := e.allowed(actor, x); err != nil {
		return nil, err
	}
	if err := x.check(false); err != nil {
		return nil, err
	}
	return e.Store.Preview(ctx, x)
}

// Retentions are the periods that hold, for who may erase or reads the list.
func (e *Eraser) Retentions(ctx context.Context, actor Actor) ([]Retention, error) {
	if err := MayReadErasures(actor); err != nil {
		return nil, err
	}
	return e.Store.Retentions(ctx)
}

// MayReadErasures says no to who may not read the list of erasings.
func MayReadErasures(actor Actor) error { return allow(actor, KindErasure, "list", subject{}) }

func (e *Eraser) allowed(actor Actor, x Erasure) error {
	s := subject{user: x.User}
	if x.Kind != ErasePerson {
		s.user = ""
	}
	return allow(actor, KindErasure, "erase", s)
}

// Erase carries an erasing out. It needs a key: a repetition is answered with the same erasing.
func (e *Eraser) Erase(ctx context.Context, actor Actor, x Erasure) (*Erased, error) {
	if err := e.allowed(actor, x); err != nil {
		return nil, err
	}
	if x.Key == "" {
		return nil, ErrKeyRequired
	}
	id := x.id(actor)
	if done, err := e.Store.Erasure(ctx, id); err == nil || !errors.Is(err, ErrNotFound) {
		if done != nil { // the write itself tells a key that was used for something else
			err = errors.Join(e.write(ctx, actor, x, id), e.Store.Sweep(ctx))
		}
		return done, err
	}
	if err := actor.confirmed(confirms(KindErasure, []string{"erase"})); err != nil {
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

func (e *Eraser) write(ctx context.Context, actor Actor, x Erasure, id ID) error {
	switch x.Kind {
	case ErasePerson:
		return e.person(ctx, actor, x, id)
	case EraseEntry:
		return e.Registry.eraseEntry(ctx, actor, x, id)
	}
	return e.Desk.erase(ctx, actor, x, id, e.Store)
}

// id is the same for the same key of the same person, so that a repetition finds what the first did.
func (x *Erasure) id(actor Actor) ID { return deriveID(time.UnixMilli(0), "erasure", actor.ID, x.Key) }

// check refuses what names nothing that can be erased, and an erasing without a reason.
func (x *Erasure) check(carryOut bool) error {
	var f faults
	need := func(missing bool, field, zh, en string) {
		if missing {
			f.say(field, zh, en)
		}
	}
	onCase := true
	switch x.Kind {
	case ErasePayload:
		need(x.Event < 1, "event", "请填写办理记录的序号，例如 3", "give the number of the event, for example 3")
	case EraseAnswer:
		need(x.Question == "", "question", "请填写问题的代码，例如 phone", "name the question, for example phone")
		if slices.Contains(columnsOfAnswers, x.Question) {
			f.say("question", "标题、申请金额和领域写在决定和公开的名单上，不能单独删除；内容有误请更正",
				"title, sum and topics stand in decisions and public lists and stay; a mistake in them is corrected")
		}
	case EraseObjector:
		need(x.Objection < 1, "objection", "请填写异议编号", "give the number of the objection")
	case EraseFile:
		need(!wellFormed(x.File), "file", "请填写附件的编号", "give the id of the file")
	case EraseDraft:
	case ErasePerson:
		onCase = false
		need(!wellFormed(x.User), "user", "请填写账号的编号", "give the id of the account")
		need(x.User == SystemID || x.User == ObjectorID, "user", "这是系统账号，不是个人", "this account is no person")
	case EraseEntry:
		onCase = false
		need(x.Record == "" || x.RecordID == "", "record", "请填写登记的种类和编号", "give the kind and id of the record")
		need(x.Entry < 1, "entry", "请填写变更记录的序号", "give the number of the entry")
	default:
		f.say("kind", "没有这种删除", "there is no such kind of erasing")
		onCase = false
	}
	need(onCase && strings.TrimSpace(x.Case) == "", "case", "请填写申报编号", "give the reference of the case")
	if carryOut {
		f.text("reason", &x.Reason, 0, 500)
		need(clean.Blank(x.Reason), "reason", "请写明删除的理由和依据，如本人要求",
			"give the reason and its basis, for example that the person asked for it")
	}
	return f.err()
}

// columnsOfAnswers are the answers that become columns of the case.
var columnsOfAnswers = []string{"title", "requested_fen", "topics"}

// kept refuses to take what the rules of the accounts keep: what was said or brought where money has gone, before its
// period is over, unless it is said to be no voucher.
func (e *Eraser) kept(ctx context.Context, x Erasure) error {
	if x.NoVoucher || x.Kind != ErasePayload && x.Kind != EraseFile {
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
			return &Refused{Action: EraseAction, Refusals: []Refusal{*no("retention",
				"这个项目已有资金往来，会计凭证须保存 %[1]d 年（%[2]s）：请确认要删除的内容不是会计凭证（not_a_voucher）后再办理",
				"money has gone through this case and vouchers are kept for %[1]d years (%[2]s): say that what is erased is no "+
					"voucher (not_a_voucher)", years, r.Source)}}
		}
	}
	return nil
}
