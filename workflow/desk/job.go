package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"incubase/workflow"
)

// Up to MaxBulk cases by the API, up to MaxJob as a list of a round. From JobFrom on a bulk act runs as a job.
const (
	JobFrom = 20
	MaxBulk = 200
	MaxJob  = 1000
)

// Job is one action on many cases, done in the background. Each case goes through the desk under a key of its own, so
// a repeated or continued job does nothing twice.
type Job struct {
	ID        workflow.ID
	Actor     workflow.ID
	Key       string        // the cases' keys derive from it; without a client's key, the job's id
	Keyed     bool          // the client gave the key
	Digest    workflow.Hash // of the request
	Action    string
	Note      string         // empty once the job is done
	Fields    map[string]any // likewise
	Refs      []string
	Round     workflow.ID // the round whose list it is; "" for cases that were chosen one by one
	Confirmed bool        // the session was fresh when the job started
	Verdicts  []Verdict   // of the first cases, in their order
	Tries     int         // of the next case, since the last verdict
	Lease     workflow.ID // of the worker that has taken it
	Created   time.Time
	Started   *time.Time
	Finished  *time.Time
}

type JobState string

const (
	JobWaiting JobState = "waiting"
	JobRunning JobState = "running"
	JobDone    JobState = "done"
)

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

func (j *Job) Succeeded() (n int) {
	for _, v := range j.Verdicts {
		if v.Done {
			n++
		}
	}
	return n
}

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

func (j *JobSummary) State() JobState { return jobState(j.Started, j.Finished) }

// Jobs keeps jobs for the users who start and follow them.
type Jobs interface {
	// AddJob returns the new job, or the earlier one of the same actor and key; *Refused where the actor has too many
	// unfinished jobs.
	AddJob(ctx context.Context, j Job) (*Job, error)
	// JobByKey returns ErrNotFound if the actor has no job under the key.
	JobByKey(ctx context.Context, actor workflow.ID, key string) (*Job, error)
	// Job returns ErrNotFound for another user's job.
	Job(ctx context.Context, actor, id workflow.ID) (*Job, error)
	// JobsOf lists the actor's unfinished and newly finished jobs, newest first; with a round, those of its lists.
	JobsOf(ctx context.Context, actor, round workflow.ID) ([]JobSummary, error)
}

type JobQueue interface {
	// TakeJob leases a waiting job; nil if there is none. Another worker takes it when the lease has run out.
	TakeJob(ctx context.Context) (*Job, error)
	// KeepVerdicts appends verdicts and extends the lease; ErrMoved where another worker has taken the job.
	KeepVerdicts(ctx context.Context, j *Job, more []Verdict) error
	// ReleaseJob gives the lease back; trouble is the error of the next case, to be tried again after the delay.
	ReleaseJob(ctx context.Context, j *Job, trouble string, again time.Duration) error
	// ActorNow returns a user with current rights; without any where the account is disabled.
	ActorNow(ctx context.Context, user workflow.ID) (workflow.Actor, error)
}

// MaxKey is the longest idempotency key, in bytes.
const MaxKey = 200

func Subkey(key, part string) string {
	k := key + "/" + part
	if len(k) > MaxKey {
		sum := sha256.Sum256([]byte(k))
		k = hex.EncodeToString(sum[:])
	}
	return k
}
