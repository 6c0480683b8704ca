package edge

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
)

// A request with both Content-Length and Transfer-Encoding is how requests are smuggled past a proxy (RFC 9112 section
// 6.1). net/http drops the length without a word, so whether there was one is seen on the connection itself.

// HTTP is an http.Server whose connections remember the head of the request that they carry.
type HTTP struct{ *http.Server }

// Serve serves on l until the server is shut down.
func (s *HTTP) Serve(l net.Listener) error { return s.Server.Serve(watchedListener{l}) }

type watchedListener struct{ net.Listener }

func (l watchedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &watched{Conn: c}, nil
}

// watched keeps the first bytes of a request.
type watched struct {
	net.Conn
	mu   sync.Mutex
	head []byte
}

// maxHead is more than net/http reads of a head: MaxHeaders and its slop.
const maxHead = MaxHeaders + 8<<10

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.head = append(w.head, p[:min(n, maxHead-len(w.head))]...)
	return n, err
}

type connKey struct{}

// watching and idle are hooks of http.Server: they bind a connection to its requests, and forget the request before.
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

// ambiguous reports whether a request with Transfer-Encoding names a Content-Length too, or came in a way (pipelined)
// that does not let us see whether it does.
func ambiguous(ctx context.Context) bool {
	w, ok := ctx.Value(connKey{}).(*watched)
	if !ok {
		return false // no connection of ours: a test's, or another server's
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return !named(w.head, "transfer-encoding") || named(w.head, "content-length")
}

// named reports whether a head has a field of that name.
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
