package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"incubase/workflow"
	"incubase/workflow/text"
)

// Integrity recomputes what the whole installation has written down.
type Integrity interface {
	// LastRoot is the newest signature over the heads of all chains; nil where there is none yet.
	LastRoot(ctx context.Context) (*SignedRoot, error)
	// VerifyAll recomputes every chain, the ledger and the signed roots, and reports each row that does not hold.
	VerifyAll(ctx context.Context, report func(row, what string)) (Verified, error)
}

// SignedRoot says until when history has been signed.
type SignedRoot struct {
	N     int64
	At    time.Time
	Heads int64
	Hash  string
}

// Verified is how much was recomputed.
type Verified struct{ Events, Entries, Roots int }

// mismatch is a row that does not hold.
type mismatch struct{ Row, What string }

const (
	shownMismatches = 100
	verifyBound     = 30 * time.Minute
)

// audit is the latest check of everything: one at a time, in the background, kept until the next.
type audit struct {
	mutex   sync.Mutex
	Running bool
	By      string
	Began   time.Time
	Took    time.Duration
	Verified
	Wrong []mismatch
	Count int // of what is wrong
	Err   error
}

// audited is a check as its page shows it.
type audited struct {
	Running bool
	Done    bool // one has been carried out since the server started
	By      string
	Began   time.Time
	Took    time.Duration
	Verified
	Wrong  []mismatch
	Count  int
	Failed bool
	Root   *SignedRoot
}

var verifyAllTitle = text.Text{ZH: "核对全部记录", EN: "Check all records"}

// mayVerify tells who checks everything: it says nothing of any case but whether its record holds.
func mayVerify(a *workflow.Actor) bool {
	return a != nil && (a.Has(workflow.RoleAuditor) || a.Has(workflow.RoleAuditadmin))
}

func (s *site) verifyAllPage(v *visit) error {
	if !mayVerify(v.frame.Actor) {
		return workflow.ErrNotFound
	}
	p := s.checked.shown()
	var err error
	if p.Root, err = s.Integrity.LastRoot(v.ctx); err != nil {
		return err
	}
	return v.show(http.StatusOK, verifyAllTitle, auditPage(p))
}

// verifyAll begins a check, unless one runs already. It goes on when its reader leaves.
func (s *site) verifyAll(v *visit) error {
	if !mayVerify(v.frame.Actor) {
		return workflow.ErrNotFound
	}
	if s.checked.begin(v.frame.Actor.Name) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(v.ctx), verifyBound)
		go func() {
			defer cancel()
			done, err := s.Integrity.VerifyAll(ctx, s.checked.note)
			s.checked.end(done, err)
			if err != nil {
				s.Log.Error("check all records", "error", err)
			}
		}()
	}
	return v.onward("/verify", "")
}

func (a *audit) begin(by string) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.Running {
		return false
	}
	a.Running, a.By, a.Began, a.Took = true, by, time.Now(), 0
	a.Verified, a.Wrong, a.Count, a.Err = Verified{}, nil, 0, nil
	return true
}

func (a *audit) note(row, what string) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.Count++; len(a.Wrong) < shownMismatches {
		a.Wrong = append(a.Wrong, mismatch{row, what})
	}
}

func (a *audit) end(done Verified, err error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.Running, a.Took, a.Verified, a.Err = false, time.Since(a.Began), done, err
}

func (a *audit) shown() *audited {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return &audited{Running: a.Running, Done: !a.Began.IsZero() && !a.Running, By: a.By, Began: a.Began, Took: a.Took,
		Verified: a.Verified,
		Wrong:    append([]mismatch(nil), a.Wrong...), Count: a.Count, Failed: a.Err != nil}
}
