package pg

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// userTimeout bounds how long sent data may stay unacknowledged (TCP_USER_TIMEOUT, RFC 5482).
func userTimeout(kind, _ string, c syscall.RawConn) error {
	if kind != "tcp4" && kind != "tcp6" {
		return nil
	}
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(gone.Milliseconds()))
	})
	if err != nil {
		return err
	}
	return failed
}
