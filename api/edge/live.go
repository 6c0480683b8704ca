package edge

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"

	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
)

type Boards interface {
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
}

// LiveOptions configure open boards. Zero values mean the defaults.
type LiveOptions struct {
	Boards   Boards
	Machines machine.Machines
	Clock    workflow.Clockwork
	// Stands finds a session without extending it.
	Stands func(ctx context.Context, token string) (*registry.Session, error)
	Log    *slog.Logger

	Poll      time.Duration // between reads without a notification: dates change, and notifications get lost
	Interval  time.Duration // minimum between two reads of a board
	Heartbeat time.Duration // between comments on a silent stream
	PerActor  int           // streams of one actor
	Max       int           // streams of this process
}

// Live keeps open boards up to date in rounds: a notification or Poll begins one, at most one each Interval. The
// first stream that needs a board reads it for all of the round. Boards without a stream are not read.
type Live struct {
	o        LiveOptions
	notified chan struct{}
	stopped  chan struct{}       // closed when the server stops
	reading  *semaphore.Weighted // one board at a time, which leaves connections to requests

	mu       sync.Mutex
	round    chan struct{} // closed when the next round begins
	boards   map[workflow.BoardQuery]func() (Snapshot, error)
	perActor map[workflow.ID]int
	streams  int
}

// Snapshot is a board at one moment. Its ID is a digest of its figures, the same on all servers.
type Snapshot struct {
	ID    string
	Items []workflow.Counts
	At    time.Time // domain time
}

func NewLive(o LiveOptions) *Live {
	o.Poll = cmp.Or(o.Poll, 10*time.Second)
	o.Interval = cmp.Or(o.Interval, time.Second)
	o.Heartbeat = cmp.Or(o.Heartbeat, 15*time.Second)
	o.PerActor = cmp.Or(o.PerActor, 6)
	o.Max = cmp.Or(o.Max, 1000)
	l := &Live{o: o, notified: make(chan struct{}, 1), stopped: make(chan struct{}), reading: semaphore.NewWeighted(1),
		perActor: map[workflow.ID]int{}}
	l.begin()
	return l
}

func (l *Live) Notify() {
	select {
	case l.notified <- struct{}{}:
	default:
	}
}

// Run begins rounds until the context ends, then ends every stream.
func (l *Live) Run(ctx context.Context) {
	defer close(l.stopped)
	poll := time.NewTicker(l.o.Poll)
	defer poll.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-poll.C:
		case <-l.notified:
		}
		close(l.begin())
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.o.Interval):
		}
	}
}

// begin starts a round with an empty cache and returns the previous one's channel.
func (l *Live) begin() chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.round
	l.round, l.boards = make(chan struct{}), map[workflow.BoardQuery]func() (Snapshot, error){}
	return last
}

// board returns this round's board and a channel that closes with the round. Errors are not cached.
func (l *Live) board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) (Snapshot, <-chan struct{},
	error) {
	l.mu.Lock()
	next, read := l.round, l.boards[q]
	if read == nil {
		read = sync.OnceValues(func() (Snapshot, error) {
			now, err := l.read(context.WithoutCancel(ctx), scope, q) // others share the read when this reader has left
			if err != nil {
				l.mu.Lock()
				defer l.mu.Unlock()
				delete(l.boards, q)
			}
			return now, err
		})
		l.boards[q] = read
	}
	l.mu.Unlock()
	now, err := read()
	return now, next, err
}

func (l *Live) read(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) (Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	if err := l.reading.Acquire(ctx, 1); err != nil {
		return Snapshot{}, fmt.Errorf("read the board of %q: %w", q.Region, err)
	}
	defer l.reading.Release(1)
	now := l.o.Clock.Now()
	q.Today = calendar.DateOf(now)
	items, err := l.o.Boards.Board(ctx, scope, q)
	if err != nil {
		return Snapshot{}, err
	}
	b, err := json.Marshal(items)
	if err != nil {
		return Snapshot{}, fmt.Errorf("encode a board: %w", err)
	}
	sum := sha256.Sum256(b)
	return Snapshot{ID: hex.EncodeToString(sum[:12]), Items: items, At: now}, nil
}

// Open admits the signed-in reader to a board; Serve ends the stream. Errors: workflow.ErrNotFound outside the
// reader's scope, *registry.Throttled or workflow.ErrBusy with too many streams.
func (l *Live) Open(ctx context.Context, q workflow.BoardQuery) (*Stream, error) {
	session := Of(ctx).Session
	if session == nil {
		return nil, registry.ErrNoSession
	}
	scope := desk.ScopeOf(session.Actor, l.o.Machines)
	if !scope.Covers(q.Region) {
		return nil, workflow.ErrNotFound
	}
	if err := l.admit(session.Actor.ID); err != nil {
		return nil, err
	}
	if _, _, err := l.board(ctx, scope, q); err != nil {
		l.leave(session.Actor.ID)
		return nil, err
	}
	return &Stream{live: l, session: session, scope: scope, query: q, checked: time.Now()}, nil
}

// reopenAfter is the Retry-After of an actor with too many open boards.
const reopenAfter = 30 * time.Second

func (l *Live) admit(actor workflow.ID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.stopped:
		return workflow.ErrBusy
	default:
	}
	switch {
	case l.perActor[actor] >= l.o.PerActor:
		return &registry.Throttled{After: reopenAfter}
	case l.streams >= l.o.Max:
		return workflow.ErrBusy
	}
	l.perActor[actor]++
	l.streams++
	return nil
}

func (l *Live) leave(actor workflow.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.streams--
	if l.perActor[actor]--; l.perActor[actor] == 0 {
		delete(l.perActor, actor)
	}
}

func (l *Live) Streams() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.streams
}
