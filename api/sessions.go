package api

import (
	"context"
	"net/http"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

type ActorDoc struct {
	ID           workflow.ID `json:"id"`
	Login        string      `json:"login"`
	Name         string      `json:"name"`
	Organization workflow.ID `json:"organization,omitempty"`
	Agency       workflow.ID `json:"agency,omitempty"`
	Roles        []GrantDoc  `json:"roles"`
}

type GrantDoc struct {
	Role         workflow.Role `json:"role"`
	Region       region.Code   `json:"region,omitempty"`
	Agency       workflow.ID   `json:"agency,omitempty"`
	Organization workflow.ID   `json:"organization,omitempty"`
	Round        workflow.ID   `json:"round,omitempty"`
}

func actorDoc(a workflow.Actor) ActorDoc {
	return ActorDoc{a.ID, a.Login, a.Name, a.Organization, a.Agency, each(a.Roles, func(g workflow.Grant) GrantDoc {
		return GrantDoc{g.Role, g.Region, g.Agency, g.Organization, g.Round}
	})}
}

type loginInput struct {
	Body struct {
		Login    string `json:"login" minLength:"1" maxLength:"64"`
		Password string `json:"password" minLength:"1" maxLength:"512"`
		Code     string `json:"code,omitempty" maxLength:"60" doc:"Of the second factor, where the account has one: of the app, or a recovery code."`
	}
}

type loginOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Body      struct {
		Token   string         `json:"token"`
		Expires time.Time      `json:"expires_at"`
		Actor   ActorDoc       `json:"actor"`
		Reset   *registry.Told `json:"reset,omitempty" doc:"Who gave the code with which the password was chosen: at the first sign-in after it."`
	}
}

func (s *service) sessions() {
	handle(s, route{method: "POST", path: Base + "/sessions", id: "login", tag: "sessions", summary: "Sign in",
		status: 201, open: true, errors: []int{401, 422},
		about: "An account with a second factor is answered 401 `/problems/second-factor` without its code: " +
			"send it besides."}, s.login)
	handle(s, route{method: "DELETE", path: Base + "/sessions/current", id: "logout", unfactored: true, tag: "sessions",
		summary: "Sign out", status: 204}, s.logout)
	handle(s, route{method: "POST", path: Base + "/sessions/current/confirmation", id: "confirmSession", unfactored: true,
		tag: "sessions", summary: "Confirm a session with the password", status: 204,
		about: "What gives rights, accounts or money to others (granting and ending roles, accounts and their codes, " +
			"contacts, approving definitions, releasing payments, erasing) answers 401 `/problems/confirm` " +
			"unless one signed in or confirmed within ten minutes. Wrong passwords count as at signing in.", errors: []int{422}},
		s.confirm)
	handle(s, route{method: "GET", path: Base + "/me/sessions", id: "listOwnSessions", unfactored: true, tag: "sessions",
		summary: "Where one is signed in"}, s.ownSessions)
	handle(s, route{method: "DELETE", path: Base + "/me/sessions", id: "endOtherSessions", unfactored: true,
		tag: "sessions", summary: "End all of one's sessions but this one", status: 204}, s.endOwnSessions)
	handle(s, route{method: "DELETE", path: Base + "/me/sessions/{session}", id: "endOwnSession", unfactored: true,
		tag: "sessions", summary: "End one of one's sessions", status: 204, errors: []int{404}}, s.endOwnSession)
	handle(s, route{method: "GET", path: Base + "/users/{id}/sessions", id: "listSessions", tag: "sessions",
		summary: "Where a user is signed in", about: "For the system and the security administrator.",
		errors: []int{403, 404}}, s.listSessions)
	handle(s, route{method: "DELETE", path: Base + "/users/{id}/sessions", id: "endSessions", tag: "sessions",
		summary: "End all sessions of a user", status: 204, about: "For the system and the security administrator.",
		errors: []int{403, 404}}, s.endSessions)
	handle(s, route{method: "DELETE", path: Base + "/users/{id}/sessions/{session}", id: "endSession", tag: "sessions",
		summary: "End one session of a user", status: 204, about: "For the system and the security administrator.",
		errors: []int{403, 404}}, s.endSession)
	handle(s, route{method: "GET", path: Base + "/me", id: "me", unfactored: true, tag: "sessions",
		summary: "Who is signed in"}, s.me)
	handle(s, route{method: "POST", path: Base + "/me/password", id: "changePassword", unfactored: true, tag: "sessions",
		summary: "Change one's own password", status: 204,
		about: "All sessions of the person end, this one too: sign in again.", errors: []int{409, 422}}, s.password)
}

func (s *service) login(ctx context.Context, in *loginInput) (*loginOutput, error) {
	said := edge.SignInOf(ctx, in.Body.Login, in.Body.Password)
	said.Code = in.Body.Code
	found, err := s.Sessions.Login(ctx, said)
	if err != nil {
		return nil, err
	}
	out := &loginOutput{SetCookie: *edge.Cookie(found, s.Secure)}
	out.Body.Token, out.Body.Expires, out.Body.Actor = found.Token, found.Expires, actorDoc(found.Actor)
	out.Body.Reset = found.Told
	return out, nil
}

type emptyInput struct{}

type logoutOutput struct {
	SetCookie http.Cookie `header:"Set-Cookie"`
	Clear     string      `header:"Clear-Site-Data"`
}

func (s *service) logout(ctx context.Context, _ *emptyInput) (*logoutOutput, error) {
	r := edge.Of(ctx)
	if err := s.Sessions.Logout(ctx, r.Session.Token, r.IP); err != nil {
		return nil, err
	}
	return &logoutOutput{SetCookie: *edge.Cookie(nil, s.Secure), Clear: `"cache", "storage"`}, nil
}

type confirmInput struct {
	Body struct {
		Password string `json:"password" minLength:"1" maxLength:"512"`
	}
}

func (s *service) confirm(ctx context.Context, in *confirmInput) (*nothing, error) {
	r := edge.Of(ctx)
	return nil, s.Keeper.ConfirmSession(ctx, who(ctx).ID, r.Session.ID, in.Body.Password, r.IP)
}

type meOutput struct{ Body ActorDoc }

func (s *service) me(ctx context.Context, _ *emptyInput) (*meOutput, error) {
	return &meOutput{actorDoc(who(ctx))}, nil
}

type sessionsInput struct {
	ID string `path:"id" maxLength:"60"`
}

type sessionInput struct {
	ID      string `path:"id" maxLength:"60"`
	Session string `path:"session" maxLength:"60"`
}

type ownSessionInput struct {
	Session string `path:"session" maxLength:"60"`
}

func (s *service) ownSessions(ctx context.Context, _ *emptyInput) (*many[SessionInfo], error) {
	return s.liveSessions(ctx, who(ctx).ID)
}

func (s *service) liveSessions(ctx context.Context, user workflow.ID) (*many[SessionInfo], error) {
	list, err := s.LiveSessions(ctx, user)
	return page(each(list, func(x registry.SessionInfo) SessionInfo { return SessionInfo(x) }), "", err)
}

func (s *service) endOwnSession(ctx context.Context, in *ownSessionInput) (*nothing, error) {
	me := who(ctx).ID
	return nil, s.Keeper.EndSession(ctx, me, in.Session, me, edge.Of(ctx).IP)
}

func (s *service) endOwnSessions(ctx context.Context, _ *emptyInput) (*nothing, error) {
	me := who(ctx).ID
	_, err := s.Keeper.RevokeSessions(ctx, me, edge.Of(ctx).Session.ID, me, edge.Of(ctx).IP)
	return nil, err
}

// keeps refuses actors who may not see the user or keep the user's sessions.
func (s *service) keeps(ctx context.Context, user workflow.ID) error {
	if _, err := registry.Read[registry.UserRecord](ctx, s.Records, registry.RecordScopeOf(who(ctx)), user); err != nil {
		return err
	}
	return registry.MayKeepSessions(who(ctx), user)
}

func (s *service) listSessions(ctx context.Context, in *sessionsInput) (*many[SessionInfo], error) {
	if err := s.keeps(ctx, in.ID); err != nil {
		return nil, err
	}
	return s.liveSessions(ctx, in.ID)
}

func (s *service) endSession(ctx context.Context, in *sessionInput) (*nothing, error) {
	if err := s.keeps(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, s.Keeper.EndSession(ctx, in.ID, in.Session, who(ctx).ID, edge.Of(ctx).IP)
}

func (s *service) endSessions(ctx context.Context, in *sessionsInput) (*nothing, error) {
	if err := s.keeps(ctx, in.ID); err != nil {
		return nil, err
	}
	_, err := s.Keeper.RevokeSessions(ctx, in.ID, "", who(ctx).ID, edge.Of(ctx).IP)
	return nil, err
}

type passwordInput struct {
	Keyed
	Body struct {
		Present string `json:"present" minLength:"1" maxLength:"512"`
		New     string `json:"new" minLength:"1" maxLength:"512"`
	}
}

type nothing struct{}

func (s *service) password(ctx context.Context, in *passwordInput) (*nothing, error) {
	_, err := s.Registry.ChangePassword(ctx, who(ctx), in.Body.Present, in.Body.New, command(ctx, in.Keyed, nil, "POST",
		"/me/password", ""))
	return nil, err
}
