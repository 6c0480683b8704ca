package dbtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/embedded"
)

func begin(ctx context.Context) (*cluster, error) {
	c := &cluster{template: "incubase_template_" + db.SchemaHash()}
	if url := os.Getenv("INCUBASE_TEST_DATABASE_URL"); url != "" {
		c.borrowed = true
		return c, c.borrow(ctx, url)
	}
	return c, c.own(ctx)
}

// own starts a private server, which ends with this process; the next run removes its folder.
func (c *cluster) own(ctx context.Context) error {
	base, err := folder()
	if err != nil {
		return err
	}
	sweep(base)
	dir := filepath.Join(base, strconv.Itoa(os.Getpid()))
	s, err := embedded.Start(ctx, embedded.Options{Dir: dir, Unsafe: true, MaxConnections: 300})
	if err != nil {
		return err
	}
	c.ownerRole, c.serverRole, c.url = embedded.OwnerRole, embedded.ServerRole, s.URL
	if c.admin, err = sql.Open("postgres", s.URL(embedded.Superuser, "postgres")); err != nil {
		return err
	}
	c.admin.SetMaxOpenConns(4)
	return c.migrated(ctx)
}

func folder() (string, error) {
	base := filepath.Join(os.TempDir(), "incubase-dbtest-"+strconv.Itoa(os.Getuid()))
	return base, os.MkdirAll(base, 0o755)
}

// sweep removes the folders of ended processes.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return // nothing to sweep, or not ours
	}
	for _, e := range entries {
		number, _, _ := strings.Cut(e.Name(), "-")
		pid, err := strconv.Atoi(number)
		if err != nil || syscall.Kill(pid, 0) == nil || !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
			continue
		}
		if !postmasterGone(filepath.Join(base, e.Name())) {
			continue
		}
		_ = embedded.Discard(filepath.Join(base, e.Name())) // the next run tries again
	}
}

// postmasterGone reports whether no server runs on the folder: it may briefly outlive its owner.
func postmasterGone(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, "pg", "postmaster.pid"))
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	first, _, _ := strings.Cut(string(b), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	return err == nil && errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// borrow uses an existing server. A lock lets only one of several test processes create the template.
func (c *cluster) borrow(ctx context.Context, url string) error {
	cfg, err := pq.NewConfig(url)
	if err != nil {
		return fmt.Errorf("INCUBASE_TEST_DATABASE_URL: %w", err)
	}
	c.ownerRole, c.serverRole = cfg.User, "incubase_test_server"
	c.url = func(role, database string) string { return withDatabase(url, role, database) }
	if c.admin, err = sql.Open("postgres", url); err != nil {
		return err
	}
	c.admin.SetMaxOpenConns(4)
	lock, err := c.admin.Conn(ctx)
	if err != nil {
		return fmt.Errorf("INCUBASE_TEST_DATABASE_URL: %w", err)
	}
	defer lock.Close()
	if _, err := lock.ExecContext(ctx, "select pg_advisory_lock(4097083628)"); err != nil {
		return err
	}
	if _, err := lock.ExecContext(ctx, fmt.Sprintf(`do $$ begin create role %s login password %s;
		exception when duplicate_object then null; end $$`, c.serverRole, pq.QuoteLiteral(cfg.Password))); err != nil {
		return fmt.Errorf("create the role of the tests: %w", err)
	}
	return c.migrated(ctx)
}
