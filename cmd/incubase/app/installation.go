// Package app wires everything on one database, for the server and for every command alike.
package app

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

// Installation is everything that works on one database: wired once, for the server and for every tool alike.
type Installation struct {
	DB        *db.DB
	ownerURL  string           // of the role that migrates
	server    *embedded.Server // nil: an existing server is used, or another process's
	Catalog   *catalog.Catalog
	Clock     *records.Clock
	Divisions *records.Divisions
	Shipped   func() (*catalog.Catalog, error) // the definitions that the program brings
	Desk      *desk.Desk
	bulk      *desk.Bulk
	Registry  *registry.Registry
	Log       *slog.Logger
	leaving   atomic.Bool // told to stop: /readyz says so
	seen      observed
}

// Logger writes to stderr in the form that was asked for.
func (c *Common) Logger(w io.Writer) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // kong allows only the known ones
	o := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, o))
	}
	return slog.New(slog.NewTextHandler(w, o))
}

// Urls finds the database: the one named, the one that a running owner keeps on the data folder, or a private one that
// this process starts. alone says that another process on the folder is an error.
func (c *Common) Urls(ctx context.Context, alone bool, log *slog.Logger) (serverURL, ownerURL string,
	s *embedded.Server, err error) {
	if c.DatabaseURL != "" {
		if serverURL, err = pg.Address(c.DatabaseURL); err != nil {
			return "", "", nil, UsageError{fmt.Errorf("--database-url: %w", err)}
		}
		if ownerURL, err = serverURL, nil; c.DatabaseOwnerURL != "" {
			if ownerURL, err = pg.Address(c.DatabaseOwnerURL); err != nil {
				return "", "", nil, UsageError{fmt.Errorf("--database-owner-url: %w", err)}
			}
		}
		return serverURL, ownerURL, nil, nil
	}
	if c.DatabaseOwnerURL != "" || c.DatabaseReadURL != "" {
		return "", "", nil, UsageError{errors.New("--database-owner-url and --database-read-url need --database-url")}
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

// Begin reads the definitions that the program brings while the database is waited for. It leaves the divisions to who
// asks first: with every processor at work the answers of the database would be seen late.
func Begin(log *slog.Logger) *Installation {
	in := &Installation{Log: log, Divisions: records.NewDivisions(), Shipped: sync.OnceValues(catalog.Shipped)}
	go func() { _, _ = in.Shipped() }()
	return in
}

// OpenExisting is open for commands that read or add to what is there: a wrong folder is said to be one, and nothing is
// made.
func (c *Common) OpenExisting(ctx context.Context, log *slog.Logger) (*Installation, error) {
	if c.DatabaseURL == "" && !embedded.Exists(c.Data) {
		return nil,
			UsageError{fmt.Errorf("there is no installation in %s: name its folder with --data (incubase serve makes a new one)",
				c.Data)}
	}
	return c.Open(ctx, false, log)
}

// Open brings the schema up to date and wires everything on it.
func (c *Common) Open(ctx context.Context, alone bool, log *slog.Logger) (_ *Installation, err error) {
	in := Begin(log)
	serverURL, ownerURL, s, err := c.Urls(ctx, alone, log)
	if err != nil {
		return nil, err
	}
	readURL, err := c.readURL()
	if err != nil {
		return nil, err
	}
	in.server, in.ownerURL = s, ownerURL
	defer func() {
		if err != nil {
			in.Close()
		}
	}()
	if err = c.migrate(ctx, db.MigrateOptions{OwnerURL: ownerURL, ServerURL: serverURL, Log: log}); err != nil {
		return nil, err
	}
	key, err := c.rowKey(ctx, ownerURL)
	if err != nil {
		return nil, err
	}
	if in.DB, err = db.Open(ctx, pg.Options{URL: serverURL, ReadURL: readURL, RowKey: key, Log: log, Bounds: c.bounds,
		MaxReads: c.reads, MaxWrites: c.writes}); err != nil {
		return nil, err
	}
	in.DB.LookAtStandby()
	return in, in.Wire(ctx)
}

// readURL is where reads that decide nothing may go; "": the database itself.
func (c *Common) readURL() (string, error) {
	if c.DatabaseReadURL == "" {
		return "", nil
	}
	url, err := pg.ReadAddress(c.DatabaseReadURL)
	if err != nil {
		return "", UsageError{fmt.Errorf("--database-read-url: %w", err)}
	}
	return url, nil
}

// migrate brings the schema up to date; a database that is away is waited for.
func (c *Common) migrate(ctx context.Context, o db.MigrateOptions) error {
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

// Wire connects the parts.
func (in *Installation) Wire(ctx context.Context) (err error) {
	if err = in.definitions(ctx); err != nil {
		return err
	}
	if in.Clock, err = in.DB.NewClock(ctx); err != nil {
		return fmt.Errorf("read the clock: %w", err)
	}
	if err = in.Divisions.Refresh(ctx, in.DB.Records); err != nil {
		return err
	}
	in.Desk = &desk.Desk{Machines: in.Catalog, Store: in.DB, Clock: in.Clock, Minutes: in.DB, Twins: in.DB,
		Vacant: in.DB, Returns: in.DB, Learn: in.Learn}
	in.bulk = &desk.Bulk{Desk: in.Desk, Jobs: in.DB, Queue: in.DB, Log: in.Log}
	in.Registry = &registry.Registry{Store: in.DB, Clock: in.Clock, Regions: in.Divisions, Passwords: in.DB, Codes: in.DB,
		Desk: in.Desk}
	return nil
}

// definitions are the shipped ones, written to the database, and those that were loaded into this installation.
func (in *Installation) definitions(ctx context.Context) (err error) {
	if in.Catalog, err = in.Shipped(); err != nil {
		return err
	}
	var shipped []*machine.Machine
	in.Catalog.Each(func(m *machine.Machine) { shipped = append(shipped, m) })
	if err := in.DB.Define(ctx, shipped...); err != nil {
		return fmt.Errorf("write the shipped definitions: %w", err)
	}
	return in.Learn(ctx)
}

// Learn takes in the definitions that were loaded into this installation, here or by another server, and how each
// stands.
func (in *Installation) Learn(ctx context.Context) error {
	c := in.Catalog
	var known []string
	for _, name := range c.Names() {
		for _, e := range c.Entries(name) {
			known = append(known, fmt.Sprintf("%s/%d", name, e.Machine.Definition().Version))
		}
	}
	loaded, err := in.DB.Definitions(ctx, known...)
	if err != nil {
		return err
	}
	for _, d := range loaded {
		if d.Definition == nil {
			c.SetStatus(d.Name, d.Version, d.Standing)
		} else if err := c.Take(*d.Definition, d.Standing); err != nil {
			return fmt.Errorf("a definition of this installation: %w", err)
		}
	}
	return nil
}

// Close stops what this process started, the database last.
func (in *Installation) Close() {
	if in.DB != nil {
		if err := in.DB.Close(); err != nil {
			in.Log.Warn("close the database", "error", err)
		}
	}
	if in.server == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := in.server.Stop(ctx); err != nil {
		in.Log.Error("stop PostgreSQL", "error", err)
	}
}

// Worker does the background's work of this installation.
func (in *Installation) Worker(wake <-chan struct{}) *desk.Worker {
	const atOnce = 5000 // rows
	looked, summed := time.Now(), time.Time{}
	return &desk.Worker{Desk: in.Desk, Queue: in.DB, Log: in.Log, Wake: wake, Every: time.Second,
		Chores: []func(context.Context) (bool, error){in.bulk.Work, func(ctx context.Context) (bool, error) {
			n, err := in.DB.FoldBoard(ctx, atOnce)
			if err == nil {
				in.seen.folded.Store(time.Now().Unix())
			}
			return n == atOnce, err
		}, func(ctx context.Context) (bool, error) {
			if time.Since(summed) < time.Hour {
				return false, nil
			}
			n, err := in.DB.SumPastDues(ctx, calendar.DateOf(in.Clock.Now()), atOnce)
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
			return false, in.Divisions.Refresh(ctx, in.DB.Records)
		}}}
}
