package edge

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"incubase/workflow/registry"
)

// cookieName returns the cookie's name. Browsers bind the prefix __Host- (HTTPS only) to this host.
func cookieName(secure bool) string {
	if secure {
		return "__Host-incubase"
	}
	return "incubase"
}

// open reports whether a route needs no session lookup.
func open(path string) bool {
	for _, p := range []string{"/healthz", "/readyz", "/openapi.json", "/metrics"} {
		if path == p {
			return true
		}
	}
	return strings.HasPrefix(path, "/api/v1/public/") || strings.HasPrefix(path, "/static/")
}

// session finds the request's session. An invalid token counts as none; handlers answer 401.
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
			if err != nil && !errors.Is(err, registry.ErrNoSession) {
				return err
			}
			r.Session = s
			return next(c)
		}
	}
}

// Cookie returns the session cookie; nil deletes it.
func Cookie(s *registry.Session, secure bool) *http.Cookie {
	k := &http.Cookie{Name: cookieName(secure), Path: "/", HttpOnly: true, Secure: secure, SameSite: http.SameSiteLaxMode}
	if s == nil {
		k.MaxAge = -1
		return k
	}
	k.Value, k.Expires = s.Token, s.Expires
	return k
}
