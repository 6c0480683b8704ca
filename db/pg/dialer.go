package pg

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
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

func (l *dialer) DialContext(ctx context.Context, kind, address string) (net.Conn, error) {
	var d Dialer = network
	if l.through != nil {
		d = l.through
	}
	c, err := d.DialContext(ctx, kind, address)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil { // another host was taken meanwhile
		return nil, errors.Join(err, c.Close())
	}
	if l.readTimeout > 0 {
		c = &timedConn{Conn: c, timeout: l.readTimeout}
	}
	l.mu.Lock()
	l.conn = c
	l.mu.Unlock()
	return c, nil
}

func (l *dialer) latest() net.Conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.conn
}

// use takes over the latest connection of a host's dialer.
func (l *dialer) use(of *dialer) {
	c := of.latest()
	l.mu.Lock()
	l.conn = c
	l.mu.Unlock()
}

// gone is how long a peer may be silent before the kernel gives the connection up.
const gone = 5 * time.Second

// network notices a peer that vanished without a word, as when a machine loses its power or its network.
var network = &net.Dialer{Control: userTimeout,
	KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: gone - 2*time.Second, Interval: time.Second, Count: 2}}

// timedConn bounds every read, so that a server that vanished does not hold a connection for ever. A deadline that the
// driver sets, as for the handshake, is left alone until the driver takes it away.
type timedConn struct {
	net.Conn
	timeout time.Duration
	bounded atomic.Bool // by the driver
}

func (p *timedConn) SetDeadline(t time.Time) error {
	p.bounded.Store(!t.IsZero())
	return p.Conn.SetDeadline(t)
}

func (p *timedConn) Read(b []byte) (int, error) {
	if p.bounded.Load() {
		return p.Conn.Read(b)
	}
	if err := p.SetReadDeadline(time.Now().Add(p.timeout)); err != nil {
		return 0, err
	}
	return p.Conn.Read(b)
}

// Dial completes pq.Dialer with DialTimeout; lib/pq prefers DialContext.
func (l *dialer) Dial(kind, address string) (net.Conn, error) {
	return l.DialContext(context.Background(), kind, address)
}

func (l *dialer) DialTimeout(kind, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return l.DialContext(ctx, kind, address)
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
	closed := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		closed = err == nil && n == 0 || err != nil && err != syscall.EAGAIN && err != syscall.EINTR
		// Data on an idle connection is the server's termination message.
		closed = closed || n > 0
	})
	return closed || err != nil
}
