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

// Boards reads a board within a scope.
type Boards interface {
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
}

// LiveOptions are what open boards need. Zero durations and numbers mean the defaults.
type LiveOptions struct {
	Boards   Boards
	Machines machine.Machines
	Clock    workflow.Clockwork
	// Stands finds a session without using it: an open board does not keep a session alive.
	Stands func(ctx context.Context, token string) (*Session, error)
	Log    *slog.Logger

	Poll      time.Duration // between reads without a notification: days pass, and a notification may be lost
	Interval  time.Duration // least time between two reads of a board
	Heartbeat time.Duration // between comments on a silent stream
	PerActor  int           // streams of one actor
	Max       int           // streams of this process
}

// Live keeps the boards that are open on screens up to date. Its time passes in rounds: one begins with a notification
// or after Poll, at most one each Interval. Each board is read once a round, by the first stream that needs it, and
// cached for the others. A board that no stream shows is not read.
type Live struct {
	o        LiveOptions
	notified chan struct{}
	stopped  chan struct{}       // closed when the server stops
	reading  *semaphore.Weighted // one board at a time, so that open boards leave connections to requests

	mu       sync.Mutex
	round    chan struct{} // closed when the next round begins
	boards   map[workflow.BoardQuery]func() (Snapshot, error)
	perActor map[workflow.ID]int
	streams  int
}

// Snapshot is a board at one moment. Its ID follows from its figures alone, so all servers give the same one.
type Snapshot struct {
	ID    string
	Items []workflow.Counts
	At    time.Time // domain time of the read
}

// NewLive returns a Live whose rounds begin once Run runs.
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

// Notify says that figures may have changed. It never blocks.
func (l *Live) Notify() {
	select {
	case l.notified <- struct{}{}:
	default:
	}
}

// Run begins rounds until the context ends; then every stream ends at once.
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

// begin starts a round with nothing cached and returns the channel of the round before.
func (l *Live) begin() chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := l.round
	l.round, l.boards = make(chan struct{}), map[workflow.BoardQuery]func() (Snapshot, error){}
	return last
}

// board returns the board of this round, and a channel that is closed when the next one begins. Errors are not cached.
func (l *Live) board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) (Snapshot, <-chan struct{},
	error) {
	l.mu.Lock()
	next, read := l.round, l.boards[q]
	if read == nil {
		read = sync.OnceValues(func() (Snapshot, error) {
			now, err := l.read(context.WithoutCancel(ctx), scope, q) // others wait for it when this reader has gone
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

// read reads a board from the database.
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

// Open admits the signed-in reader to a board. It returns workflow.ErrNotFound outside the reader's scope, as a board
// read once does, and *workflow.Throttled or workflow.ErrBusy where too many streams are open. Serve ends the stream.
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

// reopenAfter is when an actor with too many open boards may try again.
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

// Streams returns the number of open streams.
func (l *Live) Streams() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.streams
}
