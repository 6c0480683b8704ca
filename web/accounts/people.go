package accounts

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"incubase/web/ui"
	"incubase/workflow"
	"incubase/workflow/registry"
	"incubase/workflow/text"
	"incubase/workflow/vet"
)

var (
	PeopleTitle   = text.Text{ZH: "账号", EN: "Accounts"}
	unlike        = text.Text{ZH: "两次输入的新密码不一样", EN: "the new password was not typed alike twice"}
	passwordTitle = text.Text{ZH: "修改密码", EN: "Change the password"}
)

func (s *AccountPages) People(v *ui.Visit) error {
	scope := registry.RecordScopeOf(*v.Frame.Actor)
	if !ui.KeepsPeople(v.Frame.Actor) {
		return workflow.ErrNotFound
	}
	list, _, err := s.Accounts.Users(v.Ctx, scope, registry.RecordQuery{Words: v.QueryParam("q"), Limit: workflow.MaxPage})
	if err != nil {
		return err
	}
	ui.ByPinyin(list, func(u *registry.UserRecord) string { return u.Name })
	return v.Show(http.StatusOK, PeopleTitle, peoplePage(list, v.QueryParam("q"), ui.MayOpen(*v.Frame.Actor)))
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
	Members  bool // of organizations only
	Me       workflow.ID
	Ends     bool // sessions
	Erases   bool // personal data
	Sessions []registry.SessionInfo
	Language string
}

// houses are the choices of organization and agency.
type houses struct {
	Organizations []registry.OrganizationRecord
	Agencies      []registry.AgencyRecord
}

func (s *AccountPages) houses(v *ui.Visit) (h houses, err error) {
	if h.Organizations, _, err = s.Records.Organizations(v.Ctx, registry.RecordScopeOf(*v.Frame.Actor),
		registry.RecordQuery{Limit: workflow.MaxPage}); err != nil {
		return h, err
	}
	ui.ByPinyin(h.Organizations, func(o *registry.OrganizationRecord) string { return o.Name })
	h.Agencies, err = s.AgenciesByName(v)
	return h, err
}

// person reads the account of the address; an empty one if new.
func (s *AccountPages) person(v *ui.Visit) (*person, error) {
	actor := *v.Frame.Actor
	scope := registry.RecordScopeOf(actor)
	if !ui.KeepsPeople(v.Frame.Actor) {
		return nil, workflow.ErrNotFound
	}
	p := &person{Faults: map[string]string{}, Key: workflow.NewID(time.Now()), Language: v.Frame.Lang,
		Written: url.Values{},
		Keeps:   vet.May(actor, workflow.KindUser, "change"), Grants: vet.May(actor, workflow.KindRole, "grant"),
		Members: !scope.Accounts, Me: actor.ID}
	var err error
	if p.Houses, err = s.houses(v); err != nil {
		return nil, err
	}
	if id := v.Param("id"); id != "" {
		u, err := registry.Read[registry.UserRecord](v.Ctx, s.Records, scope, id)
		if err != nil {
			return nil, err
		}
		p.UserRecord = *u
		p.Erases = vet.May(*v.Frame.Actor, workflow.KindErasure, "erase") && id != v.Frame.Actor.ID
		if p.Ends = registry.MayKeepSessions(actor, id) == nil && id != actor.ID; p.Ends {
			if p.Sessions, err = s.LiveSessions(v.Ctx, id); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

func (s *AccountPages) PersonPage(v *ui.Visit) error {
	p, err := s.person(v)
	if err != nil {
		return err
	}
	return v.Show(http.StatusOK, PeopleTitle, personView(p))
}

func (s *AccountPages) NewPersonPage(v *ui.Visit) error {
	p, err := s.person(v)
	if err != nil {
		return err
	}
	if !ui.MayOpen(*v.Frame.Actor) {
		return workflow.ErrNotFound
	}
	return v.Show(http.StatusOK, PeopleTitle, newPersonView(p))
}

func (s *AccountPages) AddPerson(v *ui.Visit) error {
	n := registry.NewUser{Login: v.FormValue("login"), Name: v.FormValue("name"),
		Organization: v.FormValue("organization"), Agency: v.FormValue("agency")}
	u, err := s.Registry.AddUser(v.Ctx, *v.Frame.Actor, n, RecordCommand(v, "user", n))
	if err != nil {
		return s.personFault(v, err, newPersonView)
	}
	return s.showHalf(v, u)
}

func (s *AccountPages) ChangePerson(v *ui.Visit) error {
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
	cmd := RecordCommand(v, "change", c)
	if n, err := strconv.Atoi(form.Get("_version")); err == nil {
		cmd.Version = &n
	}
	if _, err := s.Registry.ChangeUser(v.Ctx, *v.Frame.Actor, v.Param("id"), c, cmd); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.Onward("/people/"+v.Param("id"), "done")
}

func (s *AccountPages) GrantRole(v *ui.Visit) error {
	n := workflow.NewRole{Role: workflow.Role(v.FormValue("role")), Region: v.FormValue("region"),
		Agency: v.FormValue("agency"), Organization: v.FormValue("organization"),
		Country: v.FormValue("country") != ""}
	if _, err := s.Registry.GrantRole(v.Ctx, *v.Frame.Actor, v.Param("id"), n, RecordCommand(v, "role", n)); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.Onward("/people/"+v.Param("id"), "done")
}

func (s *AccountPages) EndRole(v *ui.Visit) error {
	if _, err := s.Registry.EndRole(v.Ctx, *v.Frame.Actor, v.FormValue("grant"),
		RecordCommand(v, "end", v.FormValue("grant"))); err != nil {
		return s.personFault(v, err, personView)
	}
	return v.Onward("/people/"+v.Param("id"), "done")
}

// RecordCommand builds the command of a record's change.
func RecordCommand(v *ui.Visit, part string, said any) registry.RecordCommand {
	return registry.RecordCommand{Key: ui.KeyOf(v.FormValue("_key"), part), Digest: ui.DigestOf(v.Request().URL.Path,
		said),
		Note: strings.TrimSpace(v.FormValue("note"))}
}

// personFault shows the page again with faults and input.
func (s *AccountPages) personFault(v *ui.Visit, cause error, view func(*person) component) error {
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
			p.Faults[f.Field] = f.Message.In(v.Frame.Lang)
		}
	} else {
		for _, r := range refused.Refusals {
			p.Faults[""] = strings.TrimSpace(p.Faults[""] + " " + r.Message.In(v.Frame.Lang))
		}
	}
	return v.Show(http.StatusUnprocessableEntity, PeopleTitle, view(p))
}

func (p *person) live(now time.Time) []registry.RoleRecord {
	return slices.DeleteFunc(slices.Clone(p.Roles), func(r registry.RoleRecord) bool {
		return r.Until != nil &&
			!r.Until.After(now)
	})
}

func (s *AccountPages) PasswordPage(v *ui.Visit) error {
	return v.Show(http.StatusOK, passwordTitle, passwordForm(nil))
}

// ChangePassword changes the reader's password and ends all sessions, this one too.
func (s *AccountPages) ChangePassword(v *ui.Visit) error {
	next := v.FormValue("next")
	faults := map[string]string{}
	if next != v.FormValue("again") {
		faults["again"] = unlike.In(v.Frame.Lang)
		return v.Show(http.StatusUnprocessableEntity, passwordTitle, passwordForm(faults))
	}
	_, err := s.Registry.ChangePassword(v.Ctx, *v.Frame.Actor, v.FormValue("present"), next, registry.RecordCommand{})
	var invalid *workflow.Invalid
	if errors.As(err, &invalid) {
		for _, f := range invalid.Fields {
			faults[f.Field] = f.Message.In(v.Frame.Lang)
		}
		return v.Show(http.StatusUnprocessableEntity, passwordTitle, passwordForm(faults))
	}
	if err != nil {
		return err
	}
	return v.Onward("/login", "password")
}
