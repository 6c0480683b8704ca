package edge

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"incubase/workflow"
	"incubase/workflow/text"
)

// Limits of a request.
const (
	MaxJSON    = 1 << 20  // bytes of a JSON body
	MaxUpload  = 21 << 20 // bytes of a multipart body: a file of 20 MiB and its frame
	MaxHeaders = 16 << 10
	timeout    = 15 * time.Second // of a request, the database included
)

// Options of the server.
type Options struct {
	Log            *slog.Logger
	Sessions       Sessions
	Secure         bool     // behind HTTPS: cookies are __Host- and Secure, HSTS is sent
	TrustedProxies []string // networks (CIDR) whose X-Forwarded-For is believed; none: the socket's address
}

// New makes the echo server with everything that all surfaces share, in the order in which a request passes it.
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
	e.Use(headers(o.Secure), shape, session(o), sameSite(cross), deadline)
	return e, nil
}

// Server is an http.Server with limits against slow and oversized requests.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 60 * time.Second, WriteTimeout: 90 * time.Second,
		IdleTimeout: 120 * time.Second, MaxHeaderBytes: MaxHeaders, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
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

// begin numbers the request and, when it is over, writes its one line to the log: no bodies, no tokens.
func begin(o Options) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			r := &Request{ID: workflow.NewID(time.Now()), Lang: language(c.Request()), IP: c.RealIP()}
			c.SetRequest(c.Request().WithContext(With(c.Request().Context(), r)))
			c.Response().Header().Set("X-Request-Id", r.ID)
			start := time.Now()
			if err := next(c); err != nil {
				c.Error(err)
			}
			line(o.Log, c, r, time.Since(start))
			return nil
		}
	}
}

func line(log *slog.Logger, c echo.Context, r *Request, took time.Duration) {
	level := slog.LevelInfo
	if c.Response().Status >= 500 {
		level = slog.LevelError
	}
	attrs := []slog.Attr{slog.String("id", r.ID), slog.String("method", c.Request().Method), slog.String("route", c.Path()),
		slog.Int("status", c.Response().Status), slog.Int64("bytes", c.Response().Size), slog.Duration("took", took), slog.String("ip", r.IP)}
	if r.Session != nil {
		attrs = append(attrs, slog.String("actor", r.Session.Actor.ID))
	}
	if r.Note != "" {
		attrs = append(attrs, slog.String("error", r.Note))
	}
	log.LogAttrs(c.Request().Context(), level, "request", attrs...)
}

// recovered turns a panic into a 500 that says nothing but the request's number.
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

// headers that every answer carries. A surface that serves pages sets its own Content-Security-Policy.
func headers(secure bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
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
			return next(c)
		}
	}
}

// shape looks at a request before anybody works on it: framing, media type, size, and the form of a JSON body.
func shape(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		r := c.Request()
		if len(r.TransferEncoding) > 0 && r.Header.Get("Content-Length") != "" {
			return malformed("", "不能同时使用 Content-Length 和 Transfer-Encoding", "Content-Length and Transfer-Encoding together are refused")
		}
		for name, values := range r.URL.Query() {
			if len(values) > 1 {
				return malformed(name, "查询参数出现了两次", "this query parameter is given twice")
			}
		}
		if r.Body == nil || r.Body == http.NoBody || r.Method == http.MethodGet || r.Method == http.MethodHead {
			return next(c)
		}
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case err == nil && media == "application/json":
			return jsonBody(c, next)
		case err == nil && media == "multipart/form-data":
			r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxUpload)
			return next(c)
		case r.ContentLength == 0:
			return next(c)
		}
		return Status(r.Context(), http.StatusUnsupportedMediaType, text.Text{ZH: "请使用 application/json", EN: "use application/json"})
	}
}

func jsonBody(c echo.Context, next echo.HandlerFunc) error {
	r := c.Request()
	if r.ContentLength > MaxJSON {
		return tooMuch(r.Context())
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxJSON+1))
	if err != nil {
		return malformed("", "请求没有读完", "the body could not be read")
	}
	if len(body) > MaxJSON {
		return tooMuch(r.Context())
	}
	if len(body) == 0 && r.Method == http.MethodDelete {
		return next(c)
	}
	if err := Strict(body); err != nil {
		return err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	c.SetRequest(r.WithContext(context.WithValue(r.Context(), bodyKey{}, body)))
	return next(c)
}

func tooMuch(ctx context.Context) error {
	return Status(ctx, http.StatusRequestEntityTooLarge, text.Format("请求最多 %d KB", "a request has at most %d KiB", MaxJSON>>10))
}

type bodyKey struct{}

// Body is the JSON body as the client sent it, nil if there was none.
func Body(ctx context.Context) []byte {
	b, _ := ctx.Value(bodyKey{}).([]byte)
	return b
}

// sameSite refuses what another site made a browser send: only cookies are sent by themselves, so only they need it.
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

func deadline(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, cancel := context.WithTimeout(c.Request().Context(), timeout)
		defer cancel()
		c.SetRequest(c.Request().WithContext(ctx))
		return next(c)
	}
}

// answer writes any error as a problem document.
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

// bearer takes the token out of the Authorization header.
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	return ""
}
