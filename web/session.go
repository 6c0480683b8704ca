package web

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var loginTitle = text.Text{ZH: "登录", EN: "Sign in"}

func (s *site) loginPage(v *visit) error {
	return v.show(http.StatusOK, loginTitle, loginForm("", local(v.QueryParam("next")), "", nil))
}

// login opens a session. A wrong password says so beside the form, and what was typed stays.
func (s *site) login(v *visit) error {
	login, next := v.FormValue("login"), local(v.FormValue("next"))
	said := edge.SignInOf(v.ctx, login, v.FormValue("password"))
	said.Code, said.Ticket = v.FormValue("code"), v.FormValue("_ticket")
	session, err := s.Sessions.Login(v.ctx, said)
	var wanted *registry.FactorWanted
	switch {
	case errors.As(err, &wanted):
		return v.show(http.StatusUnauthorized, factorTitle, secondStep(wanted.Ticket, next, "", v.carriedAgain()))
	case said.Ticket != "" && (errors.Is(err, registry.ErrWrongFactor) || throttled(err)):
		p := edge.From(v.ctx, err)
		return v.show(p.Status, factorTitle, secondStep(said.Ticket, next, v.says(p), v.carriedAgain()))
	case said.Ticket != "" && errors.Is(err, registry.ErrNoSession): // the ticket is over
		return v.show(http.StatusUnauthorized, loginTitle,
			loginForm("", next, say(v.ctx, "时间已过，请重新登录", "The time is over: sign in again"), v.carriedAgain()))
	}
	if errors.Is(err, registry.ErrWrongLogin) || throttled(err) {
		p := edge.From(v.ctx, err)
		return v.show(p.Status, loginTitle, loginForm(login, next, v.says(p), v.carriedAgain()))
	}
	if err != nil {
		return err
	}
	v.SetCookie(edge.Cookie(session, s.Secure))
	if session.Told != nil {
		v.frame.Actor, v.frame.Token = &session.Actor, token(session.Token)
		return v.show(http.StatusOK, toldTitle, toldPage(session.Told, next))
	}
	if c := v.carriedAgain(); c != nil {
		v.frame.Actor, v.frame.Token = &session.Actor, token(session.Token)
		return v.show(http.StatusOK, carriedTitle,
			carriedPage(c, say(v.ctx, "您已登录。刚才写的内容还在，还没有提交：",
				"You have signed in. What you wrote is still here and has not been sent yet:")))
	}
	return v.onward(next, "")
}

func throttled(err error) bool {
	var t *registry.Throttled
	return errors.As(err, &t)
}

func (s *site) logout(v *visit) error {
	r := edge.Of(v.ctx)
	if err := s.Sessions.Logout(v.ctx, r.Session.Token, r.IP); err != nil && !errors.Is(err, registry.ErrNoSession) {
		return err
	}
	v.SetCookie(edge.Cookie(nil, s.Secure))
	return v.onward("/", "signed_out")
}
