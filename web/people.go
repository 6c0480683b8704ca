package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/api/edge"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

// Accounts reads who can sign in, and what became of sign-ins.
type Accounts interface {
	Users(ctx context.Context, s registry.RecordScope, words string) ([]registry.UserRecord, error)
	User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error)
	Agencies(ctx context.Context) ([]registry.AgencyRecord, error)
	// Trail is a part of the audit trail, the latest first. ErrNotFound for who may not read it.
	Trail(ctx context.Context, actor workflow.Actor, q workflow.TrailQuery) ([]TrailRow, error)
	// AccountsNow is what the three administrators look at first. ErrNotFound for anybody else.
	AccountsNow(ctx context.Context, actor workflow.Actor) (*AccountsNow, error)
}

// AccountsNow is how accounts and rights stand.
type AccountsNow struct {
	Open, Disabled int
	WithoutRights  int           // open accounts that hold none
	Refused        int           // sign-ins of the last week
	Ending         []EndingRight // within a month, the nearest first; eleven at most
	Stale          []Named       // disabled accounts that hold rights still; eleven at most
}

// EndingRight is a role that ends by itself.
type EndingRight struct {
	User  workflow.ID
	Name  string
	Role  workflow.Role
	Until time.Time
}

// Named is an account by its name.
type Named struct {
	User workflow.ID
	Name string
}

var (
	peopleTitle   = text.Text{ZH: "账号", EN: "Accounts"}
	unlike        = text.Text{ZH: "两次输入的新密码不一样", EN: "the new password was not typed alike twice"}
	passwordTitle = text.Text{ZH: "修改密码", EN: "Change the password"}
)

// people lists the accounts, for those who keep accounts or rights.
func (s *site) people(v *visit) error {
	scope := registry.RecordScopeOf(*v.frame.Actor)
	if !keepsPeople(v.frame.Actor) {
		return workflow.ErrNotFound
	}
	list, err := s.Accounts.Users(v.ctx, scope, v.QueryParam("q"))
	if err != nil {
		return err
	}
	byPinyin(list, func(u *registry.UserRecord) string { return u.Name })
	return v.show(http.StatusOK, peopleTitle, peoplePage(list, v.QueryParam("q"), mayOpen(*v.frame.Actor)))
}

// person is one account with the forms that the reader may use.
type person struct {
	registry.UserRecord
	Houses   houses
	Key      string
	Written  url.Values
	Faults   map[string]string
	Keeps    bool // names, disabling and passwords
	Grants   bool // rights
	Members  bool // the reader keeps accounts of organizations' people alone
	Me       workflow.ID
	Ends     bool // sessions
	Erases   bool // personal data
	Sessions []edge.SessionInfo
	Language string
}

// houses are the organizations and agencies that an account can belong to.
type houses struct {
	Organizations []registry.OrganizationRecord
	Agencies      []registry.AgencyRecord
}

func (s *site) houses(v *visit) (h houses, err error) {
	if h.Organizations, err = s.Records.Organizations(v.ctx, registry.RecordScopeOf(*v.frame.Actor), ""); err != nil {
		return h, err
	}
	byPinyin(h.Organizations, func(o *registry.OrganizationRecord) string { return o.Name })
	h.Agencies, err = s.agenciesByName(v)
	return h, err
}

// person reads the account that the address names; none for a new one.
func (s *site) person(v *visit) (*person, error) {
	actor := *v.frame.Actor
	scope := registry.RecordScopeOf(actor)
	if !keepsPeople(v.frame.Actor) {
		return nil, workflow.ErrNotFound
	}
	p := &person{Faults: map[string]string{}, Key: workflow.NewID(time.Now()), Language: v.frame.Lang,
		Written: url.Values{},
		Keeps:   vet.May(actor, workflow.KindUser, "change"), Grants: vet.May(actor, workflow.KindRole, "grant"),
		Members: !scope.Accounts, Me: actor.ID}
	var err error
	if p.Houses, err = s.houses(v); err != nil {
		return nil, err
	}
	if id := v.Param("id"); id != "" {
		u, err := s.Accounts.User(v.ctx, scope, id)
		if err != nil {
			return nil, err
		}
		p.UserRecord = *u
		p.Erases = vet.May(*v.frame.Actor, workflow.KindErasure, "erase") && id != v.frame.Actor.ID
		if p.Ends = registry.MayKeepSessions(actor, id) == nil && id != actor.ID; p.Ends {
			if p.Sessions, err = s.Keeper.Live(v.ctx, id); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

func (s *site) personPage(v *visit) error {
	p, err := s.person(v)
	if err != nil {
		return err
	}
	return v.show(http.StatusOK, peopleTitle, personView(p))
}

func (s *site) newPersonPage(v *visit) error {
	p, err := s.person(v)
	if err != nil {
		return err
	}
	if !mayOpen(*v.frame.Actor) {
		return workflow.ErrNotFound
	}
	return v.show(http.StatusOK, peopleTitle, newPersonView(p))
}

// mayOpen reports whether the actor opens accounts: the system administrator, or who keeps an organization's people.
func mayOpen(a workflow.Actor) bool {
	return vet.May(a, workflow.KindUser, "create") || vet.May(a, workflow.KindUser, "create_member")
}

// keepsPeople reports whether accounts are the reader's to look after.
func keepsPeople(a *workflow.Actor) bool {
	return registry.RecordScopeOf(*a).Accounts || mayOpen(*a)
}

// addPerson opens an account without any right.
func (s *site) addPerson(v *visit) error {
	n := registry.NewUser{Login: v.FormValue("login"), Name: v.FormValue("name"),
		Organization: v.FormValue("organization"), Agency: v.FormValue("agency")}
	u, err := s.Registry.AddUser(v.ctx, *v.frame.Actor, n, v.recordCommand("user", n))
	if err != nil {
		return s.personFault(v, err, newPersonView)
	}
	return s.showHalf(v, u)
}

// changePerson changes what its form names: the name, or whether the account is disabled.
func (s *site) changePerson(v *visit) error {
	var c registry.UserChange
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	switch form.Get("what") {
	case "name":
		name := form.Get("name")
		c.Name = &name
	case "disable", "restore":
		disabled := form.Get("what") == "disable"
		c.Disabled = &disabled
	}
	cmd := v.recordCommand("change", c)
	if n, err := strconv.Atoi(form.Get("_version")); err == nil {
		cmd.Version = &n
	}
	if _, err := s.Registry.ChangeUser(v.ctx, *v.frame.Actor, v.Param("id"), c, cmd); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.onward("/people/"+v.Param("id"), "done")
}

func (s *site) grantRole(v *visit) error {
	n := workflow.NewRole{Role: workflow.Role(v.FormValue("role")), Region: v.FormValue("region"),
		Agency: v.FormValue("agency"), Organization: v.FormValue("organization"),
		Country: v.FormValue("country") != ""}
	if _, err := s.Registry.GrantRole(v.ctx, *v.frame.Actor, v.Param("id"), n, v.recordCommand("role", n)); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.onward("/people/"+v.Param("id"), "done")
}

func (s *site) endRole(v *visit) error {
	if _, err := s.Registry.EndRole(v.ctx, *v.frame.Actor, v.FormValue("grant"),
		v.recordCommand("end", v.FormValue("grant"))); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.onward("/people/"+v.Param("id"), "done")
}

// recordCommand is what a change of a record comes with.
func (v *visit) recordCommand(part string, said any) registry.RecordCommand {
	return registry.RecordCommand{Key: keyOf(v.FormValue("_key"), part), Digest: digestOf(v.Request().URL.Path, said),
		Note: strings.TrimSpace(v.FormValue("note"))}
}

// personFault shows the page again with what is wrong; what was written stays.
func (s *site) personFault(v *visit, cause error, view func(*person) component) error {
	var invalid *workflow.Invalid
	var refused *workflow.Refused
	if !errors.As(cause, &invalid) && !errors.As(cause, &refused) {
		return cause
	}
	p, err := s.person(v)
	if err != nil {
		return err
	}
	form, err := v.FormParams()
	if err != nil {
		return err
	}
	p.Written = form
	if invalid != nil {
		for _, f := range invalid.Fields {
			p.Faults[f.Field] = f.Message.In(v.frame.Lang)
		}
	} else {
		for _, r := range refused.Refusals {
			p.Faults[""] = strings.TrimSpace(p.Faults[""] + " " + r.Message.In(v.frame.Lang))
		}
	}
	return v.show(http.StatusUnprocessableEntity, peopleTitle, view(p))
}

// live are the roles that hold now.
func (p *person) live(now time.Time) []registry.RoleRecord {
	return slices.DeleteFunc(slices.Clone(p.Roles), func(r registry.RoleRecord) bool {
		return r.Until != nil &&
			!r.Until.After(now)
	})
}

func (s *site) passwordPage(v *visit) error {
	return v.show(http.StatusOK, passwordTitle, passwordForm(nil))
}

// changePassword changes one's own password. Every session ends, this one too.
func (s *site) changePassword(v *visit) error {
	next := v.FormValue("next")
	faults := map[string]string{}
	if next != v.FormValue("again") {
		faults["again"] = unlike.In(v.frame.Lang)
		return v.show(http.StatusUnprocessableEntity, passwordTitle, passwordForm(faults))
	}
	_, err := s.Registry.ChangePassword(v.ctx, *v.frame.Actor, v.FormValue("present"), next, registry.RecordCommand{})
	var invalid *workflow.Invalid
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			faults[f.Field] = f.Message.In(v.frame.Lang)
		}
		return v.show(http.StatusUnprocessableEntity, passwordTitle, passwordForm(faults))
	}
	if err != nil {
		return err
	}
	return v.onward("/login", "password")
}
