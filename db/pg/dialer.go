package pg

import (
	"context"
	"net"
	"sync"
	"syscall"
	"time"
)

// dialer dials the connections of one pool. It keeps the latest for the writer, which sets deadlines on its socket
// instead of sending cancel requests, and checks whether the peer has closed it.
type dialer struct {
	through     Dialer        // nil dials plainly
	readTimeout time.Duration // 0: the writer bounds reads
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

// timedConn bounds every read, so that a server that vanished does not hold a connection for ever.
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

// Dial completes pq.Dialer with DialTimeout; lib/pq prefers DialContext.
func (l *dialer) Dial(network, address string) (net.Conn, error) {
	return l.DialContext(context.Background(), network, address)
}

func (l *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return l.DialContext(ctx, network, address)
}

// bound sets a deadline for reads and writes; zero removes it.
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

// closedByPeer reports whether the peer has closed an idle connection (restart, failover): found before sending, the
// outcome is certain.
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
		// Data on an idle connection is the server's termination message.
		gone = gone || n > 0
	})
	return gone || err != nil
}
