package pg

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/lib/pq"

	"incubase/workflow/outage"
)

// Notifier wakes the workers and open boards of all servers after a commit, at most every 50 ms. It sends NOTIFY
// outside the transaction; inside, it would lock the whole database. Notifications may be lost: workers poll as well.
type Notifier struct {
	db       *DB
	pending  chan struct{}
	here     chan struct{}
	handlers []func()
}

const channel = "incubase_wake"

// NewNotifier starts a notifier that runs until ctx ends. Handlers must not block.
func (d *DB) NewNotifier(ctx context.Context, handlers ...func()) *Notifier {
	n := &Notifier{db: d, pending: make(chan struct{}, 1), here: make(chan struct{}, 1), handlers: handlers}
	go n.send(ctx)
	go n.listen(ctx)
	return n
}

// Notify wakes this server's worker at once and other servers' soon. It never blocks.
func (n *Notifier) Notify() {
	n.wake()
	signal(n.pending)
}

func (n *Notifier) wake() {
	signal(n.here)
	for _, h := range n.handlers {
		h()
	}
}

// C returns the channel that wakes this server's worker.
func (n *Notifier) C() <-chan struct{} { return n.here }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (n *Notifier) send(ctx context.Context) {
	var fault outage.Fault
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.pending:
		}
		if err := n.db.Write.Run(ctx, "notify"); ctx.Err() == nil {
			fault.Note(n.db.Log, "the other servers were not notified; they poll", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// listen waits for other servers' notifications; after a reconnect it wakes the worker for those it missed.
func (n *Notifier) listen(ctx context.Context) {
	l := pq.NewDialListener(&dialer{}, n.db.url, time.Second, 5*time.Second, nil)
	defer l.Close()
	if err := l.Listen(channel); err != nil {
		n.db.Log.Warn("notifications of other servers do not arrive; this server polls", "error", err)
		return
	}
	var pinging atomic.Bool
	ping := time.NewTicker(gone)
	defer ping.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.Notify:
			n.wake()
		case <-ping.C:
			if pinging.CompareAndSwap(false, true) {
				go check(l, &pinging)
			}
		}
	}
}

// check pings the listener's connection, which is made again where it fails. A ping waits for its answer behind all
// notifications that came before, so they must be drained meanwhile. lib/pq panics where the server answers a ping with
// an error.
func check(l *pq.Listener, pinging *atomic.Bool) {
	defer pinging.Store(false)
	defer func() { _ = recover() }()
	_ = l.Ping()
}
