package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"
)

// The program waits at start for a database that is starting, full or shutting down, and for no other.
func TestAway(t *testing.T) {
	t.Parallel()
	said := func(code string) error { return fmt.Errorf("migrate: %w", &pq.Error{Code: pqerror.Code(code)}) }
	for err, want := range map[error]bool{
		&net.OpError{Op: "dial", Err: errors.New("connection refused")}: true,
		&net.DNSError{Name: "db", IsNotFound: true}:                     true,
		fmt.Errorf("migrate: %w", io.EOF):                               true,
		driver.ErrBadConn:                                               true,
		said("57P03"):                                                   true, // starting
		said("53300"):                                                   true, // too many connections
		said("08006"):                                                   true,
		said("57P04"):                                                   false, // dropped
		said("28P01"):                                                   false, // a wrong password
		said("3D000"):                                                   false, // no such database
		said("55P03"):                                                   false, // a table is locked
		said("53100"):                                                   false, // the disk is full
		said("57014"):                                                   false, // statement timeout
		context.Canceled:                                                false,
		errors.New("a migration of this program is not sound"): false,
	} {
		if got := Away(err); got != want {
			t.Errorf("%v: %v", err, got)
		}
	}
}
