package db

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
)

// gatherer sends decisions to the database. One goes at once while no statement is under way; those that have to wait go
// together in the next, which costs little more than one alone: the disk is waited for once, tables are opened once, and
// the envelope of a round that many draw on is locked once. A case or an envelope is in one statement at a time, so that
// statements of one server seldom wait for each other's rows. If several are given up, each is sent again alone and gets
// its own verdict.
type gatherer struct {
	write *writer
	most  int // decisions a statement

	mu   sync.Mutex
	pace pace
	line []*waiting
	busy map[string]bool // cases and envelopes of the statements under way
}

// waiting is a decision on its way.
type waiting struct {
	commit *workflow.Commit
	doc    *document
	until  time.Time // zero: as long as a write may take
	alone  bool      // was given up with others
	done   chan error
}

// gathered bounds what one statement carries, in bytes of payloads, receipts and answers.
const gathered = 1 << 20

func newGatherer(w *writer, o Options) *gatherer {
	return &gatherer{write: w, most: o.Gather, pace: pace{free: max(1, o.MaxWrites-1), usual: 1}, busy: map[string]bool{}}
}

// do writes a decision and waits for the verdict: nil, sql.ErrNoRows if the case had moved, or why not. Until it is sent
// nothing is done when the caller goes; from then on only a deadline ends the wait, and the outcome is unknown then.
func (g *gatherer) do(ctx context.Context, w *waiting) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.done = make(chan error, 1)
	w.until, _ = ctx.Deadline()
	late := time.NewTimer(g.write.limit(ctx))
	defer late.Stop()
	g.mu.Lock()
	g.line = append(g.line, w)
	g.send()
	g.mu.Unlock()
	gone := ctx.Done()
	for {
		select {
		case err := <-w.done:
			return err
		case <-gone:
			if g.withdraw(w) {
				return ctx.Err()
			}
			gone = nil
		case <-late.C:
			if g.withdraw(w) {
				return fmt.Errorf("%w: no statement became free in time", workflow.ErrBusy)
			}
			return fmt.Errorf("%w: not answered in time", workflow.ErrUnknown)
		}
	}
}

// withdraw takes a decision back that was not sent.
func (g *gatherer) withdraw(w *waiting) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, x := range g.line {
		if x == w {
			g.line = append(g.line[:i], g.line[i+1:]...)
			return true
		}
	}
	return false
}

// send starts what can be sent now.
func (g *gatherer) send() {
	for g.pace.may() {
		batch := g.pick()
		if batch == nil {
			return
		}
		go g.run(batch, g.pace.begin(&g.mu, g.send))
	}
}

// pick takes from the line, in its order, what may go together in one statement: nil if nothing can go. A case and its
// parent never do: what is asserted of the parent would be true of what it was before the statement.
func (g *gatherer) pick() (batch []*waiting) {
	envelope, size := "", 0
	parents := map[string]bool{}
	left := g.line[:0:0]
	for _, w := range g.line {
		c, e, n := &w.commit.Decision.Case, w.envelope(), w.size()
		fits := len(batch) == 0 || len(batch) < g.most && size+n <= gathered && w.sociable() && batch[0].sociable() &&
			(e == "" || envelope == "" || e == envelope) && !parents[c.ID] && !g.busy[c.Parent]
		if !fits || g.busy[c.ID] || e != "" && g.busy[e] && e != envelope {
			left = append(left, w)
			continue
		}
		batch, size = append(batch, w), size+n
		g.busy[c.ID] = true
		parents[c.Parent] = true
		if e != "" {
			envelope = e
			g.busy[e] = true
		}
	}
	g.line = left
	return batch
}

// run sends a batch, tells each its verdict and sends what has waited meanwhile. Of several that were given up each
// stands in line again, for itself.
func (g *gatherer) run(batch []*waiting, over func()) {
	err := g.committing(batch)
	again := len(batch) > 1 && surelyUndone(err)
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, w := range batch {
		delete(g.busy, w.commit.Decision.Case.ID)
		delete(g.busy, w.envelope())
		if w.alone = again; !again {
			w.done <- err
		}
	}
	if again {
		g.line = append(batch, g.line...)
	}
	over()
	g.send()
}

// surelyUndone tells whether one of several may be why nothing was done: something said no, or a row could not be had.
func surelyUndone(err error) bool {
	if e := pq.As(err); e != nil && e.Code == "55P03" {
		return true
	}
	return err != nil && !errors.Is(err, workflow.ErrUnknown) && !errors.Is(err, workflow.ErrBusy)
}

// committing commits; a panic, on a goroutine that is nobody's, would end the server. Whether it came before the statement
// was sent is unknown.
func (g *gatherer) committing(batch []*waiting) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: panic: %v\n%s", workflow.ErrUnknown, p, debug.Stack())
		}
	}()
	return g.commit(batch)
}

// commit sends one statement. It is given as long as the most patient of them waits.
func (g *gatherer) commit(batch []*waiting) error {
	doc := joined(batch)
	args, err := commitArgs(doc, batch)
	if err != nil {
		return err
	}
	ctx, cancel := context.Background(), func() {}
	if until := patience(batch); !until.IsZero() {
		ctx, cancel = context.WithDeadline(ctx, until)
	}
	defer cancel()
	var done bool
	return g.write.row(ctx, with("case_commit", doc.parts(batch)), args, &done)
}

// patience is until when the answer is waited for; zero if one of them names no time.
func patience(batch []*waiting) (until time.Time) {
	for _, w := range batch {
		if w.until.IsZero() {
			return time.Time{}
		}
		if w.until.After(until) {
			until = w.until
		}
	}
	return until
}

// sociable tells whether a decision can go with others: what names no case of its own goes alone.
func (w *waiting) sociable() bool {
	return !w.alone && w.doc.RoundState == "" && w.doc.Attach == nil && w.doc.Objections == nil && w.doc.Objected == nil &&
		w.doc.Erase == nil &&
		w.doc.Freeze == nil && !w.doc.discard
}

// envelope is the round whose money the decision changes, "" if none.
func (w *waiting) envelope() string {
	if len(w.doc.Envelopes) == 0 {
		return ""
	}
	return "envelope " + w.doc.Envelopes[0].Round
}

func (w *waiting) size() int {
	return len(w.commit.Receipt) + len(w.doc.own[0].first.Payload) + len(w.commit.Decision.Answers)
}

// joined is what the decisions write together.
func joined(batch []*waiting) *document {
	if len(batch) == 1 {
		return batch[0].doc
	}
	doc, whole := &document{}, false
	for _, w := range batch {
		whole = whole || w.doc.Cases != nil
	}
	for _, w := range batch {
		x := w.doc
		if whole && x.Cases == nil { // the statement sets all columns of all or of none
			doc.Cases = append(doc.Cases, newCaseDoc(&w.commit.Decision.Case))
		}
		doc.own = append(doc.own, x.own...)
		doc.drafts = doc.drafts || x.drafts
		doc.Cases = append(doc.Cases, x.Cases...)
		doc.Events = append(doc.Events, x.Events...)
		doc.Payloads = append(doc.Payloads, x.Payloads...)
		doc.Answers = append(doc.Answers, x.Answers...)
		doc.Postings = append(doc.Postings, x.Postings...)
		doc.Births = append(doc.Births, x.Births...)
		doc.Signals = append(doc.Signals, x.Signals...)
		doc.Duties = append(doc.Duties, x.Duties...)
		doc.Timers = append(doc.Timers, x.Timers...)
		doc.Outbox = append(doc.Outbox, x.Outbox...)
		doc.Parties = append(doc.Parties, x.Parties...)
		doc.PartiesOf = append(doc.PartiesOf, x.PartiesOf...)
		doc.Words = append(doc.Words, x.Words...)
		doc.Envelopes = append(doc.Envelopes, x.Envelopes...)
		doc.Papers = append(doc.Papers, x.Papers...)
		doc.Voids = append(doc.Voids, x.Voids...)
		doc.Coached = append(doc.Coached, x.Coached...)
	}
	serials(doc.Papers)
	return doc
}

// parts are those of the statement case_commit that these decisions need. What most have, several are sent with in any
// case, so that there are few such statements to keep prepared.
func (doc *document) parts(batch []*waiting) (parts []string) {
	several, fires, board, duties, keyed := len(batch) > 1, false, false, false, false
	for i, w := range batch {
		o := &doc.own[i]
		fires, board, duties, keyed = fires || o.fires, board || o.board != nil, duties || o.duties != nil, keyed || w.commit.Key != ""
	}
	for _, p := range []struct {
		name   string
		needed bool
	}{
		{"envelope", doc.Envelopes != nil}, {"round", doc.RoundState != ""}, {"births", doc.Births != nil}, {"answers", doc.Answers != nil},
		{"postings", doc.Postings != nil}, {"signals", doc.Signals != nil}, {"timers", fires || several},
		{"parties", doc.Parties != nil || doc.PartiesOf != nil}, {"words", doc.Words != nil}, {"board", board || several},
		{"drafts", doc.drafts || several}, {"rest", doc.Cases != nil}, {"events", doc.Events != nil}, {"news", doc.Outbox != nil},
		{"duties", duties || several}, {"attach", doc.Attach != nil}, {"freeze", doc.Freeze != nil},
		{"delete_draft", doc.discard},
		{"papers", doc.Papers != nil}, {"voids", doc.Voids != nil}, {"key", keyed || several},
		{"coached", doc.Coached != nil},
		{"objections", doc.Objections != nil}, {"objected", doc.Objected != nil},
		{"erase", doc.Erase != nil},
	} {
		if p.needed {
			parts = append(parts, p.name)
		}
	}
	return parts
}

// commitArgs are the parameters of case_commit, in the order in which it names them.
func commitArgs(doc *document, batch []*waiting) ([]any, error) {
	rare, failed := json.Marshal(doc)
	commits := func(value func(c *workflow.Commit) string) string {
		return column(batch, func(w **waiting) *string { s := value((*w).commit); return &s })
	}
	texts := func(value func(w *waiting) string) string {
		s, err := documents(batch, value)
		failed = errors.Join(failed, err)
		return s
	}
	cases := func(value func(c *workflow.Case) string) string {
		return column(batch, func(w **waiting) *string { s := value(&(*w).commit.Decision.Case); return &s })
	}
	events := func(value func(e *workflow.Event) string) string {
		return column(batch, func(w **waiting) *string { s := value((*w).doc.own[0].first); return &s })
	}
	args := []any{string(rare),
		cases(func(c *workflow.Case) string { return c.ID }),
		commits(func(c *workflow.Commit) string { return strconv.Itoa(c.Decision.Before.Version) }),
		commits(func(c *workflow.Commit) string { return strconv.Itoa(c.Decision.Asserts.Round) }),
		commits(func(c *workflow.Commit) string { return strconv.Itoa(c.Decision.Asserts.Organization) }),
		commits(func(c *workflow.Commit) string { return strconv.Itoa(c.Decision.Asserts.Parent) }),
		commits(func(c *workflow.Commit) string { return c.Actor }),
		commits(func(c *workflow.Commit) string { return c.Key }),
		commits(func(c *workflow.Commit) string { return bytea(c.Digest) }),
		texts(func(w *waiting) string { return receiptText(w.commit.Receipt) }),
		commits(func(c *workflow.Commit) string { return strconv.FormatBool(c.Forever) }),
		cases(func(c *workflow.Case) string { return string(c.State) }),
		cases(func(c *workflow.Case) string { return string(c.Stage) }),
		cases(func(c *workflow.Case) string { return c.Outcome }),
		cases(func(c *workflow.Case) string { return string(c.StoredState) }),
		cases(func(c *workflow.Case) string { return strconv.Itoa(c.Version) }),
		cases(func(c *workflow.Case) string { return bytea(c.LastHash) }),
		texts(func(w *waiting) string { return w.doc.own[0].clocks }),
		texts(func(w *waiting) string { return w.doc.own[0].doers }),
		texts(func(w *waiting) string { return w.doc.own[0].counts }),
		texts(func(w *waiting) string { return w.doc.own[0].data }),
		column(batch, func(w **waiting) *string { return day((*w).commit.Decision.Case.Due) }),
		cases(func(c *workflow.Case) string { return *instant(&c.Updated) }),
		column(batch, func(w **waiting) *string { return instant((*w).commit.Decision.Case.Closed) }),
		events(func(e *workflow.Event) string { return strconv.Itoa(e.Seq) }),
		events(func(e *workflow.Event) string { return e.Workflow }),
		events(func(e *workflow.Event) string { return strconv.Itoa(e.DefinitionVersion) }),
		events(func(e *workflow.Event) string { return e.Action }),
		events(func(e *workflow.Event) string { return string(e.From) }),
		events(func(e *workflow.Event) string { return string(e.To) }),
		events(func(e *workflow.Event) string { return e.Actor }),
		events(func(e *workflow.Event) string { return *instant(&e.At) }),
		events(func(e *workflow.Event) string { return bytea(e.PayloadHash) }),
		events(func(e *workflow.Event) string { return bytea(e.Previous) }),
		events(func(e *workflow.Event) string { return bytea(e.Hash) }),
		texts(func(w *waiting) string { return w.doc.own[0].first.Payload }),
		column(batch, func(w **waiting) *string { return &(*w).doc.own[0].topic }),
		texts(func(w *waiting) string { return w.doc.own[0].news }),
	}
	var all ownRows
	for _, o := range doc.own {
		all.duties, all.timers, all.board = append(all.duties, o.duties...), append(all.timers, o.timers...), append(all.board, o.board...)
	}
	args = append(args, dutyColumns(all.duties)...)
	args = append(args, timerColumns(all.timers)...)
	args = append(args, boardColumns(all.board)...)
	args = append(args, dutySides(all.duties),
		column(batch, func(w **waiting) *string { return (*w).doc.own[0].rowMAC }),
		column(batch, func(w **waiting) *string { return (*w).doc.own[0].rowsMAC }),
		column(batch, func(w **waiting) *string { return (*w).doc.own[0].beforeMAC }))
	if failed != nil {
		return nil, fmt.Errorf("encode decision on case %s: %w", batch[0].commit.Decision.Case.Ref, failed)
	}
	return args, nil
}
