package web

import (
	"net/http"

	"incubase/api/edge"
	"incubase/workflow/registry"
	"incubase/workflow/text"
)

var accountTitle = text.Text{ZH: "我的账号", EN: "Your account"}

// accountPage is one's own account: the password, and where one is signed in.
func (s *site) accountPage(v *visit) error {
	list, err := s.Keeper.Live(v.ctx, v.frame.Actor.ID)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, accountTitle, accountView(v.frame.Actor, list))
}

// endOwnSessions ends the session that the form names, or all but this one.
func (s *site) endOwnSessions(v *visit) error {
	me := v.frame.Actor.ID
	if id := v.FormValue("session"); id != "" {
		if err := s.Keeper.End(v.ctx, me, id, me, edge.Of(v.ctx).IP); err != nil {
			return err
		}
	} else if _, err := s.Keeper.EndAll(v.ctx, me, edge.Of(v.ctx).Session.ID, me, edge.Of(v.ctx).IP); err != nil {
		return err
	}
	return v.onward("/account", "done")
}

// endSessions ends the session of another that the form names, or all of them.
func (s *site) endSessions(v *visit) error {
	actor, id := *v.frame.Actor, v.Param("id")
	if _, err := s.Accounts.User(v.ctx, registry.RecordScopeOf(actor), id); err != nil {
		return err
	}
	if err := registry.MayKeepSessions(actor, id); err != nil {
		return err
	}
	if which := v.FormValue("session"); which != "" {
		if err := s.Keeper.End(v.ctx, id, which, actor.ID, edge.Of(v.ctx).IP); err != nil {
			return err
		}
	} else if _, err := s.Keeper.EndAll(v.ctx, id, "", actor.ID, edge.Of(v.ctx).IP); err != nil {
		return err
	}
	return v.onward("/people/"+id, "done")
}
