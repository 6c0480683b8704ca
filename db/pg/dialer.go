package pg

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// dialer dials the connections of one pool. It remembers the latest one, so that the writer can set a deadline on its
// socket instead of sending a cancel request, and can see whether the other side has closed it.
type dialer struct {
	through     Dialer        // nil: plainly
	readTimeout time.Duration // 0: reads are bounded by the writer, not here
	mu          sync.Mutex
	conn        net.Conn
}

func (l *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
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
	if err == nil && l.readTimeout > 0 {
		c = &timedConn{c, l.readTimeout}
	}
	return c, err
}

// timedConn is a connection whose every read has a timeout: a server that is gone without a word must not hold a
// connection of the pool for ever.
type timedConn struct {
	net.Conn
	timeout time.Duration
}

func (p *timedConn) Read(b []byte) (int, error) {
	if err := p.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// Dial and DialTimeout complete pq.Dialer; lib/pq prefers DialContext.
func (l *dialer) Dial(network, address string) (net.Conn, error) {
	return l.DialContext(context.Background(), network, address)
}

func (l *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return l.DialContext(ctx, network, address)
}

// bound lets reads and writes fail after d; zero takes the bound away.
func (l *dialer) bound(d time.Duration) {
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

// closedByPeer reports whether an idle connection has been closed by the other side (a restart, a failover). Finding
// that out before sending saves a person an unknown outcome.
func (l *dialer) closedByPeer() bool {
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
