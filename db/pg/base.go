// Package pg connects to PostgreSQL: a reader that can only read, a writer that sends each statement exactly once,
// transactions, the keys that bind rows, and errors in the words of the ports. Stores embed DB.
package pg

import (
	"context"
	"crypto/cipher"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"

	"incubase/workflow"
)

//go:embed sql/*.sql
var SQL embed.FS

type Options struct {
	URL       string       // of the server's role; lib/pq's form, several hosts allowed
	ReadURL   string       // of standbys for reads that decide nothing; "": all reads go to URL
	MaxReads  int          // reading connections; 0 is 10
	MaxWrites int          // writing connections; 0 is 6. On a small machine 8 to 16 of both are fastest
	RowKey    RowKey       // binds rows to the log; nil binds nothing
	Log       *slog.Logger // nil is slog.Default()
	// WriteTimeout bounds the wait for a write's answer; after it the outcome is unknown; 0 is 10 s. A disconnected
	// client does not shorten it: a cancelled commit may exist on this server alone (quality F2).
	WriteTimeout time.Duration
	Bounds       Bounds
	Dialer       Dialer // nil dials plainly

	preferred *atomic.Int32 // the host that answered last
	timeline  *timeline
}

// Bounds limit what one organization may keep. Zero is no limit, as for commands of the machine's owner.
type Bounds struct {
	Drafts   int   // cases of a round without an action since they were opened
	Projects int   // in all
	Files    int64 // bytes of all files that its people uploaded
}

type Dialer = pq.DialerContext

type DB struct {
	url      string
	several  bool // hosts in the address
	Log      *slog.Logger
	RowKey   RowKey
	Read     *Reader
	Write    *Writer
	Seal     cipher.AEAD // encrypts second factors; nil without a row key
	standby  *standby    // nil without a ReadURL
	timeline *timeline
}

// Connect connects lazily: only a malformed address fails. Ping reports whether the database answers.
func Connect(o Options, texts Queries) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	o.preferred, o.timeline = &atomic.Int32{}, &timeline{log: o.Log}
	if o.MaxReads <= 0 {
		o.MaxReads = 10
	}
	if o.MaxWrites <= 0 {
		o.MaxWrites = 6
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = 10 * time.Second
	}
	cfg, err := pq.NewConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("open database: %w", err)
	}
	var seal cipher.AEAD
	if o.RowKey != nil {
		if seal, err = o.RowKey.Sealer(); err != nil {
			return nil, err
		}
	}
	read, err := newReader(o, texts)
	if err != nil {
		return nil, fmt.Errorf("open database for reading: %w", err)
	}
	write, err := newWriter(o, texts)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database for writing: %w", err), read.close())
	}
	d := &DB{url: o.URL, several: len(cfg.Multi) > 0,
		Log: o.Log, RowKey: o.RowKey, Seal: seal, Read: read, Write: write, timeline: o.timeline}
	if o.ReadURL != "" {
		if d.standby, err = newStandby(o, read, texts); err != nil {
			return nil, errors.Join(fmt.Errorf("open a standby for reading: %w", err), d.Close())
		}
	}
	return d, nil
}

func (d *DB) Close() error {
	err := errors.Join(d.Write.close(), d.Read.close())
	if d.standby != nil {
		err = errors.Join(err, d.standby.close())
	}
	return err
}

// Ping reports whether a case, a list and a write can be served: each has connections of its own.
func (d *DB) Ping(ctx context.Context) error {
	for _, pool := range []*sqlx.DB{d.Read.Pool, d.Read.walks} {
		err := inTime(ctx, func() error { return pool.PingContext(ctx) })
		if err = readError(ctx, "ping", err); err != nil { // lib/pq calls a ping that was too slow a bad connection
			return err
		}
	}
	var primary bool
	if err := d.Write.Row(ctx, "writable", nil, &primary); err != nil {
		return err
	}
	if !primary {
		return fmt.Errorf("%w: the database is a standby now", workflow.ErrBusy)
	}
	return nil
}

// Prepare checks every statement of the stores against the schema, so that a misfit fails at start.
func (d *DB) Prepare(ctx context.Context) error {
	var errs []error
	for _, name := range d.Write.Texts.names() {
		if err := d.Write.check(ctx, d.Write.Texts.whole(name)); err != nil {
			errs = append(errs, fmt.Errorf("prepare %s.sql: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// Binds reports whether rows are bound. Without a key only hashes are checked.
func (d *DB) Binds() bool { return len(d.RowKey) > 0 }
