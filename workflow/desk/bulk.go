package desk

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"incubase/workflow"
	"incubase/workflow/machine"
)

// Bulk carries out one action on many cases, each through the desk: a few within the request, many as a job.
type Bulk struct {
	Desk  *Desk
	Jobs  Jobs
	Queue JobQueue
	Log   *slog.Logger
	Turn  time.Duration // how long a worker stays with one job before others have their turn; 0 means a second
	// NeedsFactor reports whether a person's roles need a second factor; nil where none does.
	NeedsFactor func(workflow.Actor) bool
	Now         func() time.Time // real time; nil is time.Now
}

type BulkOrder struct {
	Action string
	Note   string
	Fields map[string]any
	Refs   []string
	Key    string // "": cases run without a key
	Digest workflow.Hash
	Round  workflow.ID // the round whose list it is; "" for cases that were chosen
}

const (
	// jobChunk is how many verdicts are written at once. After a crash, unwritten cases are answered from their keys.
	jobChunk = 10
	// jobTries is how often a case is tried that fails for a reason that may pass.
	jobTries = 5
	// maxRef is the longest id or reference of a case, in bytes.
	maxRef = 60
)

// Act carries out an action on a few cases, each with its own verdict. ErrConfirm is returned once for all of them,
// before anything is done. A repetition under the same key continues where the first stopped.
func (b *Bulk) Act(ctx context.Context, actor workflow.Actor, o BulkOrder) ([]Verdict, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := actor.RequireFresh(b.confirms(o.Action)); err != nil && !b.answered(ctx, actor, o) {
		return nil, err
	}
	out := make([]Verdict, 0, len(o.Refs))
	for _, ref := range o.Refs {
		r, err := b.Desk.Do(ctx, actor, o.command(ref))
		out = append(out, verdictOf(ref, r, err))
	}
	return out, nil
}

// answered reports whether every case has its answer under the key, so that a repetition does nothing.
func (b *Bulk) answered(ctx context.Context, actor workflow.Actor, o BulkOrder) bool {
	return o.Key != "" && !slices.ContainsFunc(o.Refs, func(ref string) bool {
		l, _, err := b.Desk.Load(ctx, actor, o.command(ref))
		return err != nil || l.Receipt == nil
	})
}

// confirms reports whether an action of that name asks for the password in some definition.
func (b *Bulk) confirms(action string) (found bool) {
	b.Desk.Machines.Each(func(m *machine.Machine) { found = found || m.ConfirmsAnywhere(action) })
	return found
}

func (b *Bulk) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func (o *BulkOrder) check() error {
	if o.Action == workflow.SaveAction {
		return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "action", Message: workflow.Text{
			ZH: "草稿只能逐件保存", EN: "drafts are saved one by one"}}}}
	}
	for _, ref := range o.Refs {
		if ref == "" || len(ref) > maxRef || strings.ContainsFunc(ref, func(r rune) bool {
			return r == utf8.RuneError || !unicode.IsPrint(r)
		}) {
			return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "ids", Message: workflow.Text{
				ZH: "编号不对，请从列表里重新选择", EN: "this is no case's id or reference; choose from the list again"}}}}
		}
	}
	return nil
}

func (o *BulkOrder) command(ref string) workflow.Command {
	cmd := workflow.Command{Ref: ref, Action: o.Action, Note: o.Note, Fields: o.Fields,
		Digest: sha256.Sum256(append(o.Digest[:], ref...))}
	if o.Key != "" {
		cmd.Key = Subkey(o.Key, ref)
	}
	return cmd
}

// Start begins a job, or returns the one that the actor's key began before. A session that is not fresh is asked for
// the password here, once.
func (b *Bulk) Start(ctx context.Context, actor workflow.Actor, o BulkOrder) (*Job, error) {
	if o.Key != "" {
		switch j, err := b.Jobs.JobByKey(ctx, actor.ID, o.Key); {
		case err == nil:
			return j.under(o)
		case !errors.Is(err, workflow.ErrNotFound):
			return nil, err
		}
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := actor.RequireFresh(b.confirms(o.Action)); err != nil {
		return nil, err
	}
	if !actor.Person() {
		return nil, errNobody
	}
	now := b.now().UTC().Truncate(time.Microsecond)
	id := workflow.NewID(now)
	j := Job{ID: id, Actor: actor.ID, Key: o.Key, Keyed: o.Key != "", Digest: o.Digest, Action: o.Action, Note: o.Note,
		Fields: o.Fields, Refs: o.Refs, Round: o.Round, Session: actor.Session, Created: now}
	if !actor.Unconfirmed {
		j.Confirmed = actor.ConfirmedAt
		if actor.Session == "" { // a program of the machine, which asks for no password
			j.Confirmed = now
		}
	}
	if j.Key == "" {
		j.Key = id
	}
	kept, err := b.Jobs.AddJob(ctx, j)
	if err != nil {
		return nil, err
	}
	b.Desk.WakeUp()
	return kept.under(o)
}

// errNobody is a job that would act as the system or as the public: jobs are people's.
var errNobody = errors.New("a job acts for a person")

func (j *Job) under(o BulkOrder) (*Job, error) {
	if j.Digest != o.Digest {
		return nil, workflow.ErrKeyReused
	}
	return j, nil
}

// Work continues one waiting job for a turn, and reports whether there may be more.
func (b *Bulk) Work(ctx context.Context) (bool, error) {
	j, err := b.Queue.TakeJob(ctx)
	if err != nil || j == nil {
		return false, err
	}
	trouble, err := b.turn(ctx, j)
	// verdicts are written even where the server is told to stop
	ctx = context.WithoutCancel(ctx)
	switch {
	case errors.Is(err, workflow.ErrMoved):
		b.Log.Warn("another worker has continued a job", "job", j.ID)
		return true, nil
	case err != nil || len(j.Verdicts) == len(j.Refs):
		return err == nil, err
	case trouble == nil:
		return true, b.Queue.ReleaseJob(ctx, j, "", 0)
	case errors.Is(trouble, ErrEnded):
		b.Log.Info("a job was ended", "job", j.ID, "decided", len(j.Verdicts), "cases", len(j.Refs))
		return true, nil
	}
	b.Log.Warn("a job waits", "job", j.ID, "case", j.Refs[len(j.Verdicts)], "tries", j.Tries+1, "error", trouble)
	return false, b.Queue.ReleaseJob(ctx, j, trouble.Error(), backOff(j.Tries+1))
}

// turn decides on the next cases of a job and writes their verdicts. trouble is the error of a case to try again; err
// means that the store does not answer.
func (b *Bulk) turn(ctx context.Context, j *Job) (trouble, err error) {
	keeping := context.WithoutCancel(ctx)
	var fresh []Verdict
	for end := time.Now().Add(cmp.Or(b.Turn, time.Second)); ; {
		next := len(j.Verdicts) + len(fresh)
		last := next == len(j.Refs) || trouble != nil || ctx.Err() != nil || time.Now().After(end)
		if len(fresh) == jobChunk || last && len(fresh) > 0 {
			switch err := b.keep(keeping, j, fresh); {
			case err != nil && (errors.Is(err, workflow.ErrMoved) || passes(err) || j.Tries+1 >= jobTries):
				return nil, err
			case err != nil:
				return err, nil
			}
			j.Verdicts, j.Tries, fresh = append(j.Verdicts, fresh...), 0, nil
		}
		if last {
			return trouble, nil
		}
		v, again := b.one(ctx, j, next)
		if again != nil && (errors.Is(again, ErrEnded) || passes(again) || len(fresh) > 0 || j.Tries+1 < jobTries) {
			trouble = again
			continue
		}
		if again != nil {
			b.Log.Error("a case of a job failed", "job", j.ID, "case", v.Ref, "error", again)
		}
		fresh = append(fresh, v)
	}
}

// keep writes verdicts. Where the store refuses their content, the last try records those cases as failed.
func (b *Bulk) keep(ctx context.Context, j *Job, fresh []Verdict) error {
	err := b.Queue.KeepVerdicts(ctx, j, fresh)
	if err == nil || errors.Is(err, workflow.ErrMoved) || passes(err) || j.Tries+1 < jobTries {
		return err
	}
	b.Log.Error("the verdicts of a job cannot be written", "job", j.ID, "error", err)
	for i := range fresh {
		if fresh[i].Fault != nil {
			fresh[i] = Verdict{Ref: fresh[i].Ref, Fault: &Fault{Kind: "failed"}}
		}
	}
	return b.Queue.KeepVerdicts(ctx, j, fresh)
}

// one acts on one case with the rights that the job's actor has now. An error is one that may pass, or ErrEnded: an
// ended job is noticed before the next case begins.
func (b *Bulk) one(ctx context.Context, j *Job, at int) (Verdict, error) {
	ref := j.Refs[at]
	if !b.now().Before(j.Until(b.confirms(j.Action))) {
		return Verdict{Ref: ref}, cmp.Or(b.Jobs.EndJob(ctx, j.Actor, j.ID, EndedByAge), ErrEnded)
	}
	actor, factor, err := b.Queue.ActorNow(ctx, j)
	switch {
	case err != nil:
		return verdictOf(ref, nil, err), err
	case !actor.Person():
		return verdictOf(ref, nil, errNobody), nil
	case !factor && b.NeedsFactor != nil && b.NeedsFactor(actor):
		return verdictOf(ref, nil, workflow.ErrFactorRequired), nil
	}
	actor.Unconfirmed = j.Confirmed.IsZero()
	o := BulkOrder{Action: j.Action, Note: j.Note, Fields: j.Fields, Key: j.Key, Digest: j.Digest}
	cmd := o.command(ref)
	cmd.Unkeyed = !j.Keyed
	r, err := b.Desk.Do(ctx, actor, cmd)
	v := verdictOf(ref, r, err)
	if v.Fault != nil && (v.Fault.Kind == "failed" || v.Fault.Kind == "stale") {
		return v, err
	}
	return v, nil
}

// passes reports whether the store is busy or away; tries that fail so are not counted.
func passes(err error) bool {
	return errors.Is(err, workflow.ErrBusy) || errors.Is(err, workflow.ErrUnknown) || errors.Is(err, context.Canceled) ||
		errors.Is(err, context.DeadlineExceeded)
}
