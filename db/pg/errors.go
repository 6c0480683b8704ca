package pg

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/lib/pq"

	"incubase/workflow"
)

// errGone tells database/sql to discard a connection.
var errGone = driver.ErrBadConn

// away reports whether the server said that it cannot serve now: shutting down, full, cancelled, or a standby.
func away(e *pq.Error) bool {
	switch {
	case e.Code == "57014", e.Code == "25006", e.Code == "55P03":
		return true
	case strings.HasPrefix(string(e.Code), "53"), strings.HasPrefix(string(e.Code), "57P"),
		strings.HasPrefix(string(e.Code), "08"):
		return true
	}
	return false
}

// Away reports whether the database cannot be reached, or says that it cannot serve yet: it may be starting, full or
// shutting down. A host whose name nobody knows may be starting too.
func Away(err error) bool {
	if e := pq.As(err); e != nil {
		return e.Code == "53300" || strings.HasPrefix(string(e.Code), "57P") && e.Code != "57P04" ||
			strings.HasPrefix(string(e.Code), "08")
	}
	return isBroken(err)
}

// lost reports whether the server's word leaves the outcome open: it ended the session while the statement ran, and may
// have committed here before it did.
func lost(e *pq.Error) bool {
	return strings.HasPrefix(string(e.Code), "57P") || strings.HasPrefix(string(e.Code), "08") || e.Code == "40003"
}

// unsent is any failure before the statement left: nothing was done.
func unsent(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if e := pq.As(err); e != nil && !away(e) {
		return err // the statement itself is wrong, or a login
	}
	return fmt.Errorf("%w: %w", workflow.ErrBusy, err)
}

// isBroken reports whether the line failed, rather than the server saying something.
func isBroken(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, driver.ErrBadConn)
}
