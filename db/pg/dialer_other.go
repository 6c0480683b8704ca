//go:build !linux

package pg

import "syscall"

// userTimeout leaves the time to keepalive, where the system has no time-out of its own for sent data.
func userTimeout(string, string, syscall.RawConn) error { return nil }
