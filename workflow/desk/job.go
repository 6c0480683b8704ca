package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"incubase/workflow"
)

// How many cases one bulk act takes: up to MaxBulk by the API, up to MaxJob as a list of a round. From JobFrom on it
// runs as a job.
const (
	JobFrom = 20
	MaxBulk = 200
	MaxJob  = 1000
)

// Job is one action on many cases that the worker carries out in the background, case by case. Each case passes the
// single path under a key of its own, so that a job that is repeated or continued does nothing twice.
type Job struct {
	ID        workflow.ID
	Actor     workflow.ID
	Key       string        // the keys of the cases derive from it; without a client's key, the job's id
	Keyed     bool          // the client gave the key
	Digest    workflow.Hash // of the request
	Action    string
	Note      string         // empty once the job is done
	Fields    map[string]any // likewise
	Refs      []string
	Round     workflow.ID // whose list it is; "" for cases that were chosen one by one
	Confirmed bool        // the session was fresh when the job was started
	Verdicts  []Verdict   // of the first cases, in their order
	Tries     int         // of the next case, since the last verdict
	Lease     workflow.ID // of the worker that has taken it
	Created   time.Time
	Started   *time.Time
	Finished  *time.Time
}

// JobState is how far a job has come.
type JobState string

// The states of a job.
const (
	JobWaiting JobState = "waiting"
	JobRunning JobState = "running"
	JobDone    JobState = "done"
)

// State returns how far the job has come.
func (j *Job) State() JobState { return jobState(j.Started, j.Finished) }

func jobState(started, finished *time.Time) JobState {
	switch {
	case finished != nil:
		return JobDone
	case started != nil:
		return JobRunning
	}
	return JobWaiting
}

// Succeeded returns how many cases were done.
func (j *Job) Succeeded() (n int) {
	for _, v := range j.Verdicts {
		if v.Done {
			n++
		}
	}
	return n
}

// JobSummary is a job in a list, without its cases.
type JobSummary struct {
	ID                         workflow.ID
	Action                     string
	Round                      workflow.ID
	RoundRef                   string
	RoundName                  workflow.Text
	FirstRef                   string // of its first case that has a verdict; "" where none has
	Workflow                   string // of its first case, for the action's label
	Total, Position, Succeeded int
	Created                    time.Time
	Started                    *time.Time
	Finished                   *time.Time
}

// State returns how far the job has come.
func (j *JobSummary) State() JobState { return jobState(j.Started, j.Finished) }

// Jobs keeps jobs for those who start and follow them.
type Jobs interface {
	// AddJob keeps a new job and returns it, or the earlier one of the same actor and key. *Refused where the actor has
	// too many that are not done.
	AddJob(ctx context.Context, j Job) (*Job, error)
	// JobByKey finds the actor's job under a key; ErrNotFound if there is none.
	JobByKey(ctx context.Context, actor workflow.ID, key string) (*Job, error)
	// Job finds a job of the actor's; ErrNotFound for another's.
	Job(ctx context.Context, actor, id workflow.ID) (*Job, error)
	// JobsOf lists the actor's jobs that are not done or were done a short while ago, newest first; with a round, those of
	// its lists.
	JobsOf(ctx context.Context, actor, round workflow.ID) ([]JobSummary, error)
}

// JobQueue hands jobs to workers.
type JobQueue interface {
	// TakeJob leases a job that waits; nil if there is none. Another worker takes it when the lease has run out.
	TakeJob(ctx context.Context) (*Job, error)
	// KeepVerdicts appends verdicts to a job that is leased, and keeps the lease for a while. ErrMoved where the lease was
	// lost: another worker has gone on.
	KeepVerdicts(ctx context.Context, j *Job, more []Verdict) error
	// ReleaseJob gives the lease back; trouble is what kept the next case, which is tried again after a while.
	ReleaseJob(ctx context.Context, j *Job, trouble string, again time.Duration) error
	// ActorNow returns a person with the rights of this moment; one without any where the account is disabled.
	ActorNow(ctx context.Context, user workflow.ID) (workflow.Actor, error)
}

// MaxKey is how long an idempotency key may be.
const MaxKey = 200

// Subkey returns the key of a part of what was asked for under a key.
func Subkey(key, part string) string {
	k := key + "/" + part
	if len(k) > MaxKey {
		sum := sha256.Sum256([]byte(k))
		k = hex.EncodeToString(sum[:])
	}
	return k
}
