package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
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
	Confirmed time.Time   // when the actor last typed the password; zero where the session was not fresh
	Session   workflow.ID // that starts it; not kept
	Verdicts  []Verdict   // of the first cases, in their order
	Tries     int         // of the next case, since the last verdict
	Lease     workflow.ID // of the worker that has taken it
	Created   time.Time   // real time
	Started   *time.Time
	Finished  *time.Time
	Ended     JobEnd // why it ended before its last case
}

// How long a job may go on, in real time. It acts for a person, and no longer than that person could have stayed
// signed in without typing the password again (see accounts.DefaultSessionLimits); what is still undone by then waited
// for a database or a server that was away, and nobody looks for it any more. What asks for the password is over an
// hour after it was typed: a thousand payments take a few minutes, and who typed it is still at work.
const (
	JobLife       = 12 * time.Hour
	ConfirmedLife = time.Hour
)

// Until returns when a job ends whatever is left of it. confirms says that its act asks for the password.
func (j *Job) Until(confirms bool) time.Time {
	end := j.Created.Add(JobLife)
	if typed := j.Confirmed.Add(ConfirmedLife); confirms && typed.Before(end) {
		return typed
	}
	return end
}

// JobEnd is why a job ended before its last case; "" where it did not.
type JobEnd string

// Why a job ends early.
const (
	EndedByOwner     JobEnd = "owner"
	EndedByPassword  JobEnd = "password"
	EndedBySessions  JobEnd = "sessions"
	EndedByFactor    JobEnd = "factor"
	EndedByDisabling JobEnd = "disabled"
	EndedByAge       JobEnd = "expired"
)

var jobEnds = map[JobEnd]workflow.Text{
	EndedByOwner: {ZH: "发起人停止了办理", EN: "its owner stopped it"},
	EndedByPassword: {ZH: "发起人修改或重置了密码，为防止他人冒用，未办的不再办理",
		EN: "its owner's password was changed or reset, and nothing that was asked for before goes on"},
	EndedBySessions: {ZH: "发起人的登录已被全部结束，为防止他人冒用，未办的不再办理",
		EN: "its owner's sessions were ended, and nothing that was asked for in them goes on"},
	EndedByFactor: {ZH: "发起人的双重验证已停用或重置，为防止他人冒用，未办的不再办理",
		EN: "its owner's second factor was taken away or reset, and nothing that was asked for before goes on"},
	EndedByDisabling: {ZH: "发起人的账号已停用", EN: "its owner's account was disabled"},
	EndedByAge: {ZH: "超过了办理时限：发起后 12 小时内办理；需要确认密码的，确认后 1 小时内办理",
		EN: "it took too long: a job ends 12 hours after its start, and one that asks for the password an hour after " +
			"that was typed"},
}

// Words says why, for people.
func (e JobEnd) Words() workflow.Text { return jobEnds[e] }

type JobState string

const (
	JobWaiting   JobState = "waiting"
	JobRunning   JobState = "running"
	JobDone      JobState = "done"
	JobCancelled JobState = "cancelled"
	JobExpired   JobState = "expired"
)

// Over reports whether nothing more comes of the job.
func (s JobState) Over() bool { return s != JobWaiting && s != JobRunning }

func (j *Job) State() JobState { return jobState(j.Started, j.Finished, j.Ended) }

func jobState(started, finished *time.Time, ended JobEnd) JobState {
	switch {
	case ended == EndedByAge:
		return JobExpired
	case ended != "":
		return JobCancelled
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
	FirstRef                   string // of its first case, for the action's label
	Total, Position, Succeeded int
	Created                    time.Time
	Started                    *time.Time
	Finished                   *time.Time
	Ended                      JobEnd
}

func (j *JobSummary) State() JobState { return jobState(j.Started, j.Finished, j.Ended) }

// Jobs keeps jobs for the users who start and follow them. Five methods: two ways to find a job, and one for each other
// step of its life.
type Jobs interface {
	// AddJob returns the new job, or the earlier one of the same actor and key; *Refused where the actor has too many
	// unfinished jobs, and no session where the job's has ended meanwhile.
	AddJob(ctx context.Context, j Job) (*Job, error)
	// JobByKey returns ErrNotFound if the actor has no job under the key.
	JobByKey(ctx context.Context, actor workflow.ID, key string) (*Job, error)
	// Job returns ErrNotFound for another user's job.
	Job(ctx context.Context, actor, id workflow.ID) (*Job, error)
	// JobsOf lists the actor's unfinished and newly finished jobs, newest first; with a round, those of its lists.
	JobsOf(ctx context.Context, actor, round workflow.ID) ([]JobSummary, error)
	// EndJob ends a job of the actor's before its last case; what was done stays. ErrNotFound for another's; one that has
	// ended stays as it is.
	EndJob(ctx context.Context, actor, id workflow.ID, why JobEnd) error
}

type JobQueue interface {
	// TakeJob leases a waiting job; nil if there is none. Another worker takes it when the lease has run out.
	TakeJob(ctx context.Context) (*Job, error)
	// KeepVerdicts appends verdicts and extends the lease, also of a job that was ended while its worker decided on them;
	// ErrMoved where another worker has taken the job.
	KeepVerdicts(ctx context.Context, j *Job, more []Verdict) error
	// ReleaseJob gives the lease back; trouble is the error of the next case, to be tried again after the delay.
	ReleaseJob(ctx context.Context, j *Job, trouble string, again time.Duration) error
	// ActorNow returns the job's actor with current rights, without any where the account is disabled, and whether there
	// is a second factor; ErrEnded where the job has ended.
	ActorNow(ctx context.Context, j *Job) (actor workflow.Actor, factor bool, err error)
}

// ErrEnded is a job that was ended before its last case.
var ErrEnded = errors.New("the job has ended")

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
