// Package edge is what every HTTP surface needs: the server and its limits, session to actor, strict decoding, the one
// table that maps errors to problem documents, the request line in the log. It knows no database.
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

// Request is what the edge knows of a request, carried in its context.
type Request struct {
	ID      string
	Lang    string // "zh" or "en"
	IP      string
	Session *Session // nil: nobody signed in
	Cookie  bool     // the session came as a cookie
	Page    bool     // a person reads the answer, on a page
	Local   bool     // from this very machine, and through no proxy
	Note    string   // internal error text, for the log only
}

// Session is a signed-in person.
type Session struct {
	ID      workflow.ID
	Token   string
	Actor   workflow.Actor
	Expires time.Time
	Lacks   bool  // the second factor that its roles need: enrolling comes first
	Told    *Told // what its owner is told when it is opened
}

// Sessions finds, makes and ends sessions.
type Sessions interface {
	// Find answers with nil for a token that is unknown, ended or expired. One query.
	Find(ctx context.Context, token string) (*Session, error)
	// Login answers with workflow.ErrWrongLogin for a wrong login or password alike, or *workflow.Throttled.
	Login(ctx context.Context, in SignIn) (*Session, error)
	// Logout ends a session; an unknown one is fine.
	Logout(ctx context.Context, token, ip string) error
}

// Told is who gave a person the code with which the password was chosen, told at the first sign-in after it.
type Told struct {
	StartedBy  string    `json:"started_by"`
	ApprovedBy string    `json:"approved_by"`
	At         time.Time `json:"at"`
}

// SignIn is who wants a session, and from where.
type SignIn struct {
	Login, Password, IP string
	Replaces            string // token of the session that this browser holds already; it ends with the new one
	Code                string // of the second factor
	Ticket              string // in place of login and password; see workflow.FactorWanted
}

// SignInOf is what a request signs in with. Only a cookie is a browser's: a program that signs in keeps what it has.
func SignInOf(ctx context.Context, login, password string) SignIn {
	r := Of(ctx)
	in := SignIn{Login: login, Password: password, IP: r.IP}
	if r.Session != nil && r.Cookie {
		in.Replaces = r.Session.Token
	}
	return in
}

// Factors keep the second factor of who is signed in.
type Factors interface {
	State(ctx context.Context, actor workflow.Actor) (*registry.SecondFactor, error)
	// Begin creates a pending secret, active after its first valid code. Replacing a factor needs a code from the old one.
	Begin(ctx context.Context, actor workflow.Actor, code, ip string) (*registry.NewFactor, error)
	// Enrol takes it into use and answers with recovery codes; workflow.ErrWrongFactor, or *workflow.Throttled.
	Enrol(ctx context.Context, actor workflow.Actor, code, ip string) ([]string, error)
	Remove(ctx context.Context, actor workflow.Actor, code, ip string) error
}

// SessionInfo is one live session as its owner and the administrators see it.
type SessionInfo struct {
	ID      workflow.ID `json:"id"`
	Address string      `json:"address" doc:"From where; of an IPv6 address the network."`
	Created time.Time   `json:"created_at"`
	Seen    time.Time   `json:"last_seen_at" doc:"To the minute."`
	Ends    time.Time   `json:"ends_at" doc:"If it is not used before."`
	Current bool        `json:"current" doc:"The one that asks."`
}

// SessionKeeper lists, confirms and ends live sessions. Who may is decided before: workflow.MayKeepSessions.
type SessionKeeper interface {
	Live(ctx context.Context, user workflow.ID) ([]SessionInfo, error)
	// End ends one session of a user; workflow.ErrNotFound where there is none.
	End(ctx context.Context, user, session, actor workflow.ID, ip string) error
	// EndAll ends all sessions of a user except one, and tells how many there were. except may be "".
	EndAll(ctx context.Context, user, except, actor workflow.ID, ip string) (int, error)
	// Confirm makes a session fresh with its owner's password; workflow.ErrWrongLogin for a wrong one, or
	// *workflow.Throttled.
	Confirm(ctx context.Context, user, session workflow.ID, password, ip string) error
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
	return workflow.Actor{}, registry.ErrNoSession
}

// languages are the ones that the program speaks; the first is for readers of neither.
var languages = language.NewMatcher([]language.Tag{language.Chinese, language.English})

// readerLanguage returns the language that a reader prefers: "zh" or "en".
func readerLanguage(r *http.Request) string {
	_, i := language.MatchStrings(languages, r.Header.Get("Accept-Language"))
	return []string{"zh", "en"}[i]
}

// local reports whether a request comes from this machine and not through a proxy on it.
func local(r *http.Request) bool {
	for _, h := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && net.ParseIP(host).IsLoopback()
}
