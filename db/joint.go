package db

import (
	"context"
	"database/sql"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/lib/pq"
)

// joint sends reads of one sort to the database. One goes at once while a statement is free (see pace); those that have to wait go
// together in the next and get each an answer of its own: parsing, starting and answering a statement costs more than one
// more row of it. A statement begins after everything that it answers was asked, so an answer has whatever was committed
// before its question. If several fail together, each is asked again alone.
type joint[Q, A any] struct {
	// ask answers in the order of the questions, nil where there is nothing.
	ask  func(ctx context.Context, kind string, questions []Q) ([]*A, error)
	most int // questions a statement

	mu   sync.Mutex
	pace pace
	line []*question[Q, A]
}

// question is a read on its way. Only those of one kind go together.
type question[Q, A any] struct {
	kind   string
	asked  Q
	alone  bool // failed with others
	done   chan struct{}
	answer *A
	err    error
}

// do asks and waits as long as ctx does; sql.ErrNoRows if there is nothing. The answer may be shared with others who asked
// the same.
func (j *joint[Q, A]) do(ctx context.Context, kind string, q Q) (*A, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", kind, err)
	}
	w := &question[Q, A]{kind: kind, asked: q, done: make(chan struct{})}
	j.mu.Lock()
	j.line = append(j.line, w)
	j.send()
	j.mu.Unlock()
	select {
	case <-w.done:
		if w.err == nil && w.answer == nil {
			return nil, sql.ErrNoRows
		}
		return w.answer, w.err
	case <-ctx.Done():
		j.withdraw(w)
		return nil, fmt.Errorf("%s: %w", kind, ctx.Err())
	}
}

// withdraw takes a question back that was not sent; the answer to one that was is for nobody.
func (j *joint[Q, A]) withdraw(w *question[Q, A]) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, x := range j.line {
		if x == w {
			j.line = append(j.line[:i], j.line[i+1:]...)
			return
		}
	}
}

// send starts what can be sent now.
func (j *joint[Q, A]) send() {
	for j.pace.may() && len(j.line) > 0 {
		go j.run(j.pick(), j.pace.begin(&j.mu, j.send))
	}
}

// pick takes the first in line, and those of its kind that may go with it.
func (j *joint[Q, A]) pick() (batch []*question[Q, A]) {
	left := j.line[:0:0]
	for _, w := range j.line {
		if len(batch) == 0 || len(batch) < j.most && w.kind == batch[0].kind && !w.alone && !batch[0].alone {
			batch = append(batch, w)
		} else {
			left = append(left, w)
		}
	}
	j.line = left
	return batch
}

// run asks, tells each its answer and sends what has waited meanwhile.
func (j *joint[Q, A]) run(batch []*question[Q, A], over func()) {
	questions := make([]Q, len(batch))
	for i, w := range batch {
		questions[i] = w.asked
	}
	answers, err := j.asking(batch[0].kind, questions)
	again := err != nil && len(batch) > 1 && pq.As(err) != nil && !away(pq.As(err))
	j.mu.Lock()
	defer j.mu.Unlock()
	for i, w := range batch {
		if w.alone = again; again {
			continue
		}
		if w.err = err; err == nil {
			w.answer = answers[i]
		}
		close(w.done)
	}
	if again {
		j.line = append(batch, j.line...)
	}
	over()
	j.send()
}

// asking asks; a panic is the error of those who asked, as it would be on a goroutine of theirs.
func (j *joint[Q, A]) asking(kind string, questions []Q) (answers []*A, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: panic: %v\n%s", kind, p, debug.Stack())
		}
	}()
	// Those who asked may go one after the other; what bounds the statement is the time that the server gives it.
	return j.ask(context.Background(), kind, questions)
}

// inOrder puts each row where its question stood; ord counts from 1.
func inOrder[A any](rows []A, questions int, ord func(*A) int) []*A {
	answers := make([]*A, questions)
	for i := range rows {
		answers[ord(&rows[i])-1] = &rows[i]
	}
	return answers
}
