package edge

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// cookieName of a session. Behind HTTPS the name itself makes browsers hold it to this host.
func cookieName(secure bool) string {
	if secure {
		return "__Host-incubase"
	}
	return "incubase"
}

// open are the routes that need no session, so that none is looked up.
func open(path string) bool {
	for _, p := range []string{"/healthz", "/readyz", "/openapi.json", "/metrics"} {
		if path == p {
			return true
		}
	}
	return strings.HasPrefix(path, "/api/v1/public/") || strings.HasPrefix(path, "/static/")
}

// session finds who is asking: one query. A token that is no good is as none: the handlers say 401.
func session(o Options) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if open(c.Request().URL.Path) {
				return next(c)
			}
			r := Of(c.Request().Context())
			token := bearer(c.Request())
			if token == "" {
				if k, err := c.Cookie(cookieName(o.Secure)); err == nil {
					token, r.Cookie = k.Value, true
				}
			}
			if token == "" || len(token) > 128 {
				return next(c)
			}
			s, err := find(o, c, token)
			if err != nil {
				return err
			}
			r.Session = s
			return next(c)
		}
	}
}

// Asking finds a session as Sessions.Find does, and with the same query the stamp of the case that the request is about;
// events says that it is about the time line.
type Asking func(ctx context.Context, token, ref string, events bool) (*Session, error)

// The routes whose answers are known by a case's stamp.
const (
	casePath   = "/api/v1/cases/:id"
	eventsPath = casePath + "/events"
)

// find looks a session up; together with the stamp of a case where that may be all there is to say.
func find(o Options, c echo.Context, token string) (*Session, error) {
	r := c.Request()
	if at := c.Path(); o.Asking != nil && (at == casePath || at == eventsPath) && r.Method == http.MethodGet && r.Header.Get("If-None-Match") != "" && r.URL.RawQuery == "" {
		return o.Asking(r.Context(), token, c.Param("id"), at == eventsPath)
	}
	return o.Sessions.Find(r.Context(), token)
}

// Cookie carries a session; an empty token takes it away.
func Cookie(s *Session, secure bool) *http.Cookie {
	k := &http.Cookie{Name: cookieName(secure), Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	if s == nil {
		k.MaxAge = -1
		return k
	}
	k.Value, k.Expires = s.Token, s.Expires
	return k
}
