package db

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// line is the dialer of one writing connection. It remembers the connection it made last, so that the writer can bound
// its wait by a deadline on the socket instead of a cancel request, and see whether the other side has hung up.
type line struct {
	through  Dialer        // nil: plainly
	patience time.Duration // 0: reads are bounded by the writer, not here
	mu       sync.Mutex
	conn     net.Conn
}

func (l *line) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	var d Dialer = &net.Dialer{}
	if l.through != nil {
		d = l.through
	}
	c, err := d.DialContext(ctx, network, address)
	if err == nil {
		l.mu.Lock()
		l.conn = c
		l.mu.Unlock()
	}
	if err == nil && l.patience > 0 {
		c = &patient{c, l.patience}
	}
	return c, err
}

// patient is a connection that waits so long for each piece of an answer and then breaks: a server that is gone without
// a word must not hold a connection of the pool for ever.
type patient struct {
	net.Conn
	limit time.Duration
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(p.limit)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// Dial and DialTimeout complete pq.Dialer; lib/pq prefers DialContext.
func (l *line) Dial(network, address string) (net.Conn, error) {
	return l.DialContext(context.Background(), network, address)
}

func (l *line) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return l.DialContext(ctx, network, address)
}

// bound lets reads and writes fail after d; zero takes the bound away.
func (l *line) bound(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn == nil {
		return
	}
	var t time.Time
	if d > 0 {
		t = time.Now().Add(d)
	}
	_ = l.conn.SetDeadline(t) // on a broken connection the next use fails anyway
}

// hungUp tells whether an idle connection has been closed by the other side (a restart, a failover). Finding that out
// before sending spares a person an unknown outcome.
func (l *line) hungUp() bool {
	l.mu.Lock()
	c, ok := l.conn.(syscall.Conn)
	l.mu.Unlock()
	if !ok {
		return false
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return true
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		gone = err == nil && n == 0 || err != nil && err != syscall.EAGAIN && err != syscall.EINTR
		// Something to read on an idle connection is the server's farewell.
		gone = gone || n > 0
	})
	return gone || err != nil
}
