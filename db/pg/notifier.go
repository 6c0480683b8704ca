package pg

import (
	"context"
	"time"

	"github.com/lib/pq"
)

// Notifier wakes the workers and the open boards of all servers after a commit, by NOTIFY outside of the transaction
// (inside it would take a lock over the whole database) and at most every 50 ms. A notification may be lost: workers
// poll as well.
type Notifier struct {
	db       *DB
	pending  chan struct{} // the other servers are to be notified
	here     chan struct{}
	handlers []func()
}

const channel = "incubase_wake"

// NewNotifier starts a notifier that runs until the context ends. It calls the handlers, which must not block, at each
// notification.
func (d *DB) NewNotifier(ctx context.Context, handlers ...func()) *Notifier {
	n := &Notifier{db: d, pending: make(chan struct{}, 1), here: make(chan struct{}, 1), handlers: handlers}
	go n.send(ctx)
	go n.listen(ctx)
	return n
}

// Notify wakes this server's worker at once and the other servers' soon. It never blocks.
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

// signal fills a channel of one, or leaves it full.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (n *Notifier) send(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-n.pending:
		}
		if err := n.db.Write.Run(ctx, "notify"); err != nil && ctx.Err() == nil {
			n.db.Log.Warn("the other servers were not notified; they poll", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// listen waits for notifications of other servers. After a lost connection it wakes the worker once, for what it
// missed.
func (n *Notifier) listen(ctx context.Context) {
	l := pq.NewListener(n.db.url, time.Second, 30*time.Second, nil)
	defer l.Close()
	if err := l.Listen(channel); err != nil {
		n.db.Log.Warn("notifications of other servers do not arrive; this server polls", "error", err)
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.Notify:
			n.wake()
		}
	}
}
