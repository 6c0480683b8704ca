package db_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func port(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func serve(l net.Listener, do func(net.Conn)) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go do(c)
	}
}

// A host that takes connections and never answers costs one try in all, not one for each connection of each pool.
func TestASilentHostIsTriedOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	c, err := pq.NewConfig(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	silent := listen(t)
	var tried atomic.Int32
	over := make(chan error, 1) // of the first try
	go serve(silent, func(c net.Conn) {
		if tried.Add(1) == 1 {
			_, err := io.Copy(io.Discard, c)
			over <- err
		}
	})
	dsn, err := pg.Address(fmt.Sprintf("host=127.0.0.1,%s port=%d,%d user=%s password='%s' dbname=%s sslmode=disable "+
		"target_session_attrs=read-write connect_timeout=2", c.Host, port(silent), c.Port, c.User, c.Password, c.Database))
	if err != nil {
		t.Fatal(err)
	}
	o, err := db.Open(t.Context(), pg.Options{URL: dsn, RowKey: dbtest.RowKey, MaxReads: 3, MaxWrites: 3})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.Close() })
	if err := o.Ping(t.Context()); err != nil { // a reader, whose session is read-only
		t.Fatal(err)
	}
	if err := o.Prepare(t.Context()); err != nil { // a writer
		t.Fatal(err)
	}
	if _, err := o.LastRoot(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Errorf("the try was not given up: %v", err)
	}
	if err := o.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := tried.Load(); n != 1 {
		t.Errorf("the silent host was tried %d times", n)
	}
}

// A host that says nothing does not keep the others from being asked again: one of them may have become the primary.
func TestASilentHostDoesNotHideTheNextPrimary(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	c, err := pq.NewConfig(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	silent, next := listen(t), listen(t)
	asked := make(chan struct{}, 100)
	var elected atomic.Bool
	go serve(silent, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
	go serve(next, func(from net.Conn) {
		if !elected.Load() {
			_ = from.Close()
			asked <- struct{}{}
			return
		}
		to, err := net.Dial("unix", fmt.Sprintf("%s/.s.PGSQL.%d", c.Host, c.Port))
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(to, from); _ = to.Close() }()
		_, _ = io.Copy(from, to)
		_ = from.Close()
	})
	dsn, err := pg.Address(fmt.Sprintf("host=127.0.0.1,127.0.0.1 port=%d,%d user=%s password='%s' dbname=%s "+
		"sslmode=disable connect_timeout=30", port(silent), port(next), c.User, c.Password, c.Database))
	if err != nil {
		t.Fatal(err)
	}
	answered := make(chan error, 1)
	go func() {
		o, err := db.Open(t.Context(), pg.Options{URL: dsn, RowKey: dbtest.RowKey, MaxReads: 1, MaxWrites: 1})
		if err == nil {
			err = errors.Join(o.Ping(t.Context()), o.Close())
		}
		answered <- err
	}()
	<-asked // and said no
	elected.Store(true)
	select {
	case err := <-answered:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(15 * time.Second):
		t.Error("the next primary was not asked while the first host was silent")
	}
}
