package accounts

import (
	"errors"
	"net/http"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow/registry"
)

func (s *AccountPages) LoginPage(v *ui.Visit) error {
	return v.Show(http.StatusOK, ui.LoginTitle, ui.LoginForm("", ui.Local(v.QueryParam("next")), "", nil))
}

// Login opens a session. A wrong password is reported beside the form, which keeps its input.
func (s *AccountPages) Login(v *ui.Visit) error {
	login, next := v.FormValue("login"), ui.Local(v.FormValue("next"))
	said := edge.SignInOf(v.Ctx, login, v.FormValue("password"))
	said.Code, said.Ticket = v.FormValue("code"), v.FormValue("_ticket")
	session, err := s.Sessions.Login(v.Ctx, said)
	var wanted *registry.FactorWanted
	switch {
	case errors.As(err, &wanted):
		return v.Show(http.StatusUnauthorized, factorTitle, secondStep(wanted.Ticket, next, "", v.CarriedAgain()))
	case said.Ticket != "" && (errors.Is(err, registry.ErrWrongFactor) || ui.Throttled(err)):
		p := edge.From(v.Ctx, err)
		return v.Show(p.Status, factorTitle, secondStep(said.Ticket, next, v.Says(p), v.CarriedAgain()))
	case said.Ticket != "" && errors.Is(err, registry.ErrNoSession): // the ticket has expired
		return v.Show(http.StatusUnauthorized, ui.LoginTitle,
			ui.LoginForm("", next, ui.Say(v.Ctx, sayTheTimeIsOver), v.CarriedAgain()))
	}
	if errors.Is(err, registry.ErrWrongLogin) || ui.Throttled(err) {
		p := edge.From(v.Ctx, err)
		return v.Show(p.Status, ui.LoginTitle, ui.LoginForm(login, next, v.Says(p), v.CarriedAgain()))
	}
	if err != nil {
		return err
	}
	v.SetCookie(edge.Cookie(session, s.Secure))
	if session.Told != nil {
		v.Frame.Actor, v.Frame.Token = &session.Actor, ui.Token(session.Token)
		return v.Show(http.StatusOK, ui.ToldTitle, toldPage(session.Told, next))
	}
	if c := v.CarriedAgain(); c != nil {
		v.Frame.Actor, v.Frame.Token = &session.Actor, ui.Token(session.Token)
		return v.Show(http.StatusOK, ui.CarriedTitle,
			ui.CarriedPage(c, ui.Say(v.Ctx, sayYouHaveSignedIn)))
	}
	return v.Onward(next, "")
}

func (s *AccountPages) Logout(v *ui.Visit) error {
	r := edge.Of(v.Ctx)
	if err := s.Sessions.Logout(v.Ctx, r.Session.Token, r.IP); err != nil {
		return err
	}
	v.SetCookie(edge.Cookie(nil, s.Secure))
	return v.Onward("/", "signed_out")
}
