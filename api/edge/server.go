package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/workflow"
	"incubase/workflow/text"
)

const (
	MaxJSON        = 1 << 20  // bytes of a JSON body
	MaxUpload      = 21 << 20 // bytes of a multipart body: a file of 20 MiB and its framing
	MaxHeaders     = 16 << 10
	requestTimeout = 15 * time.Second // default of Options.Timeout, database included
	filing         = 80 * time.Second // of requests that carry a file, and of trials of definitions
)

type Options struct {
	Log            *slog.Logger
	Sessions       Sessions
	Secure         bool          // behind HTTPS: cookies are __Host- and Secure, and HSTS is sent
	TrustedProxies []string      // networks (CIDR) whose X-Forwarded-For is trusted; none: the socket's address
	Leaving        func() bool   // the server is draining: each answer closes its connection; nil: never
	Timeout        time.Duration // of a request before it is answered 503; 0 is 15 s. Files have longer
}

// New returns the echo server. Its middleware is in the order in which a request passes it.
func New(o Options) (*echo.Echo, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	extract, err := addresses(o.TrustedProxies)
	if err != nil {
		return nil, err
	}
	e.IPExtractor = extract
	e.HTTPErrorHandler = func(err error, c echo.Context) { answer(c, err) }
	cross := http.NewCrossOriginProtection()
	e.Pre(begin(o), recovered)
	e.Use(headers(o.Secure), shape, deadline(o.Timeout), session(o), sameSite(cross))
	return e, nil
}

// Server returns an http.Server with limits against slow, oversized and ambiguous requests.
func Server(h http.Handler, log *slog.Logger) *HTTP {
	return &HTTP{&http.Server{Handler: heads(h), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 60 * time.Second,
		WriteTimeout: 90 * time.Second,
		IdleTimeout:  120 * time.Second, MaxHeaderBytes: MaxHeaders, ErrorLog: slog.NewLogLogger(log.Handler(),
			slog.LevelDebug),
		ConnContext: watching, ConnState: idle}}
}

type headKey struct{}

// heads routes HEAD as GET; net/http sends no body.
func heads(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			r = r.WithContext(context.WithValue(r.Context(), headKey{}, true))
			r.Method = http.MethodGet
		}
		h.ServeHTTP(w, r)
	})
}

func addresses(trusted []string) (echo.IPExtractor, error) {
	if len(trusted) == 0 {
		return echo.ExtractIPDirect(), nil
	}
	options := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, s := range trusted {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			return nil, fmt.Errorf("trusted proxy %q is no network like 10.0.0.0/8: %w", s, err)
		}
		options = append(options, echo.TrustIPRange(n))
	}
	return echo.ExtractIPFromXFFHeader(options...), nil
}

// begin assigns the request's id and writes its one log line, without bodies or tokens.
func begin(o Options) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := &Request{ID: workflow.NewID(time.Now()), Lang: readerLanguage(c.Request()), IP: c.RealIP(),
				Local: local(c.Request())}
			c.SetRequest(c.Request().WithContext(With(c.Request().Context(), r)))
			c.Response().Header().Set("X-Request-Id", r.ID)
			if o.Leaving != nil && o.Leaving() {
				c.Response().Header().Set("Connection", "close")
			}
			start := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			line(o.Log, c, r, time.Since(start))
			return nil
		}
	}
}

// maxNote bounds an internal error in the log, in characters.
const maxNote = 8000

func line(log *slog.Logger, c echo.Context, r *Request, took time.Duration) {
	level := slog.LevelInfo
	if c.Response().Status >= 500 {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("id", r.ID), slog.String("method", c.Request().Method),
		slog.String("route", c.Path()),
		slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size), slog.Duration("took", took),
		slog.String("ip", r.IP)}
	if r.Session != nil {
		attrs = append(attrs, slog.String("actor", r.Session.Actor.ID))
	}
	if r.Note != "" {
		attrs = append(attrs, slog.String("error", Short(r.Note, maxNote)))
	}
	log.LogAttrs(c.Request().Context(), level, "request", attrs...)
}

func recovered(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if v := recover(); v != nil {
				if v == http.ErrAbortHandler {
					panic(v)
				}
				err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
			}
		}()
		return next(c)
	}
}

// headers sets what every answer carries. Pages set their own Content-Security-Policy.
func headers(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			guard(c.Response().Header(), secure)
			return next(c)
		}
	}
}

func guard(h http.Header, secure bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Language")
	if secure {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// sameSite refuses requests that another site made a browser send. Only cookies are sent automatically.
func sameSite(cross *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if Of(c.Request().Context()).Cookie {
				if err := cross.Check(c.Request()); err != nil {
					return crossSite.problem(Of(c.Request().Context()), text.Text{ZH: "请从本站页面操作", EN: "act from a page of this site"})
				}
			}
			return next(c)
		}
	}
}

// deadline bounds a request, the lookup of its session included.
func deadline(limit time.Duration) echo.MiddlewareFunc {
	if limit == 0 {
		limit = requestTimeout
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if streams(c.Path()) {
				return next(c) // it lasts until its reader leaves; each write has its own deadline
			}
			limit := limit
			if strings.Contains(c.Path(), "/attachments") || strings.HasSuffix(c.Path(), "/with-files") ||
				strings.Contains(c.Path(), "/files") || strings.HasSuffix(c.Path(), "/object") ||
				strings.Contains(c.Path(), "/exports/") || strings.HasSuffix(c.Path(), "/trial") {
				limit = filing
			}
			ctx, cancel := context.WithTimeout(c.Request().Context(), limit)
			defer cancel()
			c.SetRequest(c.Request().WithContext(ctx))
			return next(c)
		}
	}
}

func answer(c echo.Context, err error) {
	if c.Response().Committed {
		Of(c.Request().Context()).Note = err.Error()
		return
	}
	ctx := c.Request().Context()
	var known *echo.HTTPError
	if errors.As(err, &known) {
		Write(c.Response(), Status(ctx, known.Code, text.Text{}))
		return
	}
	Write(c.Response(), From(ctx, err))
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}
