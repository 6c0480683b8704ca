package edge

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"incubase/workflow"
	"incubase/workflow/calendar"
)

// Boards reads a board within a scope.
type Boards interface {
	Board(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) ([]workflow.Counts, error)
}

// LiveOptions are what open boards are fed from. Zero durations and numbers stand for those of everyday.
type LiveOptions struct {
	Boards   Boards
	Machines workflow.Machines
	Clock    workflow.Clockwork
	// Stands finds a session without using it: an open board is no reason for a session to go on.
	Stands func(ctx context.Context, token string) (*Session, error)
	Log    *slog.Logger

	Look time.Duration // how often boards are read when no bell rings: days pass, and a bell may be lost
	Pace time.Duration // least time between two reads of a board, however often the bell rings
	Beat time.Duration // how often a silent stream says that it lives
	Mine int           // streams of one actor
	All  int           // streams of this process
}

// Live keeps the boards that are open on somebody's screen up to date: each is read once, however many look at it,
// after the bell has rung or a while has passed. What the bell says may be lost; looking is the truth.
type Live struct {
	o    LiveOptions
	rung chan struct{}
	over chan struct{} // closed when the server stops

	mu     sync.Mutex
	boards map[boardKey]*liveBoard
	mine   map[workflow.ID]int
	all    int
}

type boardKey struct {
	region string
	by     string
}

// liveBoard is one board with those who look at it.
type liveBoard struct {
	query workflow.BoardQuery
	shot  Shot
	open  map[*Stream]struct{}
}

// Shot is a board at one moment. Its ID follows from its figures alone, so that every server knows it again.
type Shot struct {
	ID    string
	Items []workflow.Counts
	At    time.Time // domain time of the read
}

// NewLive makes it; Run has it work.
func NewLive(o LiveOptions) *Live {
	set := func(d *time.Duration, usual time.Duration) {
		if *d == 0 {
			*d = usual
		}
	}
	set(&o.Look, 10*time.Second)
	set(&o.Pace, time.Second)
	set(&o.Beat, 15*time.Second)
	if o.Mine == 0 {
		o.Mine = 6
	}
	if o.All == 0 {
		o.All = 1000
	}
	return &Live{o: o, rung: make(chan struct{}, 1), over: make(chan struct{}), boards: map[boardKey]*liveBoard{},
		mine: map[workflow.ID]int{}}
}

// Ring says that something may have changed. It never waits.
func (l *Live) Ring() {
	select {
	case l.rung <- struct{}{}:
	default:
	}
}

// Run reads the open boards until the context ends; then every stream ends at once.
func (l *Live) Run(ctx context.Context) {
	defer close(l.over)
	look := time.NewTicker(l.o.Look)
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
		case <-l.rung:
		}
		l.lookAt(ctx)
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.o.Pace):
		}
	}
}

// lookAt reads each open board once and tells its streams where it has changed.
func (l *Live) lookAt(ctx context.Context) {
	l.mu.Lock()
	type seen struct {
		board *liveBoard
		scope workflow.Scope
	}
	var all []seen
	for _, b := range l.boards {
		for s := range b.open { // anybody's who looks: the board is the same for all whom it is shown to
			all = append(all, seen{b, s.scope})
			break
		}
	}
	l.mu.Unlock()
	for _, x := range all {
		shot, err := l.read(ctx, x.scope, x.board.query)
		if err != nil {
			if ctx.Err() == nil {
				l.o.Log.Warn("an open board stays as it was", "error", err)
			}
			continue
		}
		l.mu.Lock()
		if x.board.shot.ID != shot.ID {
			for s := range x.board.open {
				select {
				case s.knock <- struct{}{}:
				default:
				}
			}
		}
		x.board.shot = shot
		l.mu.Unlock()
	}
}

func (l *Live) read(ctx context.Context, scope workflow.Scope, q workflow.BoardQuery) (Shot, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	now := l.o.Clock.Now()
	q.Today = calendar.DateOf(now)
	items, err := l.o.Boards.Board(ctx, scope, q)
	if err != nil {
		return Shot{}, err
	}
	b, err := json.Marshal(items)
	if err != nil {
		return Shot{}, fmt.Errorf("encode a board: %w", err)
	}
	sum := sha256.Sum256(b)
	return Shot{ID: hex.EncodeToString(sum[:12]), Items: items, At: now}, nil
}

// Open lets the signed-in reader look at a board: workflow.ErrNotFound outside the scope, exactly as a board read once;
// *workflow.Throttled and workflow.ErrBusy where too many are open already. Serve ends what Open has begun.
func (l *Live) Open(ctx context.Context, q workflow.BoardQuery) (*Stream, error) {
	session := Of(ctx).Session
	if session == nil {
		return nil, workflow.ErrNoSession
	}
	s := &Stream{live: l, session: session, scope: workflow.ScopeOf(session.Actor, l.o.Machines),
		knock: make(chan struct{}, 1), checked: time.Now()}
	key := boardKey{string(q.Region), q.By}
	if !s.scope.Covers(q.Region) {
		return nil, workflow.ErrNotFound
	}
	if err := l.admit(session.Actor.ID); err != nil {
		return nil, err
	}
	if l.join(key, s) {
		return s, nil
	}
	shot, err := l.read(ctx, s.scope, q)
	if err != nil {
		l.dismiss(session.Actor.ID)
		return nil, err
	}
	if l.join(key, s) { // somebody else was faster
		return s, nil
	}
	l.begin(key, s, &liveBoard{query: q, shot: shot, open: map[*Stream]struct{}{}})
	return s, nil
}

// again is when to try once more where an actor has too many boards open.
const again = 30 * time.Second

func (l *Live) admit(actor workflow.ID) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.over:
		return workflow.ErrBusy
	default:
	}
	switch {
	case l.mine[actor] >= l.o.Mine:
		return &workflow.Throttled{After: again}
	case l.all >= l.o.All:
		return workflow.ErrBusy
	}
	l.mine[actor]++
	l.all++
	return nil
}

func (l *Live) dismiss(actor workflow.ID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.mine[actor]--; l.mine[actor] == 0 {
		delete(l.mine, actor)
	}
}

func (l *Live) join(key boardKey, s *Stream) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.boards[key]
	if b == nil {
		return false
	}
	b.open[s] = struct{}{}
	s.key, s.board = key, b
	return true
}

func (l *Live) begin(key boardKey, s *Stream, b *liveBoard) {
	l.mu.Lock()
	if there := l.boards[key]; there != nil {
		b = there
	}
	l.boards[key] = b
	b.open[s] = struct{}{}
	s.key, s.board = key, b
	l.mu.Unlock()
	l.Ring() // for what has changed between the read and this moment
}

// leave ends a stream; the board that nobody looks at any more is read no more.
func (l *Live) leave(s *Stream) {
	l.dismiss(s.session.Actor.ID)
	l.mu.Lock()
	defer l.mu.Unlock()
	if delete(s.board.open, s); len(s.board.open) == 0 {
		delete(l.boards, s.key)
	}
}

// now is the newest shot of a board.
func (l *Live) now(b *liveBoard) Shot {
	l.mu.Lock()
	defer l.mu.Unlock()
	return b.shot
}

// Streams counts what is open: streams, and boards that are read for them.
func (l *Live) Streams() (streams, boards int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all, len(l.boards)
}
