package db_test

import (
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"testing"

	"github.com/lib/pq"

	"incubase/db"
	"incubase/db/dbtest"
	"incubase/db/pg"
)

// A host that takes connections and never answers costs one try in all, not one for each connection of each pool.
func TestASilentHostIsTriedOnce(t *testing.T) {
	t.Parallel()
	d := dbtest.Open(t, pg.Options{})
	c, err := pq.NewConfig(d.URL)
	if err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	var tried atomic.Int32
	over := make(chan error, 1) // of the first try
	go func() {
		for {
			c, err := silent.Accept()
			if err != nil {
				return
			}
			if tried.Add(1) == 1 {
				_, err := io.Copy(io.Discard, c)
				over <- err
			}
		}
	}()
	port := silent.Addr().(*net.TCPAddr).Port
	dsn, err := pg.Address(fmt.Sprintf("host=127.0.0.1,%s port=%d,%d user=%s password='%s' dbname=%s sslmode=disable "+
		"target_session_attrs=read-write connect_timeout=2", c.Host, port, c.Port, c.User, c.Password, c.Database))
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
