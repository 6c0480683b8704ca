// Package edge holds what every HTTP surface shares: the server and its limits, sessions, strict decoding, the one
// table from errors to problem documents, and the request log. It knows no database.
package edge

import (
	"context"
	"net"
	"net/http"

	"golang.org/x/text/language"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// Request is what the edge knows of a request, in its context.
type Request struct {
	ID      string
	Lang    string // "zh" or "en"
	IP      string
	Session *registry.Session // nil: not signed in
	Cookie  bool              // the session came as a cookie
	Page    bool              // a person reads the answer, on a page
	Local   bool              // from this very machine, and through no proxy
	Note    string            // internal error text, for the log only
}

// SignInOf returns the sign-in of a request. It replaces only a session from a cookie: programs keep theirs.
func SignInOf(ctx context.Context, login, password string) registry.SignIn {
	r := Of(ctx)
	in := registry.SignIn{Login: login, Password: password, Address: r.IP}
	if r.Session != nil && r.Cookie {
		in.Replaces = r.Session.Token
	}
	return in
}

type contextKey struct{}

// Of returns the request of a context, never nil.
func Of(ctx context.Context) *Request {
	if r, ok := ctx.Value(contextKey{}).(*Request); ok {
		return r
	}
	return &Request{Lang: "zh"}
}

func With(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, contextKey{}, r)
}

// Actor returns the signed-in actor, or registry.ErrNoSession.
func Actor(ctx context.Context) (workflow.Actor, error) {
	if s := Of(ctx).Session; s != nil {
		return s.Actor, nil
	}
	return workflow.Actor{}, registry.ErrNoSession
}

var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

func readerLanguage(r *http.Request) string {
	_, i := language.MatchStrings(languages, r.Header.Get("Accept-Language"))
	return []string{"zh", "en"}[i]
}

// local reports whether a request comes from this machine without a proxy.
func local(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
