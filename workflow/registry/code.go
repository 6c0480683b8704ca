package registry

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"slices"
	"strings"
	"time"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/vet"
)

// Only its owner knows a password. To open or reset an account, two people of different powers each see one half of a
// code: one starts it, the other approves it. With both halves the owner chooses the password. So no single person,
// administrators included, can act as another.

// A code waits CodeWaits for its second half, then holds for CodeHolds. CodeTries wrong tries with one right half
// void it.
const (
	CodeWaits = 24 * time.Hour
	CodeHolds = time.Hour
	CodeTries = 5
)

// ErrWrongCode is the same for a wrong, ended or used code and for an unknown account.
var ErrWrongCode = errors.New("wrong code, or it is over")

// ResetRecord is a pending code of an account. The store keeps only the hashes of its halves.
type ResetRecord struct {
	ID        workflow.ID `json:"id"`
	StartedBy workflow.ID `json:"started_by"`
	Started   time.Time   `json:"started_at"`
	Approval  workflow.ID `json:"approval,omitempty"`
	Approved  workflow.ID `json:"approved_by,omitempty"`
	Ends      *time.Time  `json:"ends_at,omitempty" doc:"Until when its owner may choose a password; nothing before the approval."`
}

// CodeHalf is an account with the half of its code that one person sees, once.
type CodeHalf struct {
	UserRecord
	Half string `json:"half,omitempty" doc:"Shown this once and kept nowhere; a repeated request does not get it."`
}

type AccountFacts struct {
	Organization workflow.ID      // that the user acts for; "" where none
	Region       region.Code      // of that organization
	Heads        int              // certifiers of it, besides the user, who can sign in
	Starter      []workflow.Grant // of the user who started the pending code
	StarterHouse workflow.ID      // that user's organization
	Password     string           // hash; "" where none was chosen yet
}

type Codes interface {
	AccountFacts(ctx context.Context, user workflow.ID) (*AccountFacts, error)
	// TryCode returns the account of a code; ErrWrongCode where there is none, *Throttled after too many tries.
	TryCode(ctx context.Context, login string, first, second workflow.Hash, address string) (workflow.ID, error)
	SamePassword(ctx context.Context, hash, password string) (bool, error)
}

// alphabet leaves out letters that look like digits.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newHalf returns 64 random bits in 13 letters, in groups that are read out.
func newHalf() string {
	var b [13]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	for i := range b {
		b[i] = alphabet[b[i]%32]
	}
	return string(b[:4]) + "-" + string(b[4:8]) + "-" + string(b[8:])
}

// HalfHash returns the hash by which a half is kept and compared, in whatever form it was typed.
func HalfHash(half string) workflow.Hash {
	plain := strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // full width
			r = r - '！' + '!'
		}
		switch r = upper(r); {
		case r == 'O':
			return '0'
		case r == 'I', r == 'L':
			return '1'
		case strings.ContainsRune(alphabet, r):
			return r
		}
		return -1
	}, half[:min(len(half), 100)])
	return sha256.Sum256([]byte("incubase-code-1\n" + plain))
}

func upper(r rune) rune {
	if r >= 'a' && r <= 'z' {
		return r - 'a' + 'A'
	}
	return r
}

// powers returns the right that a half of this account's code takes, and its holders. An administrator's code needs
// the two other administrators. That of an organization's user needs the officer of its place and its certifier, or
// the security administrator where it has no other certifier. All others need system and security administrator.
func (u *UserRecord) powers(f *AccountFacts) (act string, powers []workflow.Role) {
	var administers []workflow.Role
	for _, r := range u.Roles {
		if r.Role.Administrative() && (r.Until == nil || r.Until.After(time.Now())) {
			administers = append(administers, r.Role)
		}
	}
	switch {
	case len(administers) > 0:
		return "reset_administrator", slices.DeleteFunc([]workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin,
			workflow.RoleAuditadmin},
			func(r workflow.Role) bool { return slices.Contains(administers, r) })
	case f.Organization != "" && f.Heads > 0:
		return "reset_member", []workflow.Role{workflow.RoleOfficer, workflow.RoleCertifier}
	case f.Organization != "":
		return "reset_member", []workflow.Role{workflow.RoleOfficer, workflow.RoleSecadmin}
	}
	return "reset", []workflow.Role{workflow.RoleSysadmin, workflow.RoleSecadmin}
}

// hands returns the powers by which an actor may hold a half.
func hands(a workflow.Actor, act string, powers []workflow.Role, s workflow.Subject) (out []workflow.Role) {
	if a.ID == s.User {
		return nil
	}
	for _, x := range workflow.Rights {
		if x.Kind == workflow.KindUser && x.Act == act && slices.Contains(powers, x.Role) && !slices.Contains(out, x.Role) &&
			x.Reaches(a, s) {
			out = append(out, x.Role)
		}
	}
	return out
}

func labels(roles []workflow.Role) workflow.Text {
	var t workflow.Text
	for i, r := range roles {
		if i > 0 {
			t.ZH, t.EN = t.ZH+"、", t.EN+" and "
		}
		t.ZH, t.EN = t.ZH+r.Label().ZH, t.EN+r.Label().EN
	}
	return t
}

// mayHold refuses actors without a right to a half, and a second half by the same power.
func (r *Registry) mayHold(ctx context.Context, actor workflow.Actor, u *UserRecord) (*AccountFacts, error) {
	f, err := r.Codes.AccountFacts(ctx, u.ID)
	if err != nil {
		return nil, err
	}
	act, powers := u.powers(f)
	s := workflow.Subject{User: u.ID, Organization: f.Organization, Region: f.Region}
	mine := hands(actor, act, powers, s)
	if len(mine) == 0 {
		if actor.ID == u.ID {
			return nil, vet.Allow(actor, workflow.KindUser, act, s)
		}
		who := labels(powers)
		return nil, &workflow.Refused{Action: "user." + act,
			Refusals: []workflow.Refusal{*workflow.Forbid("two_halves", "这个账号由%[1]s各持一半代码办理",
				"the two halves of this account's code are held by: %[2]s", who.ZH, who.EN)}}
	}
	if u.Reset != nil && u.Reset.Approved == "" && u.Reset.StartedBy != actor.ID {
		started := hands(workflow.Actor{ID: u.Reset.StartedBy, Organization: f.StarterHouse, Roles: f.Starter}, act, powers,
			s)
		for _, a := range mine {
			if slices.ContainsFunc(started, func(b workflow.Role) bool { return b != a }) {
				return f, nil
			}
		}
		who := labels(powers)
		return f, &workflow.Refused{Action: "user." + act,
			Refusals: []workflow.Refusal{*workflow.No("two_powers", "两半代码须由不同职责的两人持有：%[1]s",
				"the two halves are held by two powers: %[2]s", who.ZH, who.EN)}}
	}
	return f, nil
}

func disabled(u UserRecord) error {
	if u.Disabled {
		return &workflow.Refused{Action: "user.reset", Refusals: []workflow.Refusal{*workflow.No("account_disabled",
			"账号已停用，请先恢复使用",
			"the account is disabled: restore it first")}}
	}
	if u.ID == workflow.SystemID || u.ID == workflow.ObjectorID {
		return &workflow.Refused{Action: "user.reset", Refusals: []workflow.Refusal{*workflow.No("no_person", "这是系统账号，不能修改",
			"this account is no person and never changes")}}
	}
	return nil
}

// StartReset returns the first half of a new code; an earlier code becomes void.
func (r *Registry) StartReset(ctx context.Context, actor workflow.Actor, id workflow.ID, cmd RecordCommand) (*CodeHalf,
	error) {
	half, reset := newHalf(), workflow.ID("")
	out, err := Change(ctx, r, actor, cmd, workflow.KindUser, id, func(u UserRecord) (Edit[UserRecord], error) {
		fresh := u
		fresh.Reset = nil // the actor may have started the earlier code too
		if _, err := r.mayHold(ctx, actor, &fresh); err != nil {
			return Edit[UserRecord]{}, unknownUser(actor, u, err)
		}
		if err := disabled(u); err != nil {
			return Edit[UserRecord]{}, err
		}
		u.Reset = &ResetRecord{ID: workflow.NewID(time.Now()), StartedBy: actor.ID,
			Started: time.Now().UTC().Truncate(time.Second)}
		reset = u.Reset.ID
		return Edit[UserRecord]{After: u, Op: "reset_started", secret: HalfHash(half).String()}, nil
	})
	if err != nil {
		return nil, err
	}
	if out.Reset == nil || out.Reset.ID != reset { // an earlier answer under the same key
		half = ""
	}
	return &CodeHalf{*out, half}, nil
}

// ApproveReset approves another's code and returns its second half.
func (r *Registry) ApproveReset(ctx context.Context, actor workflow.Actor, id workflow.ID,
	cmd RecordCommand) (*CodeHalf, error) {
	half, approval := newHalf(), workflow.ID("")
	out, err := Change(ctx, r, actor, cmd, workflow.KindUser, id, func(u UserRecord) (Edit[UserRecord], error) {
		none := Edit[UserRecord]{}
		if _, err := r.mayHold(ctx, actor, &u); err != nil {
			return none, unknownUser(actor, u, err)
		}
		if err := disabled(u); err != nil {
			return none, err
		}
		switch {
		case u.Reset == nil:
			return none, refuseReset("no_reset", "没有待批准的代码，请先由另一人发起",
				"no code waits for approval: another person starts one first")
		case u.Reset.Approved != "":
			return none, refuseReset("reset_approved", "代码已经批准；遗失的话请重新发起",
				"the code is approved already; if a half is lost start another")
		case u.Reset.StartedBy == actor.ID:
			return none, refuseReset("two_persons", "发起人不能自己批准，请由另一人批准",
				"another person than the one who started the code has to approve it")
		}
		reset, ends := *u.Reset, time.Now().Add(CodeHolds).UTC().Truncate(time.Second)
		reset.Approved, reset.Approval, reset.Ends = actor.ID, workflow.NewID(time.Now()), &ends
		approval, u.Reset = reset.Approval, &reset
		return Edit[UserRecord]{After: u, Op: "reset_approved", secret: HalfHash(half).String()}, nil
	})
	if err != nil {
		return nil, err
	}
	if out.Reset == nil || out.Reset.Approval != approval {
		half = ""
	}
	return &CodeHalf{*out, half}, nil
}

// EndReset voids a pending code; every holder of a right to a half may.
func (r *Registry) EndReset(ctx context.Context, actor workflow.Actor, id workflow.ID, cmd RecordCommand) (*UserRecord,
	error) {
	return Change(ctx, r, actor, cmd, workflow.KindUser, id, func(u UserRecord) (Edit[UserRecord], error) {
		fresh := u
		fresh.Reset = nil
		if _, err := r.mayHold(ctx, actor, &fresh); err != nil {
			return Edit[UserRecord]{}, unknownUser(actor, u, err)
		}
		if u.Reset == nil {
			return Edit[UserRecord]{}, refuseReset("no_reset", "没有进行中的代码", "no code is under way")
		}
		u.Reset = nil
		return Edit[UserRecord]{After: u, Op: "reset_ended"}, nil
	})
}

func refuseReset(rule, zh, en string) error {
	return &workflow.Refused{Action: "user.reset",
		Refusals: []workflow.Refusal{{Rule: rule, Message: workflow.Text{ZH: zh, EN: en}}}}
}

// unknownUser hides accounts from actors who may not know of them.
func unknownUser(actor workflow.Actor, u UserRecord, err error) error {
	var no *workflow.Refused
	if errors.As(err, &no) && no.Forbidden() && !RecordScopeOf(actor).seesUser(u) {
		return workflow.ErrNotFound
	}
	return err
}

// ResetHere returns a whole code of an account to the operator of the machine.
func (r *Registry) ResetHere(ctx context.Context, id workflow.ID) (first, second string, err error) {
	first, second = newHalf(), newHalf()
	_, err = Change(ctx, r, workflow.System(), RecordCommand{}, workflow.KindUser, id,
		func(u UserRecord) (Edit[UserRecord], error) {
			if err := disabled(u); err != nil {
				return Edit[UserRecord]{}, err
			}
			now := time.Now().UTC().Truncate(time.Second)
			ends := now.Add(CodeHolds)
			u.Reset = &ResetRecord{ID: workflow.NewID(now), StartedBy: workflow.SystemID, Started: now,
				Approval: workflow.NewID(now), Approved: workflow.SystemID,
				Ends: &ends}
			return Edit[UserRecord]{After: u, Op: "reset_here", secret: HalfHash(first).String() + HalfHash(second).String()},
				nil
		})
	return first, second, err
}

type ChosenPassword struct {
	Login    string `json:"login" minLength:"1" maxLength:"64"`
	First    string `json:"first" minLength:"1" maxLength:"60" doc:"The half of the person who started it."`
	Second   string `json:"second" minLength:"1" maxLength:"60" doc:"The half of the person who approved it."`
	Password string `json:"password" minLength:"1" maxLength:"512"`
	Forget   bool   `json:"forget_factor,omitempty" doc:"The second factor is lost too: it goes, and another is enrolled after signing in."`
}

// ForgetFactor is the suffix of a secret that removes the second factor too.
const ForgetFactor = "\x00factor"

// ChoosePassword sets the password, ends all sessions of the account and uses up the code.
func (r *Registry) ChoosePassword(ctx context.Context, in ChosenPassword, address string) error {
	first, second := HalfHash(in.First), HalfHash(in.Second)
	id, err := r.Codes.TryCode(ctx, in.Login, first, second, address)
	if err != nil {
		return err
	}
	_, err = Change(ctx, r, workflow.Actor{ID: id}, RecordCommand{}, workflow.KindUser, id,
		func(u UserRecord) (Edit[UserRecord], error) {
			none := Edit[UserRecord]{}
			if u.Reset == nil || u.Disabled {
				return none, ErrWrongCode
			}
			f, err := r.Codes.AccountFacts(ctx, id)
			if err != nil {
				return none, err
			}
			var bad workflow.Faults
			if f.Password != "" {
				same, err := r.Codes.SamePassword(ctx, f.Password, in.Password)
				if err != nil {
					return none, err
				}
				if same {
					bad.Say("password", "新密码不能与原密码相同", "the new password is the present one: choose another")
				}
			}
			u.Reset = nil
			e, err := r.withPassword(ctx, u, "password", &in.Password, &bad)
			if err != nil {
				return none, err
			}
			e.Op, e.secret = "password_chosen", first.String()+second.String()+e.secret
			if in.Forget {
				e.secret += ForgetFactor
			}
			return e, nil
		})
	var stale *workflow.Stale
	if errors.Is(err, workflow.ErrMoved) || errors.As(err, &stale) { // used, ended or approved again meanwhile
		return ErrWrongCode
	}
	return err
}
