package workflow

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"incubase/workflow/password"
)

// Throttled is too many tries: come back later.
type Throttled struct{ After time.Duration }

func (e *Throttled) Error() string {
	return fmt.Sprintf("too many tries: wait %s", e.After.Round(time.Second))
}

// Errors of signing in.
var (
	ErrWrongLogin = errors.New("wrong login or password") // 401, the same for both
	ErrNoSession  = errors.New("no session, or it has ended")
	ErrTokenUsed  = errors.New("the one-time token was used already or is over") // 410
)

// NewUser opens an account. Roles come separately, from the security administrator.
type NewUser struct {
	Login        string `json:"login"`
	Name         string `json:"name"`
	Organization ID     `json:"organization,omitempty"`
	Agency       ID     `json:"agency,omitempty"`
	Password     string `json:"password"`
}

// UserChange says what to change; nil leaves a field as it is.
type UserChange struct {
	Name         *string `json:"name,omitempty"`
	Organization *ID     `json:"organization,omitempty"`
	Agency       *ID     `json:"agency,omitempty"`
	Disabled     *bool   `json:"disabled,omitempty"`
	Password     *string `json:"password,omitempty"` // an administrator's reset
}

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._@-]{1,63}$`)

// AddWithHash opens an account with a password that nobody chose, as the system. The demonstration's loader alone may: its
// password is everybody's, and no rule about passwords lets it pass.
func (r *Registry) AddWithHash(ctx context.Context, n NewUser, hash string, cmd RecordCommand) (*UserRecord, error) {
	return r.addUser(ctx, System(), n, hash, cmd)
}

// AddUser opens an account without any right.
func (r *Registry) AddUser(ctx context.Context, actor Actor, n NewUser, cmd RecordCommand) (*UserRecord, error) {
	return r.addUser(ctx, actor, n, "", cmd)
}

func (r *Registry) addUser(ctx context.Context, actor Actor, n NewUser, hash string, cmd RecordCommand) (*UserRecord, error) {
	return create[UserRecord](ctx, r, actor, cmd, KindUser, func() (UserRecord, string, error) {
		u := UserRecord{ID: NewID(r.now()), Login: strings.ToLower(strings.TrimSpace(n.Login)), Name: n.Name,
			Organization: n.Organization, Agency: n.Agency, Roles: []RoleRecord{}}
		if err := allow(actor, KindUser, "create", subject{}); err != nil {
			return u, "", err
		}
		var f faults
		if !loginForm.MatchString(u.Login) {
			f.say("login", "登录名为 2 到 64 位小写字母、数字和 . _ @ -", "a login has 2 to 64 small letters, digits and . _ @ -")
		}
		u.check(&f)
		if n.Password != "" {
			f.password("password", n.Password, u.Login, u.Name)
		}
		if err := f.err(); err != nil || n.Password == "" {
			return u, hash, err
		}
		hash, err := r.Passwords.HashPassword(ctx, n.Password)
		return u, hash, err
	})
}

// ChangeUser changes an account: names by the system administrator, passwords by whoever may reset that person's.
// Disabling and resetting end every session of the account at once.
func (r *Registry) ChangeUser(ctx context.Context, actor Actor, id ID, c UserChange, cmd RecordCommand) (*UserRecord, error) {
	return change(ctx, r, actor, cmd, KindUser, id, func(before UserRecord) (edit[UserRecord], error) {
		u, none := before, edit[UserRecord]{}
		if !RecordScopeOf(actor).seesUser(u) {
			return none, ErrNotFound
		}
		if id == SystemID || id == ObjectorID {
			return none, &Refused{Action: "user.change", Refusals: []Refusal{*no("no_person", "这是系统账号，不能修改", "this account is no person and never changes")}}
		}
		for _, act := range c.acts(u) {
			if err := allow(actor, KindUser, act, subject{user: id}); err != nil {
				return none, err
			}
		}
		var f faults
		set(&u.Name, c.Name)
		set(&u.Organization, c.Organization)
		set(&u.Agency, c.Agency)
		set(&u.Disabled, c.Disabled)
		u.check(&f)
		return r.withPassword(ctx, u, "password", c.Password, &f)
	})
}

// acts are the rights a change needs.
func (c UserChange) acts(u UserRecord) (acts []string) {
	if c.Password != nil {
		acts = append(acts, u.resetAct())
	}
	if c.Disabled != nil {
		acts = append(acts, "disable")
	}
	if c.Name != nil || c.Organization != nil || c.Agency != nil || len(acts) == 0 {
		acts = append(acts, "change")
	}
	return acts
}

// resetAct keeps the powers apart: who may set a password may sign in with it.
func (u UserRecord) resetAct() string {
	if slices.ContainsFunc(u.Roles, func(r RoleRecord) bool { return r.Role.Administrative() }) {
		return "reset_administrator"
	}
	return "reset"
}

func (r *Registry) withPassword(ctx context.Context, u UserRecord, field string, chosen *string, f *faults) (edit[UserRecord], error) {
	e := edit[UserRecord]{after: u, op: "change"}
	if chosen != nil {
		about, err := r.Passwords.KnownOf(ctx, u.ID)
		if err != nil {
			return e, err
		}
		f.password(field, *chosen, append(about, u.Login, u.Name)...)
	}
	if err := f.err(); err != nil || chosen == nil {
		return e, err
	}
	var err error
	e.op = "password"
	e.secret, err = r.Passwords.HashPassword(ctx, *chosen)
	return e, err
}

// ChangePassword changes the actor's own password, with the present one. All sessions end, this one too.
func (r *Registry) ChangePassword(ctx context.Context, actor Actor, present, next string, cmd RecordCommand) (*UserRecord, error) {
	return change(ctx, r, actor, cmd, KindUser, actor.ID, func(u UserRecord) (edit[UserRecord], error) {
		var f faults
		right, err := r.Passwords.CheckPassword(ctx, actor.ID, present)
		if err != nil {
			return edit[UserRecord]{}, err
		}
		if !right {
			f.say("present", "现在的密码不对", "the present password is wrong")
		} else if next == present {
			f.say("new", "新密码不能与现在的密码相同", "the new password is the present one: choose another")
		}
		return r.withPassword(ctx, u, "new", &next, &f)
	})
}

func (u *UserRecord) check(f *faults) {
	f.line("name", &u.Name, 1, 60)
	f.ids(map[string]ID{"organization": u.Organization, "agency": u.Agency})
	if u.Organization != "" && u.Agency != "" {
		f.say("agency", "一个账号属于一个组织或一个单位，不能同时属于两者", "an account belongs to an organization or to an agency, not to both")
	}
}

// seesUser tells whether an account is in the scope: administrators see all, people themselves and their own house.
func (s RecordScope) seesUser(u UserRecord) bool {
	return s.Everything || s.Accounts || u.ID == s.User || u.Organization != "" && slices.Contains(s.Organizations, u.Organization)
}

// password refuses what is guessed first; about is what a guesser may know of the owner.
func (f *faults) password(field, chosen string, about ...string) {
	if why := password.Weak(chosen, about...); why != nil {
		f.say(field, why.ZH, why.EN)
	}
}
