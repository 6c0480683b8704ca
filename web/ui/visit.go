package ui

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/desk"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

type Access bool

const (
	Everybody Access = false
	SignedIn  Access = true
)

type Visit struct {
	echo.Context
	Ctx    context.Context
	Frame  *Frame
	secure bool // behind HTTPS

	outdated bool // a form of an earlier session
}

type Frame struct {
	Title text.Text
	Lang  string
	Elder bool
	Size  string // of large print, in px; one of sizes
	Actor *workflow.Actor
	Here  string // path and query, to return to
	Token string // CSRF token of forms
	Now   time.Time
	Opens bool // some workflow takes cases that the actor may open
	Demo  bool
	Said  text.Text // the result of the last action

	Refresh int // seconds until browsers without scripts reload; 0: never
}

type FrameKey struct{}

func Of(ctx context.Context) *Frame {
	if f, ok := ctx.Value(FrameKey{}).(*Frame); ok {
		return f
	}
	return &Frame{Lang: "zh"}
}

// Say returns t in the reader's language, formatted with args as by fmt.Sprintf if there are any.
func Say(ctx context.Context, t text.Text, args ...any) string {
	said := t.In(Of(ctx).Lang)
	if len(args) > 0 {
		return fmt.Sprintf(said, args...)
	}
	return said
}

// Either returns zh or en by the reader's language, for values that each language formats differently.
func Either(ctx context.Context, zh, en string) string { return Say(ctx, T(zh, en)) }

const (
	langCookie = "incubase-lang"
	modeCookie = "incubase-mode"
	sizeCookie = "incubase-size"
	saidCookie = "incubase-said"
	elder      = "elder"
)

// sizes of large print, in px. MIIT's rules ask for 18 at least and 30 within reach.
var sizes = []string{"20", "24", "30"}

// policy lets a page load its own styles, scripts and pictures only.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Page makes a handler: it reads session, language and size, checks form tokens and renders errors as pages.
func (s *Site) Page(who Access, do func(*Visit) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		v := s.begin(c)
		err := v.admit(who)
		if err == nil {
			err = s.confirm(v)
		}
		if err == nil {
			err = do(v)
		}
		if err != nil {
			return s.fail(v, err)
		}
		return nil
	}
}

func (s *Site) begin(c echo.Context) *Visit {
	r := edge.Of(c.Request().Context())
	r.Page = true
	if k, err := c.Cookie(langCookie); err == nil && (k.Value == "zh" || k.Value == "en") {
		r.Lang = k.Value
	}
	f := &Frame{Lang: r.Lang, Here: whence(c.Request()), Demo: s.Demo, Now: s.Desk.Clock.Now()}
	if k, err := c.Cookie(modeCookie); err == nil {
		f.Elder = k.Value == elder
	}
	f.Size = sizes[0]
	if k, err := c.Cookie(sizeCookie); err == nil && slices.Contains(sizes, k.Value) {
		f.Size = k.Value
	}
	if r.Session != nil {
		f.Actor, f.Token = &r.Session.Actor, Token(r.Session.Token)
		f.Opens = len(s.Openable(*f.Actor)) > 0
	}
	c.Response().Header().Set("Content-Security-Policy", policy)
	v := &Visit{Context: c, Frame: f, secure: s.Secure}
	v.Ctx = context.WithValue(c.Request().Context(), FrameKey{}, f)
	if k, err := c.Cookie(saidCookie); err == nil && c.Request().Method == http.MethodGet {
		if t, known := Sayings[k.Value]; known {
			f.Said = t
		}
		v.keep(saidCookie, "", -1)
	}
	return v
}

// Openable lists the workflows whose cases the actor may open, by their newest approved versions.
func (s *Site) Openable(a workflow.Actor) (out []*machine.Machine) {
	for _, name := range s.Definitions.Names() {
		if m := s.Definitions.Opens(name, 0); m != nil && m.MayOpen(a) {
			out = append(out, m)
		}
	}
	return out
}

// whence returns the page to return to: this one, or the one that sent the form.
func whence(r *http.Request) string {
	if r.Method != http.MethodPost {
		return r.URL.RequestURI()
	}
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		return Local(u.RequestURI())
	}
	return "/"
}

// keep sets a cookie; a negative age deletes it.
func (v *Visit) keep(name, value string, age int) {
	v.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", MaxAge: age, HttpOnly: true, Secure: v.secure,
		SameSite: http.SameSiteLaxMode})
}

// Token returns the CSRF token of a session, which does not reveal it.
func Token(session string) string {
	sum := sha256.Sum256([]byte("form of " + session))
	return hex.EncodeToString(sum[:16])
}

var errSignIn = errors.New("sign in first")

// admit requires the sign-in and second factor, and refuses forms of other sites.
func (v *Visit) admit(who Access) error {
	if who == SignedIn && v.Frame.Actor == nil {
		return errSignIn
	}
	if session := edge.Of(v.Ctx).Session; session != nil && session.Lacks && !unfactored(v.Request().URL.Path) {
		return errFactor
	}
	if v.Request().Method != http.MethodPost {
		return nil
	}
	if err := crossOrigin.Check(v.Request()); err != nil {
		return v.expired()
	}
	var large *http.MaxBytesError
	form, err := v.FormParams()
	if errors.As(err, &large) {
		return edge.Status(v.Ctx, http.StatusRequestEntityTooLarge, text.Format("最多 %d MB", "at most %d MiB",
			large.Limit>>20))
	} else if err != nil {
		return edge.Status(v.Ctx, http.StatusBadRequest, text.Text{ZH: "表单没有完整收到，请返回重试",
			EN: "the form did not arrive whole: go back and try again"})
	}
	if err := edge.Fields(form); err != nil {
		return err
	}
	// Only forged forms have a key like this.
	if k := v.FormValue("_key"); len(k) > desk.MaxKey || strings.ContainsFunc(k, func(r rune) bool {
		return r < '!' ||
			r > '~'
	}) {
		return edge.Status(v.Ctx, http.StatusBadRequest, text.Text{ZH: "表单没有完整收到，请返回重试",
			EN: "the form did not arrive whole: go back and try again"})
	}
	if v.Frame.Actor != nil && subtle.ConstantTimeCompare([]byte(v.FormValue("_token")), []byte(v.Frame.Token)) != 1 {
		v.outdated = true
		return v.expired()
	}
	return nil
}

var crossOrigin = http.NewCrossOriginProtection()

// expired returns the error for a form of another site or session.
func (v *Visit) expired() error {
	return edge.Status(v.Ctx, http.StatusForbidden, text.Text{ZH: "这个表单已过期，请返回上一页刷新后再提交；这次的内容没有提交",
		EN: "this form has expired: go back, reload and send it again; nothing was sent this time"})
}

// Show renders the whole page before it sends anything: an error leaves no half page.
func (v *Visit) Show(status int, title text.Text, body templ.Component) error {
	v.Frame.Title = title
	var b bytes.Buffer
	if err := layout(body).Render(v.Ctx, &b); err != nil {
		return err
	}
	return v.HTMLBlob(status, b.Bytes())
}

// Onward redirects after an action, so that neither back button nor reload repeats it.
func (v *Visit) Onward(to, said string) error {
	if said != "" {
		v.keep(saidCookie, said, 60)
	}
	return v.Redirect(http.StatusSeeOther, to)
}

// Sayings are the messages that Onward shows.
var Sayings = map[string]text.Text{
	"done":       {ZH: "已办理。", EN: "Done."},
	"through":    {ZH: "这一批都看过了。", EN: "That was the last of them."},
	"saved":      {ZH: "已保存。", EN: "Saved."},
	"signed_out": {ZH: "已退出登录。", EN: "You have signed out."},
	"objected": {ZH: "异议已收到，我们会核查并保密您的身份。",
		EN: "Your objection has arrived. It will be looked into; who you are stays secret."},
	"password": {ZH: "密码已修改，请用新密码登录。", EN: "The password is changed: sign in with the new one."},
	"replaced": {ZH: "已保存。您填写期间这一题另有改动：被替换的内容保留在该题下方 30 天。",
		EN: "Saved. Meanwhile this answer had been changed elsewhere: what was replaced stays readable under the question " +
			"for 30 days."}, "taken_out": {ZH: "文件已取出。", EN: "The file was taken out."},
	"uploaded": {ZH: "文件已收到。", EN: "The file has arrived."},
}

// Local returns to if it is a path of this site, else "/".
func Local(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") ||
		strings.ContainsAny(to, "\\\n\r") {
		return "/"
	}
	return u.RequestURI()
}

func (s *Site) Prefer(v *Visit) error {
	year := 365 * 24 * 60 * 60
	for name, values := range map[string][]string{langCookie: {"zh", "en"}, modeCookie: {"plain", elder},
		sizeCookie: sizes} {
		field := map[string]string{langCookie: "lang", modeCookie: "mode", sizeCookie: "size"}[name]
		for _, x := range values {
			if v.FormValue(field) == x {
				v.keep(name, x, year)
			}
		}
	}
	return v.Onward(Local(v.FormValue("back")), "")
}

func (s *Site) fail(v *Visit, err error) error {
	if errors.Is(err, errSignIn) || errors.Is(err, registry.ErrNoSession) {
		if c := v.carry(); c != nil {
			v.Frame.Actor, v.Frame.Token = nil, ""
			return v.Show(http.StatusUnauthorized, LoginTitle, LoginForm("", Local(v.Frame.Here), "", c))
		}
		return v.Redirect(http.StatusSeeOther, "/login?next="+url.QueryEscape(Local(v.Frame.Here)))
	}
	if errors.Is(err, errFactor) {
		return v.Redirect(http.StatusSeeOther, "/account/factor")
	}
	if asked, err := s.askAgain(v, err); asked || err != nil {
		return err
	}
	p := edge.From(v.Ctx, err)
	if c := v.carry(); v.outdated && c != nil {
		return v.Show(http.StatusForbidden, CarriedTitle, CarriedPage(c, Say(v.Ctx, sayThisFormWasOpened)))
	}
	maps.Copy(v.Response().Header(), p.GetHeaders())
	return v.Show(p.Status, text.Text{ZH: p.Title, EN: p.Title}, failedPage(p))
}

func (v *Visit) Says(p *edge.Problem) string {
	return strings.Trim(p.Title+Say(v.Ctx, sayColon)+p.Detail, "：: ")
}

// Failed serves errors that no page has answered, such as unknown paths, as pages to browsers.
func (s *Site) Failed(err error, c echo.Context) {
	path := c.Request().URL.Path
	if c.Response().Committed || strings.HasPrefix(path, "/api/") || !strings.Contains(c.Request().Header.Get("Accept"),
		"text/html") {
		s.Plain(err, c)
		return
	}
	// The request's deadline may have passed; its error page must still render.
	c.SetRequest(c.Request().WithContext(context.WithoutCancel(c.Request().Context())))
	v := s.begin(c)
	var known *echo.HTTPError
	if errors.As(err, &known) {
		err = edge.Status(v.Ctx, known.Code, text.Text{})
	}
	if err := s.fail(v, err); err != nil {
		s.Plain(err, c)
	}
}
