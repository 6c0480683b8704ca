// Package edge is what every HTTP surface needs: the server and its limits, session to actor, strict decoding, the one
// table that maps errors to problem documents, the request line in the log. It knows no database.
package edge

import (
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"incubase/workflow"
)

// Request is what the edge knows of a request, carried in its context.
type Request struct {
	ID      string
	Lang    string // "zh" or "en"
	IP      string
	Session *Session // nil: nobody signed in
	Cookie  bool     // the session came as a cookie
	Local   bool     // from this very machine, and through no proxy
	Note    string   // internal error text, for the log only
}

// Session is a signed-in person.
type Session struct {
	Token   string
	Actor   workflow.Actor
	Expires time.Time
	Stamp   *workflow.Stamp // of the case that the request asks about, where it says which answer it has already
}

// Sessions finds, makes and ends sessions.
type Sessions interface {
	// Find answers with nil for a token that is unknown, ended or expired. One query.
	Find(ctx context.Context, token string) (*Session, error)
	// Login answers with workflow.ErrWrongLogin for a wrong login or password alike, or *workflow.Throttled.
	Login(ctx context.Context, login, password, ip string) (*Session, error)
	// Logout ends a session; an unknown one is fine.
	Logout(ctx context.Context, token, ip string) error
}

type contextKey struct{}

// Of is the edge's knowledge of the request under way. It is never nil.
func Of(ctx context.Context) *Request {
	if r, ok := ctx.Value(contextKey{}).(*Request); ok {
		return r
	}
	return &Request{Lang: "zh"}
}

// With carries r in a context.
func With(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// Actor is who signed in; workflow.ErrNoSession otherwise.
func Actor(ctx context.Context) (workflow.Actor, error) {
	if s := Of(ctx).Session; s != nil {
		return s.Actor, nil
	}
	return workflow.Actor{}, workflow.ErrNoSession
}

// language of the reader: English where it is preferred to Chinese, else Chinese.
func language(r *http.Request) string {
	best, lang := 0.0, "zh"
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, params, _ := strings.Cut(part, ";")
		main, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if q := quality(params); (main == "zh" || main == "en") && q > best {
			best, lang = q, main
		}
	}
	return lang
}

// quality reads the weight of an entry of an Accept header: 1 unless it says q=...
func quality(params string) float64 {
	v, ok := strings.CutPrefix(strings.ReplaceAll(params, " ", ""), "q=")
	if !ok {
		return 1
	}
	q, err := strconv.ParseFloat(v, 64)
	if err != nil {
		return 0
	}
	return q
}

// local tells whether a request comes from this machine and not through a proxy on it.
func local(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
