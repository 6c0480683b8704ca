package embedded

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/lib/pq"
)

// ready waits until the server answers. The lock is ours and the socket folder new, so the answer is ours.
func (s *Server) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		err := s.try(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-s.done:
			return errors.New("PostgreSQL ended while starting")
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

func (s *Server) try(ctx context.Context) error {
	db, err := sql.Open("postgres", s.URL(Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return db.PingContext(ctx)
}

// admin runs statements as the superuser. An earlier start may have run them already.
func (s *Server) admin(ctx context.Context, statements ...string) error {
	db, err := sql.Open("postgres", s.URL(Superuser, "postgres"))
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	for _, st := range statements {
		if _, err := conn.ExecContext(ctx, st); err != nil && !exists(err) {
			return fmt.Errorf("%s: %w", st, err)
		}
	}
	return nil
}

func exists(err error) bool {
	var e *pq.Error
	return errors.As(err, &e) && (e.Code == "42710" || e.Code == "42P04") // duplicate_object, duplicate_database
}

func (s *Server) prepare(ctx context.Context) error {
	return s.admin(ctx,
		"CREATE ROLE "+OwnerRole+" LOGIN CREATEDB",
		"CREATE ROLE "+ServerRole+" LOGIN",
		"CREATE DATABASE "+Database+" OWNER "+OwnerRole,
	)
}

// CreateDatabase creates a database for the owner, as a copy of template ("" for an empty one), by the write-ahead
// log, which for small ones is several times faster than copying files. The template must have no sessions.
func (s *Server) CreateDatabase(ctx context.Context, name, template string) error {
	if template == "" {
		template = "template1"
	}
	st := fmt.Sprintf("CREATE DATABASE %s OWNER %s TEMPLATE %s", pq.QuoteIdentifier(name), OwnerRole,
		pq.QuoteIdentifier(template))
	if err := s.admin(ctx, st+" STRATEGY wal_log"); err == nil {
		return nil
	}
	return s.admin(ctx, st) // PostgreSQL 14 has no strategies
}

func (s *Server) DropDatabase(ctx context.Context, name string) error {
	return s.admin(ctx, "DROP DATABASE IF EXISTS "+pq.QuoteIdentifier(name)+" WITH (FORCE)")
}
