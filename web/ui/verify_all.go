package ui

import (
	"context"
	"sync"
	"time"

	"incubase/workflow"
)

// Integrity recomputes the records of the whole installation.
type Integrity interface {
	// LastRoot returns the newest signature over the heads of all chains, or nil.
	LastRoot(ctx context.Context) (*SignedRoot, error)
	// VerifyAll recomputes every chain, the ledger and the signed roots, and reports each row that does not match.
	VerifyAll(ctx context.Context, report func(row, what string)) (Verified, error)
}

type SignedRoot struct {
	N     int64
	At    time.Time
	Heads int64
	Hash  string
}

type Verified struct{ Events, Entries, Roots int }

type mismatch struct{ Row, What string }

const (
	shownMismatches = 100
	VerifyBound     = 30 * time.Minute
)

// audit is the latest check: one at a time, in the background.
type audit struct {
	mutex   sync.Mutex
	Running bool
	By      string
	Began   time.Time
	Took    time.Duration
	Verified
	Wrong []mismatch
	Count int // of mismatches
	Err   error
}

type Audited struct {
	Running bool
	Done    bool // since the server started
	By      string
	Began   time.Time
	Took    time.Duration
	Verified
	Wrong  []mismatch
	Count  int
	Failed bool
	Root   *SignedRoot
}

// MayVerify reports whether the actor may check all chains; the result reveals no case's content.
func MayVerify(a *workflow.Actor) bool {
	return a != nil && (a.Has(workflow.RoleAuditor) || a.Has(workflow.RoleAuditadmin))
}

func (a *audit) Begin(by string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.Running {
		return false
	}
	a.Running, a.By, a.Began, a.Took = true, by, time.Now(), 0
	a.Verified, a.Wrong, a.Count, a.Err = Verified{}, nil, 0, nil
	return true
}

func (a *audit) Note(row, what string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.Count++; len(a.Wrong) < shownMismatches {
		a.Wrong = append(a.Wrong, mismatch{row, what})
	}
}

func (a *audit) End(done Verified, err error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.Running, a.Took, a.Verified, a.Err = false, time.Since(a.Began), done, err
}

func (a *audit) Shown() *Audited {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return &Audited{Running: a.Running, Done: !a.Began.IsZero() && !a.Running, By: a.By, Began: a.Began, Took: a.Took,
		Verified: a.Verified,
		Wrong:    append([]mismatch(nil), a.Wrong...), Count: a.Count, Failed: a.Err != nil}
}
