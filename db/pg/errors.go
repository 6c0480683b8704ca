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

var errGone = driver.ErrBadConn

// away reports whether the server cannot serve now: shutting down, full, cancelled, or a standby.
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

// Away reports whether the database is unreachable or cannot serve yet: starting, full or shutting down. An
// unknown host name counts too: the host may be starting.
func Away(err error) bool {
	if e := pq.As(err); e != nil {
		return e.Code == "53300" || strings.HasPrefix(string(e.Code), "57P") && e.Code != "57P04" ||
			strings.HasPrefix(string(e.Code), "08")
	}
	return isBroken(err)
}

// lost reports whether the error leaves the outcome open: the session ended while the statement ran, perhaps after
// its commit.
func lost(e *pq.Error) bool {
	return strings.HasPrefix(string(e.Code), "57P") || strings.HasPrefix(string(e.Code), "08") || e.Code == "40003"
}

// unsent maps a failure before the statement was sent: nothing was done.
func unsent(err error) error {
	if errors.Is(err, context.Canceled) {
		return err
	}
	if e := pq.As(err); e != nil && !away(e) {
		return err // a wrong statement or login
	}
	return fmt.Errorf("%w: %w", workflow.ErrBusy, err)
}

// isBroken reports whether the connection failed, as opposed to the server reporting an error.
func isBroken(err error) bool {
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, errStandby) || errors.Is(err, errReplaced) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn)
}
