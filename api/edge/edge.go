// Package edge holds what every HTTP surface shares: the server and its limits, sessions, strict decoding, the one
// table from errors to problem documents, and the request log. It knows no database.
package edge

import (
	"context"
	"net"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"incubase/workflow"
	"incubase/workflow/registry"
)

// Request is what the edge knows of a request, in its context.
type Request struct {
	ID      string
	Lang    string // "zh" or "en"
	IP      string
	Session *Session // nil: not signed in
	Cookie  bool     // the session came in a cookie
	Page    bool     // the answer is a page
	Local   bool     // from this machine, not through a proxy
	Note    string   // internal error text, only for the log
}

type Session struct {
	ID      workflow.ID
	Token   string
	Actor   workflow.Actor
	Expires time.Time
	Lacks   bool  // the second factor that its roles need: it has to be enrolled first
	Told    *Told // notice to show its owner at sign-in
}

type Sessions interface {
	// Find returns nil for an unknown, ended or expired token.
	Find(ctx context.Context, token string) (*Session, error)
	// Login returns registry.ErrWrongLogin for a wrong login or password, *registry.FactorWanted or
	// *registry.Throttled.
	Login(ctx context.Context, in SignIn) (*Session, error)
	Logout(ctx context.Context, token, ip string) error
}

// Told names the administrators who issued a reset code, for the owner to see at the next sign-in.
type Told struct {
	StartedBy  string    `json:"started_by"`
	ApprovedBy string    `json:"approved_by"`
	At         time.Time `json:"at"`
}

type SignIn struct {
	Login, Password, IP string
	Replaces            string // token of this browser's present session, which ends with the new one
	Code                string // of the second factor
	Ticket              string // replaces login and password; see registry.FactorWanted
}

// SignInOf returns the sign-in of a request. It replaces only a session from a cookie: programs keep theirs.
func SignInOf(ctx context.Context, login, password string) SignIn {
	r := Of(ctx)
	in := SignIn{Login: login, Password: password, IP: r.IP}
	if r.Session != nil && r.Cookie {
		in.Replaces = r.Session.Token
	}
	return in
}

type Factors interface {
	State(ctx context.Context, actor workflow.Actor) (*registry.SecondFactor, error)
	// Begin creates a pending secret. Replacing a factor needs a code from the old one.
	Begin(ctx context.Context, actor workflow.Actor, code, ip string) (*registry.NewFactor, error)
	// Enrol activates it and returns recovery codes; registry.ErrWrongFactor, or *registry.Throttled.
	Enrol(ctx context.Context, actor workflow.Actor, code, ip string) ([]string, error)
	Remove(ctx context.Context, actor workflow.Actor, code, ip string) error
}

type SessionInfo struct {
	ID      workflow.ID `json:"id"`
	Address string      `json:"address" doc:"From where; of an IPv6 address the network."`
	Created time.Time   `json:"created_at"`
	Seen    time.Time   `json:"last_seen_at" doc:"To the minute."`
	Ends    time.Time   `json:"ends_at" doc:"If it is not used before."`
	Current bool        `json:"current" doc:"The one that asks."`
}

// SessionKeeper lists, confirms and ends live sessions. Callers check registry.MayKeepSessions first.
type SessionKeeper interface {
	Live(ctx context.Context, user workflow.ID) ([]SessionInfo, error)
	End(ctx context.Context, user, session, actor workflow.ID, ip string) error
	// EndAll ends all sessions of a user except one ("" for none) and returns their number.
	EndAll(ctx context.Context, user, except, actor workflow.ID, ip string) (int, error)
	// Confirm makes a session fresh with its owner's password; registry.ErrWrongLogin, or *registry.Throttled.
	Confirm(ctx context.Context, user, session workflow.ID, password, ip string) error
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
