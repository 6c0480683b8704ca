package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"incubase/api"
	"incubase/api/edge"
	"incubase/db"
	"incubase/db/accounts"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/calendar"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// The ports that the API declares, on the database. api and db never meet; they do here.

// Sessions finds, opens and ends sessions.
type Sessions struct {
	DB      *db.DB
	Limits  accounts.SessionLimits
	Factors bool // roles of administrators, deciders and finance need a second factor
}

func (s Sessions) Find(ctx context.Context, token string) (*edge.Session, error) {
	return s.edgeSession(ctx, token, s.DB.SessionActor)
}

// Stands finds a session without using it.
func (s Sessions) Stands(ctx context.Context, token string) (*edge.Session, error) {
	return s.edgeSession(ctx, token, s.DB.SessionStands)
}

func (s Sessions) edgeSession(ctx context.Context, token string,
	find func(context.Context, workflow.Hash) (accounts.Session, error)) (*edge.Session, error) {
	found, err := find(ctx, accounts.TokenHash(token))
	if isNoSession(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &edge.Session{ID: found.ID, Token: token, Actor: found.Actor, Expires: found.Expires,
		Lacks: s.lacks(found)}, nil
}

// lacks reports whether the session's user needs a second factor for their roles but has not enrolled one.
func (s Sessions) lacks(found accounts.Session) bool {
	return s.Factors && !found.Factor && registry.NeedsFactor(found.Actor)
}

func (s Sessions) Login(ctx context.Context, in edge.SignIn) (*edge.Session, error) {
	opened, err := s.DB.Login(ctx, accounts.SignIn{Login: in.Login, Password: in.Password, Address: in.IP,
		Replaces: in.Replaces,
		Code:     in.Code, Ticket: in.Ticket}, s.Limits)
	if err != nil {
		return nil, err
	}
	return &edge.Session{ID: opened.ID, Token: opened.Token, Actor: opened.Actor, Expires: opened.Expires,
		Lacks: s.lacks(opened), Told: (*edge.Told)(opened.Told)}, nil
}

// Live lists the sessions of one account; End and EndAll end them.
func (s Sessions) Live(ctx context.Context, user workflow.ID) ([]edge.SessionInfo, error) {
	list, err := s.DB.Sessions(ctx, user)
	out := make([]edge.SessionInfo, len(list))
	for i, x := range list {
		out[i] = edge.SessionInfo{ID: x.ID, Address: x.Address, Created: x.Created, Seen: x.Seen, Ends: x.Ends}
		if me := edge.Of(ctx).Session; me != nil {
			out[i].Current = me.ID == x.ID
		}
	}
	return out, err
}

func (s Sessions) End(ctx context.Context, user, session, actor workflow.ID, ip string) error {
	if err := s.DB.EndSession(ctx, user, session, actor, ip); !isNoSession(err) {
		return err
	}
	return workflow.ErrNotFound
}

func (s Sessions) EndAll(ctx context.Context, user, except, actor workflow.ID, ip string) (int, error) {
	return s.DB.RevokeSessions(ctx, user, except, actor, ip)
}

func (s Sessions) Confirm(ctx context.Context, user, session workflow.ID, password, ip string) error {
	return s.DB.ConfirmSession(ctx, user, session, password, ip)
}

func (s Sessions) Logout(ctx context.Context, token, ip string) error {
	if err := s.DB.Logout(ctx, accounts.TokenHash(token), ip); !isNoSession(err) {
		return err
	}
	return nil
}

// public reads what everybody may see.
type public struct {
	db    *db.DB
	clock *records.Clock
}

func (p public) PublicRounds(ctx context.Context) ([]workflow.RoundRecord, error) {
	return p.db.PublicRounds(ctx)
}

func (p public) PublicNotices(ctx context.Context, cursor string, limit int) ([]api.NoticeDoc, string, error) {
	list, next, err := p.db.PublicNotices(ctx, calendar.DateOf(p.clock.Now()), cursor, limit)
	out := make([]api.NoticeDoc, len(list))
	for i, n := range list {
		out[i] = api.NoticeDoc{ID: n.ID, Ref: n.Ref, Organization: n.Organization, Title: n.Title,
			Round:  workflow.Text{ZH: n.RoundZH, EN: n.RoundEN},
			Region: n.Region, RegionName: n.RegionName, Amount: n.Amount, Since: n.Since, Until: n.Until, Anonymous: n.Anonymous}
	}
	return out, next, err
}

func (p public) PublicAwards(ctx context.Context, round workflow.ID, in region.Code, cursor string,
	limit int) ([]api.AwardDoc, string, error) {
	list, next, err := p.db.PublicAwards(ctx, round, in, cursor, limit)
	out := make([]api.AwardDoc, len(list))
	for i, a := range list {
		out[i] = api.AwardDoc{ID: a.ID, Ref: a.Ref, Organization: a.Name, CreditCode: a.CreditCode, Title: a.Title,
			Round: workflow.Text{ZH: a.RoundZH, EN: a.RoundEN}, Region: a.Region, RegionName: a.RegionName,
			Agency: workflow.Text{ZH: a.AgencyZH, EN: a.AgencyEN}, Stage: a.Stage, Awarded: a.Committed, Paid: a.Paid,
			Returned: a.Returned, At: a.At}
	}
	return out, next, err
}

// health reports whether the installation can serve.
type health struct{ in *Installation }

func (h health) Ready(ctx context.Context) error {
	if h.in.leaving.Load() {
		return errors.New("the server was told to stop")
	}
	if err := h.in.DB.Ping(ctx); err != nil {
		return err
	}
	return h.in.DB.CheckSchema(ctx, Version)
}

// demoClock moves the demonstration's time.
type demoClock struct {
	clock *records.Clock
	wake  func()
}

func (c demoClock) Advance(ctx context.Context, by time.Duration, months int) (time.Time, error) {
	now := c.clock.Now()
	by += now.AddDate(0, months, 0).Sub(now)
	at, err := c.clock.Advance(ctx, by)
	if err != nil {
		return time.Time{}, fmt.Errorf("move the clock: %w", err)
	}
	c.wake()
	return at, nil
}

// accounts makes the first administrators and reads the audit trail.
type accountPorts struct{ in *Installation }

func (a accountPorts) Setup(ctx context.Context, token, address string, list []registry.FirstAccount) error {
	return a.in.DB.Setup(ctx, token, address, list)
}

func (a accountPorts) Audit(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]api.AuditDoc, error) {
	list, err := a.in.DB.Audit(ctx, actor, q)
	out := make([]api.AuditDoc, len(list))
	for i, x := range list {
		out[i] = auditDoc(x)
	}
	return out, err
}

func auditDoc(x records.AuditEntry) api.AuditDoc {
	return api.AuditDoc{N: x.ID, At: x.At, Act: x.Act, Actor: x.ActorName, Subject: x.Subject, Address: x.Address,
		Success: x.Success, Detail: x.Detail}
}
