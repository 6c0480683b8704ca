// Package edge is what every HTTP surface needs: the server and its limits, session to actor, strict decoding, the one
// table that maps errors to problem documents, the request line in the log. It knows no database.
package edge

import (
	"context"
	"net/http"
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
	Note    string   // internal error text, for the log only
}

// Session is a signed-in person.
type Session struct {
	Token   string
	Actor   workflow.Actor
	Expires time.Time
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
	for _, part := range strings.Split(r.Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch lang, _, _ := strings.Cut(strings.ToLower(tag), "-"); lang {
		case "zh":
			return "zh"
		case "en":
			return "en"
		}
	}
	return "zh"
}
