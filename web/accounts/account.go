package accounts

import (
	"net/http"

	"incubase/api/edge"
	"incubase/web/ui"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var accountTitle = text.Text{ZH: "我的账号", EN: "Your account"}

func (s *AccountPages) AccountPage(v *ui.Visit) error {
	list, err := s.LiveSessions(v.Ctx, v.Frame.Actor.ID)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, accountTitle, accountView(v.Frame.Actor, list))
}

// EndOwnSessions ends the session in the form, or all but this one.
func (s *AccountPages) EndOwnSessions(v *ui.Visit) error {
	me := v.Frame.Actor.ID
	if id := v.FormValue("session"); id != "" {
		if err := s.Keeper.EndSession(v.Ctx, me, id, me, edge.Of(v.Ctx).IP); err != nil {
			return err
		}
	} else if _, err := s.Keeper.RevokeSessions(v.Ctx, me, edge.Of(v.Ctx).Session.ID, me, edge.Of(v.Ctx).IP); err != nil {
		return err
	}
	return v.Onward("/account", "done")
}

// EndSessions ends one or all sessions of another user.
func (s *AccountPages) EndSessions(v *ui.Visit) error {
	actor, id := *v.Frame.Actor, v.Param("id")
	if _, err := registry.Read[registry.UserRecord](v.Ctx, s.Records, registry.RecordScopeOf(actor), id); err != nil {
		return err
	}
	if err := registry.MayKeepSessions(actor, id); err != nil {
		return err
	}
	if which := v.FormValue("session"); which != "" {
		if err := s.Keeper.EndSession(v.Ctx, id, which, actor.ID, edge.Of(v.Ctx).IP); err != nil {
			return err
		}
	} else if _, err := s.Keeper.RevokeSessions(v.Ctx, id, "", actor.ID, edge.Of(v.Ctx).IP); err != nil {
		return err
	}
	return v.Onward("/people/"+id, "done")
}
