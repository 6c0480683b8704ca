// Package embedded keeps a private PostgreSQL in a data folder: this process finds or fetches its programs,
// initializes, starts, watches and stops it. Only a socket in a private folder reaches it.
//
// A lock on DIR/owner.lock, released by the system with the process, gives a data folder one owner. When the owner is
// killed, PostgreSQL shuts itself down (the kernel sends SIGINT); the next start clears what is left. A data
// directory is never deleted, whatever its version.
package embedded

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"
)

var (
	ErrInUse      = errors.New("another incubase process uses this data folder")
	ErrNotRunning = errors.New("no incubase server runs on this data folder")
	ErrNoPrograms = errors.New("PostgreSQL's programs are not installed")
)

const (
	Superuser  = "postgres"
	OwnerRole  = "incubase_owner"  // owns the databases and migrates
	ServerRole = "incubase_server" // of the servers
	Database   = "incubase"
)

type Options struct {
	Dir            string // data folder; the cluster is Dir/pg
	Log            *slog.Logger
	Unsafe         bool   // fsync etc. off: tests only, a crash may lose everything
	MaxConnections int    // 100 if 0
	Bin            string // folder of postgres and initdb; "": found or fetched
	Follow         string // the primary, as in primary_conninfo, of a folder that is its standby; tests only
}

type Server struct {
	place place
	lock  *os.File
	proc  *process
	done  chan struct{}
	log   *slog.Logger
}

// place is the content of Dir/postgres.json, for Attach.
type place struct {
	PID    int    `json:"pid"`    // of the owner
	Socket string `json:"socket"` // folder of the socket
	Data   string `json:"data"`   // the cluster
	Bin    string `json:"bin"`
}

// startTimeout bounds recovery after a crash, which may replay much.
const startTimeout = 2 * time.Minute

// Start starts the cluster under o.Dir, creating it if needed. ErrInUse if another process owns it.
func Start(ctx context.Context, o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	lock, err := own(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{lock: lock, log: o.Log}
	if err := s.start(ctx, dir, o); err != nil {
		_ = release(lock)
		return nil, err
	}
	return s, nil
}

// leaving bounds the wait for sessions of a killed server, which notice its end at their next turn.
const leaving = 20 * time.Second

func (s *Server) start(ctx context.Context, dir string, o Options) error {
	who, err := runAs()
	if err != nil {
		return err
	}
	data, err := who.home(dir)
	if err != nil {
		return err
	}
	bin, err := programs(ctx, o, data, dir)
	if err != nil {
		return err
	}
	if err := initialize(ctx, bin, data, who); err != nil {
		return err
	}
	socket, err := who.tempDir()
	if err != nil {
		return err
	}
	s.place = place{PID: os.Getpid(), Socket: socket, Data: data, Bin: bin}
	if err := clearStale(data); err != nil {
		return err
	}
	for until := time.Now().Add(leaving); ; time.Sleep(100 * time.Millisecond) {
		s.done = make(chan struct{})
		if s.proc, err = launch(bin, data, socket, who, o, s.done); err != nil {
			return err
		}
		if err = s.ready(ctx); err == nil {
			break
		}
		s.proc.interrupt()
		<-s.done
		said := s.proc.lastWords()
		if !strings.Contains(said, "pre-existing shared memory block") || time.Now().After(until) {
			return fmt.Errorf("%w; PostgreSQL said: %s", err, said)
		}
	}
	if o.Follow == "" {
		if err := s.prepare(ctx); err != nil {
			_ = s.Stop(ctx)
			return err
		}
	}
	return s.publish(dir)
}

func (s *Server) publish(dir string) error {
	b, err := json.Marshal(s.place)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "postgres.json"), b, 0o600)
}

func (s *Server) URL(role, database string) string {
	q := url.Values{"host": {s.place.Socket}, "sslmode": {"disable"}}
	return (&url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: q.Encode()}).String()
}

// Done is closed when the postmaster has ended, for whatever reason.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop shuts the server down in order, ending sessions, and releases the data folder. It does nothing on an attached
// server.
func (s *Server) Stop(ctx context.Context) error {
	if s.proc == nil {
		return nil
	}
	s.proc.interrupt()
	select {
	case <-s.done:
	case <-ctx.Done():
		return fmt.Errorf("stop PostgreSQL: %w", ctx.Err())
	}
	_ = os.RemoveAll(s.place.Socket)
	return release(s.lock)
}

// Exists reports whether dir holds a cluster. It creates nothing.
func Exists(dir string) bool {
	data := filepath.Join(dir, "pg")
	if b, err := os.ReadFile(filepath.Join(dir, "cluster")); err == nil {
		data = strings.TrimSpace(string(b))
	}
	_, err := os.Stat(filepath.Join(data, "PG_VERSION"))
	return !errors.Is(err, fs.ErrNotExist)
}

// Attach returns the server of a running owner of dir, or ErrNotRunning.
func Attach(dir string) (*Server, error) {
	b, err := os.ReadFile(filepath.Join(dir, "postgres.json"))
	if err != nil {
		return nil, ErrNotRunning
	}
	s := &Server{done: make(chan struct{})}
	if err := json.Unmarshal(b, &s.place); err != nil {
		return nil, fmt.Errorf("read %s: %w", filepath.Join(dir, "postgres.json"), err)
	}
	lock, err := own(dir)
	if err == nil { // the file is a leftover
		_ = release(lock)
		return nil, ErrNotRunning
	}
	if !errors.Is(err, ErrInUse) {
		return nil, err
	}
	return s, nil
}

// Discard removes a data folder and socket folder without a running owner, left by killed tests. Never call it on a
// folder worth keeping.
func Discard(dir string) error {
	lock, err := own(dir)
	if err != nil {
		return err
	}
	defer func() { _ = release(lock) }()
	var at place
	if b, err := os.ReadFile(filepath.Join(dir, "postgres.json")); err == nil && json.Unmarshal(b, &at) == nil {
		if strings.HasPrefix(filepath.Base(at.Socket), socketPrefix) {
			_ = os.RemoveAll(at.Socket)
		}
	}
	return os.RemoveAll(dir)
}
