package torture

import (
	"errors"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// wire is a proxy that can delay, hold and cut connections.
type wire struct {
	listener net.Listener
	target   atomic.Pointer[net.UnixAddr] // target, if a unix socket
	tcp      string                       // target otherwise
	mu       sync.Mutex
	open     map[net.Conn]net.Conn
	delay    atomic.Int64 // maximum in nanoseconds, of each piece
	held     atomic.Int64 // until when nothing passes, in UnixNano
	oneIn    atomic.Int64 // one of so many pieces is cut in half and its connection closed; 0: none
	cuts     atomic.Int64
}

// newWire listens on a loopback port and forwards to tcp, or to the unix socket that toSocket names.
func newWire(t testing.TB, tcp string) *wire {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{listener: l, tcp: tcp, open: map[net.Conn]net.Conn{}}
	t.Cleanup(func() { _ = l.Close(); w.cut() })
	go func() {
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err == nil {
				go w.join(c)
			}
		}
	}()
	return w
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) toSocket(path string) { w.target.Store(&net.UnixAddr{Name: path, Net: "unix"}) }

func (w *wire) dial() (net.Conn, error) {
	if a := w.target.Load(); a != nil {
		return net.DialTimeout("unix", a.Name, time.Second)
	}
	return net.DialTimeout("tcp", w.tcp, time.Second)
}

func (w *wire) join(near net.Conn) {
	far, err := w.dial()
	if err != nil {
		hangUp(near)
		return
	}
	w.mu.Lock()
	w.open[near] = far
	w.mu.Unlock()
	go w.pass(far, near)
	w.pass(near, far)
	w.mu.Lock()
	delete(w.open, near)
	w.mu.Unlock()
}

// pass copies one direction until either side closes, then closes both.
func (w *wire) pass(from, to net.Conn) {
	defer func() { hangUp(from); hangUp(to) }()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		for wait := w.held.Load() - time.Now().UnixNano(); wait > 0; wait = w.held.Load() - time.Now().UnixNano() {
			time.Sleep(min(time.Duration(wait), 20*time.Millisecond))
		}
		if d := w.delay.Load(); d > 0 && n > 0 {
			time.Sleep(time.Duration(rand.Int64N(d)))
		}
		if one := w.oneIn.Load(); one > 0 && n > 1 && rand.Int64N(one) == 0 {
			w.cuts.Add(1)
			_, _ = to.Write(buf[:n/2])
			return
		}
		if _, bad := to.Write(buf[:n]); bad != nil || err != nil {
			return
		}
	}
}

// cut closes every connection.
func (w *wire) cut() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	for a, b := range w.open {
		hangUp(a)
		hangUp(b)
	}
	w.cuts.Add(int64(len(w.open)))
	return len(w.open)
}

// hold delays everything for a while; nothing is lost.
func (w *wire) hold(d time.Duration) { w.held.Store(time.Now().Add(d).UnixNano()) }

func (w *wire) calm() {
	w.delay.Store(0)
	w.oneIn.Store(0)
	w.held.Store(0)
}

func hangUp(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}
