package edge

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
)

// A request with both Content-Length and Transfer-Encoding may smuggle another past a proxy (RFC 9112 section 6.1).
// net/http drops the length silently, so the bytes of the connection have to be searched.

// HTTP is an http.Server whose connections keep the head of the present request.
type HTTP struct{ *http.Server }

func (s *HTTP) Serve(l net.Listener) error { return s.Server.Serve(watchedListener{l}) }

type watchedListener struct{ net.Listener }

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watched{Conn: c}, nil
}

type watched struct {
	net.Conn
	mu   sync.Mutex
	head []byte
}

// maxHead exceeds what net/http reads of a head: MaxHeaders and some slack.
const maxHead = MaxHeaders + 8<<10

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.head = append(w.head, p[:min(n, maxHead-len(w.head))]...)
	return n, err
}

type connKey struct{}

// watching and idle are hooks of http.Server: one puts the connection into the context, the other clears its head.
func watching(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

func idle(c net.Conn, s http.ConnState) {
	if w, ok := c.(*watched); ok && s == http.StateIdle {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.head = w.head[:0]
	}
}

// ambiguous reports whether a request with Transfer-Encoding has a Content-Length too, or was pipelined, so that its
// head is unknown.
func ambiguous(ctx context.Context) bool {
	w, ok := ctx.Value(connKey{}).(*watched)
	if !ok {
		return false // not our connection: a test's, or another server's
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return !named(w.head, "transfer-encoding") || named(w.head, "content-length")
}

func named(head []byte, name string) bool {
	for line := range bytes.SplitSeq(head, []byte("\n")) {
		if len(bytes.TrimSpace(line)) == 0 {
			return false
		}
		if field, _, ok := bytes.Cut(line, []byte(":")); ok && strings.EqualFold(string(bytes.TrimSpace(field)), name) {
			return true
		}
	}
	return false
}
