package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"incubase/db"
	"incubase/db/embedded"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow/calendar"
	"incubase/workflow/catalog"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
)

// installation is everything that works on one database: wired once, for the server and for every tool alike.
type installation struct {
	db        *db.DB
	ownerURL  string           // of the role that migrates
	server    *embedded.Server // nil: an existing server is used, or another process's
	catalog   *catalog.Catalog
	clock     *records.Clock
	divisions *records.Divisions
	shipped   func() (*catalog.Catalog, error) // the definitions that the program brings
	desk      *desk.Desk
	bulk      *desk.Bulk
	registry  *registry.Registry
	log       *slog.Logger
	leaving   atomic.Bool // told to stop: /readyz says so
	seen      observed
}

// logger writes to stderr in the form that was asked for.
func (c *common) logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong allows only the known ones
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// urls finds the database: the one named, the one that a running owner keeps on the data folder, or a private one that
// this process starts. alone says that another process on the folder is an error.
func (c *common) urls(ctx context.Context, alone bool, log *slog.Logger) (serverURL, ownerURL string,
	s *embedded.Server, err error) {
	if c.DatabaseURL != "" {
		owner := c.DatabaseOwnerURL
		if owner == "" {
			owner = c.DatabaseURL
		}
		return c.DatabaseURL, owner, nil, nil
	}
	if c.DatabaseOwnerURL != "" {
		return "", "", nil, usageError{errors.New("--database-owner-url needs --database-url")}
	}
	if !alone {
		if s, err := embedded.Attach(c.Data); err == nil {
			return s.URL(embedded.ServerRole, embedded.Database), s.URL(embedded.OwnerRole, embedded.Database), nil, nil
		}
	}
	s, err = embedded.Start(ctx, embedded.Options{Dir: c.Data, Log: log, Bin: c.DatabasePrograms})
	if err != nil {
		return "", "", nil, err
	}
	return s.URL(embedded.ServerRole, embedded.Database), s.URL(embedded.OwnerRole, embedded.Database), s, nil
}

// begin reads the definitions that the program brings while the database is waited for. It leaves the divisions to who
// asks first: with every processor at work the answers of the database would be seen late.
func begin(log *slog.Logger) *installation {
	in := &installation{log: log, divisions: records.NewDivisions(), shipped: sync.OnceValues(catalog.Shipped)}
	go func() { _, _ = in.shipped() }()
	return in
}

// openExisting is open for commands that read or add to what is there: a wrong folder is said to be one, and nothing is
// made.
func (c *common) openExisting(ctx context.Context, log *slog.Logger) (*installation, error) {
	if c.DatabaseURL == "" && !embedded.Exists(c.Data) {
		return nil,
			usageError{fmt.Errorf("there is no installation in %s: name its folder with --data (incubase serve makes a new one)",
				c.Data)}
	}
	return c.open(ctx, false, log)
}

// open brings the schema up to date and wires everything on it.
func (c *common) open(ctx context.Context, alone bool, log *slog.Logger) (_ *installation, err error) {
	in := begin(log)
	serverURL, ownerURL, s, err := c.urls(ctx, alone, log)
	if err != nil {
		return nil, err
	}
	in.server, in.ownerURL = s, ownerURL
	defer func() {
		if err != nil {
			in.close()
		}
	}()
	if err = c.migrate(ctx, db.MigrateOptions{OwnerURL: ownerURL, ServerURL: serverURL, Log: log}); err != nil {
		return nil, err
	}
	key, err := c.rowKey(ctx, ownerURL)
	if err != nil {
		return nil, err
	}
	if in.db, err = db.Open(ctx, pg.Options{URL: serverURL, RowKey: key, Log: log, Bounds: c.bounds}); err != nil {
		return nil, err
	}
	return in, in.wire(ctx)
}

// migrate brings the schema up to date; a database that is away is waited for.
func (c *common) migrate(ctx context.Context, o db.MigrateOptions) error {
	const pause = 500 * time.Millisecond
	told := false
	for until := time.Now().Add(c.databaseWait); ; told = true {
		err := db.Migrate(ctx, o)
		if err == nil || !pg.Away(err) || time.Now().Add(pause).After(until) {
			return err
		}
		if !told {
			o.Log.Warn("the database is away; waiting for it", "for", c.databaseWait.String(), "error", err)
		}
		select {
		case <-ctx.Done():
			return errors.Join(err, ctx.Err())
		case <-time.After(pause):
		}
	}
}

// wire connects the parts.
func (in *installation) wire(ctx context.Context) (err error) {
	if in.catalog, err = in.definitions(ctx); err != nil {
		return err
	}
	if in.clock, err = in.db.NewClock(ctx); err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	if err = in.divisions.Refresh(ctx, in.db.Records); err != nil {
		return err
	}
	in.desk = &desk.Desk{Machines: in.catalog, Store: in.db, Clock: in.clock, Minutes: in.db, Twins: in.db,
		Vacant: in.db, Returns: in.db, Learn: func(ctx context.Context) error { return in.learn(ctx, in.catalog) }}
	in.bulk = &desk.Bulk{Desk: in.desk, Jobs: in.db, Queue: in.db, Log: in.log}
	in.registry = &registry.Registry{Store: in.db, Clock: in.clock, Regions: in.divisions, Passwords: in.db, Codes: in.db,
		Desk: in.desk}
	return nil
}

// definitions are the shipped ones, written to the database, and those that were loaded into this installation.
func (in *installation) definitions(ctx context.Context) (*catalog.Catalog, error) {
	c, err := in.shipped()
	if err != nil {
		return nil, err
	}
	var shipped []*machine.Machine
	c.Each(func(m *machine.Machine) { shipped = append(shipped, m) })
	if err := in.db.Define(ctx, shipped...); err != nil {
		return nil, fmt.Errorf("write the shipped definitions: %w", err)
	}
	return c, in.learn(ctx, c)
}

// learn takes in the definitions that were loaded into this installation, here or by another server, and how each
// stands.
func (in *installation) learn(ctx context.Context, c *catalog.Catalog) error {
	var known []string
	for _, name := range c.Names() {
		for _, e := range c.Versions(name) {
			known = append(known, fmt.Sprintf("%s/%d", name, e.Machine.Definition().Version))
		}
	}
	loaded, err := in.db.Definitions(ctx, known...)
	if err != nil {
		return err
	}
	for _, d := range loaded {
		if d.Definition == nil {
			c.Stand(d.Name, d.Version, d.Standing)
		} else if err := c.Take(*d.Definition, d.Standing); err != nil {
			return fmt.Errorf("a definition of this installation: %w", err)
		}
	}
	return nil
}

// close stops what this process started, the database last.
func (in *installation) close() {
	if in.db != nil {
		if err := in.db.Close(); err != nil {
			in.log.Warn("close the database", "error", err)
		}
	}
	if in.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := in.server.Stop(ctx); err != nil {
		in.log.Error("stop PostgreSQL", "error", err)
	}
}

// worker does the background's work of this installation.
func (in *installation) worker(wake <-chan struct{}) *desk.Worker {
	const atOnce = 5000 // rows
	looked, summed := time.Now(), time.Time{}
	return &desk.Worker{Desk: in.desk, Queue: in.db, Log: in.log, Wake: wake, Every: time.Second,
		Chores: []func(context.Context) (bool, error){in.bulk.Work, func(ctx context.Context) (bool, error) {
			n, err := in.db.FoldBoard(ctx, atOnce)
			if err == nil {
				in.seen.folded.Store(time.Now().Unix())
			}
			return n == atOnce, err
		}, func(ctx context.Context) (bool, error) {
			if time.Since(summed) < time.Hour {
				return false, nil
			}
			n, err := in.db.SumPastDues(ctx, calendar.DateOf(in.clock.Now()), atOnce)
			if n < atOnce {
				summed = time.Now()
			}
			if err != nil { // in a minute
				summed = summed.Add(time.Minute - time.Hour)
			}
			return n == atOnce, err
		}, func(ctx context.Context) (bool, error) { // another process may have taken in a newer table of divisions
			if time.Since(looked) < time.Minute {
				return false, nil
			}
			looked = time.Now()
			return false, in.divisions.Refresh(ctx, in.db.Records)
		}}}
}
