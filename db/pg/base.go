// Package pg holds the connections to PostgreSQL: a reader that can only read, a writer that sends each statement
// exactly once, transactions, the keys that bind rows, and errors in the words of the ports. The stores of the packages
// beside it embed DB.
package pg

import (
	"context"
	"crypto/cipher"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/lib/pq"

	"incubase/workflow"
)

// SQL holds the statements that this package runs itself.
//
//go:embed sql/*.sql
var SQL embed.FS

// Options say where the database is and how much of it to use.
type Options struct {
	URL       string       // of the server's role; lib/pq's form, several hosts allowed
	MaxReads  int          // connections that read; 0 is 10
	MaxWrites int          // connections that write; 0 is 6. Few are fast: 8 to 16 of both on a small machine, never 64
	RowKey    RowKey       // binds rows to the log; nil: nothing is bound
	Log       *slog.Logger // nil is slog.Default()
	// WriteTimeout bounds the wait for the answer to a write, after which its outcome is unknown; 0 is 10 s. A client
	// that goes away does not shorten it: a cancelled commit may come true on this server alone (quality F2).
	WriteTimeout time.Duration
	Bounds       Bounds // of what one organization may keep
	Dialer       Dialer // tests count turns and cut lines with it; nil dials plainly
}

// Bounds are what one organization may keep here. Zero is no bound: commands of who owns the machine have none.
type Bounds struct {
	Drafts   int   // cases of a round that nobody has acted on since they were opened
	Projects int   // in all
	Files    int64 // bytes of the files that its people brought, in all
}

// Dialer makes network connections to PostgreSQL.
type Dialer = pq.DialerContext

// DB holds the connections of an open database, and the key that binds its rows.
type DB struct {
	url    string
	Log    *slog.Logger
	RowKey RowKey
	Read   *Reader
	Write  *Writer
	Seal   cipher.AEAD // of second factors; nil without a row key
}

// Connect connects lazily: it fails on an address that is malformed, and Ping reports whether the database answers.
func Connect(o Options, texts Queries) (*DB, error) {
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.MaxReads <= 0 {
		o.MaxReads = 10
	}
	if o.MaxWrites <= 0 {
		o.MaxWrites = 6
	}
	if o.WriteTimeout <= 0 {
		o.WriteTimeout = 10 * time.Second
	}
	var (
		seal cipher.AEAD
		err  error
	)
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
	return &DB{url: o.URL, Log: o.Log, RowKey: o.RowKey, Seal: seal, Read: read, Write: write}, nil
}

// Close ends all connections, after the writes under way.
func (d *DB) Close() error { return errors.Join(d.Write.close(), d.Read.close()) }

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error {
	if err := inTime(ctx, func() error { return d.Read.Pool.PingContext(ctx) }); err != nil {
		return fmt.Errorf("%w: %w", workflow.ErrBusy, err)
	}
	return nil
}

// Prepare sends every statement of the stores to the server once, so that one that does not fit the schema is found at
// start and not by a person.
func (d *DB) Prepare(ctx context.Context) error {
	var errs []error
	for _, name := range d.Write.Texts.names() {
		if err := d.Write.check(ctx, d.Write.Texts.whole(name)); err != nil {
			errs = append(errs, fmt.Errorf("prepare %s.sql: %w", name, err))
		}
	}
	return errors.Join(errs...)
}

// connector configures lib/pq for one of the two sides.
func connector(o Options, d pq.Dialer, runtime map[string]string) (*pq.Connector, error) {
	cfg, err := pq.NewConfig(o.URL)
	if err != nil {
		return nil, err
	}
	cfg = cfg.Clone()
	if cfg.Runtime == nil {
		cfg.Runtime = map[string]string{}
	}
	if cfg.ConnectTimeout == 0 {
		cfg.ConnectTimeout = 5 * time.Second
	}
	cfg.Runtime["timezone"] = "UTC"
	cfg.Runtime["jit"] = "off" // compiling costs more than any statement here takes
	for k, v := range runtime {
		cfg.Runtime[k] = v
	}
	c, err := pq.NewConnectorConfig(cfg)
	if err != nil {
		return nil, err
	}
	c.Dialer(d)
	return c, nil
}

// Binds reports whether rows are bound, and can be compared: without the key only hashes are checked.
func (d *DB) Binds() bool { return len(d.RowKey) > 0 }
