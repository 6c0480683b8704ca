package edge

import (
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
			s, err := o.Sessions.Find(c.Request().Context(), token)
			if err != nil {
				return err
			}
			r.Session = s
			return next(c)
		}
	}
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
