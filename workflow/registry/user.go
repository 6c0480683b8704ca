package registry

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/vet"
)

// Throttled refuses a try; After is the time to wait.
type Throttled struct{ After time.Duration }

func (e *Throttled) Error() string {
	return fmt.Sprintf("too many tries: wait %s", e.After.Round(time.Second))
}

var (
	ErrWrongLogin = errors.New("wrong login or password") // 401, the same for both
	ErrNoSession  = errors.New("no session, or it has ended")
	ErrTokenUsed  = errors.New("the one-time token was used already or is over") // 410
)

// NewUser opens an account. The security administrator grants its roles; the owner chooses the password.
type NewUser struct {
	Login        string      `json:"login"`
	Name         string      `json:"name"`
	Organization workflow.ID `json:"organization,omitempty"`
	Agency       workflow.ID `json:"agency,omitempty"`
}

type UserChange struct {
	Name         *string      `json:"name,omitempty"`
	Organization *workflow.ID `json:"organization,omitempty"`
	Agency       *workflow.ID `json:"agency,omitempty"`
	Disabled     *bool        `json:"disabled,omitempty"`
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// AddWithHash opens an account as the system. Only the demonstration's loader uses it: its password is public, and no
// password rule would pass it.
func (r *Registry) AddWithHash(ctx context.Context, n NewUser, hash string, cmd RecordCommand) (*UserRecord, error) {
	return create[UserRecord](ctx, r, workflow.System(), cmd, workflow.KindUser, func() (UserRecord, string, error) {
		u, err := r.newUser(ctx, workflow.System(), n, "")
		return u, hash, err
	})
}

// AddUser opens an account without rights, and returns the first half of the code by which its owner will choose a
// password; no code where the system opens it.
func (r *Registry) AddUser(ctx context.Context, actor workflow.Actor, n NewUser, cmd RecordCommand) (*CodeHalf, error) {
	half, opened := newHalf(), workflow.ID("")
	u, err := create[UserRecord](ctx, r, actor, cmd, workflow.KindUser, func() (UserRecord, string, error) {
		u, err := r.newUser(ctx, actor, n, "")
		opened = u.ID
		if err != nil || actor.ID == workflow.SystemID {
			return u, "", err
		}
		u.Reset = &ResetRecord{ID: workflow.NewID(time.Now()), StartedBy: actor.ID,
			Started: time.Now().UTC().Truncate(time.Second)}
		return u, HalfHash(half).String(), nil
	})
	if err != nil {
		return nil, err
	}
	if u.ID != opened || u.Reset == nil { // an earlier answer under the same key, or no code
		half = ""
	}
	return &CodeHalf{*u, half}, nil
}

// newUser returns the new account, if the actor may open it; before prefixes the fields of faults.
func (r *Registry) newUser(ctx context.Context, actor workflow.Actor, n NewUser, before string) (UserRecord, error) {
	u := UserRecord{ID: workflow.NewID(r.now()), Login: strings.ToLower(strings.TrimSpace(n.Login)), Name: n.Name,
		Organization: n.Organization, Agency: n.Agency, Roles: []RoleRecord{}}
	var f workflow.Faults
	act, s := "create", workflow.Subject{}
	if n.Organization != "" {
		act, s.Organization = "create_member", n.Organization
		var o OrganizationRecord
		switch _, err := r.Store.ReadRecord(ctx, workflow.KindOrganization, n.Organization, "", "", &o); {
		case errors.Is(err, workflow.ErrNotFound):
			f.Say("organization", "没有这个组织", "there is no such organization")
		case err != nil:
			return u, err
		}
		s.Region, u.Region = o.Region, o.Region
	}
	if err := vet.Allow(actor, workflow.KindUser, act, s); err != nil {
		return u, err
	}
	if !loginForm.MatchString(u.Login) {
		f.Say("login", "登录名为 2 到 64 位小写字母、数字和 . _ @ -", "a login has 2 to 64 small letters, digits and . _ @ -")
	}
	u.check(&f)
	for i := range f {
		f[i].Field = before + f[i].Field
	}
	return u, f.Err()
}

// ChangeUser changes an account. Disabling ends all its sessions and codes.
func (r *Registry) ChangeUser(ctx context.Context, actor workflow.Actor, id workflow.ID, c UserChange,
	cmd RecordCommand) (*UserRecord,
	error) {
	return Change(ctx, r, actor, cmd, workflow.KindUser, id, func(before UserRecord) (Edit[UserRecord], error) {
		u, none := before, Edit[UserRecord]{}
		if !RecordScopeOf(actor).seesUser(u) {
			return none, workflow.ErrNotFound
		}
		if id == workflow.SystemID || id == workflow.ObjectorID {
			return none, &workflow.Refused{Action: "user.change",
				Refusals: []workflow.Refusal{*workflow.No("no_person", "这是系统账号，不能修改",
					"this account is no person and never changes")}}
		}
		for _, act := range c.acts() {
			if err := vet.Allow(actor, workflow.KindUser, act, workflow.Subject{User: id}); err != nil {
				return none, err
			}
		}
		var f workflow.Faults
		set(&u.Name, c.Name)
		set(&u.Organization, c.Organization)
		set(&u.Agency, c.Agency)
		set(&u.Disabled, c.Disabled)
		u.check(&f)
		return Edit[UserRecord]{After: u, Op: "change"}, f.Err()
	})
}

func (c UserChange) acts() (acts []string) {
	if c.Disabled != nil {
		acts = append(acts, "disable")
	}
	if c.Name != nil || c.Organization != nil || c.Agency != nil || len(acts) == 0 {
		acts = append(acts, "change")
	}
	return acts
}

func (r *Registry) withPassword(ctx context.Context, u UserRecord, field string, chosen *string,
	f *workflow.Faults) (Edit[UserRecord], error) {
	e := Edit[UserRecord]{After: u, Op: "change"}
	if chosen != nil {
		about, err := r.Passwords.KnownOf(ctx, u.ID)
		if err != nil {
			return e, err
		}
		f.Password(field, *chosen, append(about, u.Login, u.Name)...)
	}
	if err := f.Err(); err != nil || chosen == nil {
		return e, err
	}
	var err error
	e.Op = "password"
	e.secret, err = r.Passwords.HashPassword(ctx, *chosen)
	return e, err
}

// ChangePassword checks the present password and changes the actor's own. All sessions end, the current one too.
func (r *Registry) ChangePassword(ctx context.Context, actor workflow.Actor, present, next string,
	cmd RecordCommand) (*UserRecord, error) {
	return Change(ctx, r, actor, cmd, workflow.KindUser, actor.ID, func(u UserRecord) (Edit[UserRecord], error) {
		var f workflow.Faults
		right, err := r.Passwords.CheckPassword(ctx, actor.ID, present)
		if err != nil {
			return Edit[UserRecord]{}, err
		}
		if !right {
			f.Say("present", "现在的密码不对", "the present password is wrong")
		} else if next == present {
			f.Say("new", "新密码不能与现在的密码相同", "the new password is the present one: choose another")
		}
		return r.withPassword(ctx, u, "new", &next, &f)
	})
}

func (u *UserRecord) check(f *workflow.Faults) {
	f.Line("name", &u.Name, 1, 60)
	f.IDs(map[string]workflow.ID{"organization": u.Organization, "agency": u.Agency})
	if u.Organization != "" && u.Agency != "" {
		f.Say("agency", "一个账号属于一个组织或一个单位，不能同时属于两者", "an account belongs to an organization or to an agency, not to both")
	}
}

// seesUser reports whether an account is in the scope: administrators see all, others themselves, their
// organization's users and, for officers, those of their place's organizations.
func (s RecordScope) seesUser(u UserRecord) bool {
	return s.Everything || s.Accounts || u.ID == s.User ||
		u.Organization != "" && (slices.Contains(s.Organizations, u.Organization) ||
			slices.ContainsFunc(s.Members, u.Region.Within))
}
