package db

import (
	"context"
	"time"

	"github.com/lib/pq"
)

// Bell awakens the clerks and the open boards of all servers after a commit. It is rung outside of the transaction and at most every 50 ms: a
// NOTIFY inside takes a lock over the whole database. What it says may be lost; looking is the truth.
type Bell struct {
	db   *DB
	rung chan struct{}
	here chan struct{}
	more []func()
}

const bellName = "incubase_wake"

// NewBell starts a bell that works until the context ends. Beside the clerk it tells whoever else listens, with functions
// that must not wait.
func NewBell(ctx context.Context, d *DB, more ...func()) *Bell {
	b := &Bell{db: d, rung: make(chan struct{}, 1), here: make(chan struct{}, 1), more: more}
	go b.tell(ctx)
	go b.hear(ctx)
	return b
}

// Ring never waits. It awakens this server's clerk at once and the others' soon.
func (b *Bell) Ring() {
	b.wake()
	knock(b.rung)
}

func (b *Bell) wake() {
	knock(b.here)
	for _, tell := range b.more {
		tell()
	}
}

// C is for the clerk of this server.
func (b *Bell) C() <-chan struct{} { return b.here }

func knock(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (b *Bell) tell(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-b.rung:
		}
		if err := b.db.write.exec(ctx, "bell_ring"); err != nil && ctx.Err() == nil {
			b.db.log.Warn("the other servers were not awakened; they look by themselves", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// hear listens for other servers. After a lost connection it awakens the clerk once, for what was missed.
func (b *Bell) hear(ctx context.Context) {
	l := pq.NewListener(b.db.url, time.Second, 30*time.Second, nil)
	defer l.Close()
	if err := l.Listen(bellName); err != nil {
		b.db.log.Warn("other servers cannot awaken this one; it looks by itself", "error", err)
		return
	}
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.Notify:
			b.wake()
		}
	}
}
