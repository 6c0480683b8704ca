package workflow

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// person erases an account: first the person's name on cases and the roles, each an act of its own, and the account
// last, so that who is interrupted begins again and finds the rest.
func (e *Eraser) person(ctx context.Context, actor Actor, x Erasure, id ID) error {
	var u UserRecord
	earlier, err := e.Registry.Store.ReadRecord(ctx, KindUser, x.User, actor.ID, x.Key, &u)
	if err != nil {
		return err
	}
	if earlier != nil {
		_, err := replay[UserRecord](ctx, e.Registry, actor, RecordCommand{Key: x.Key, Digest: x.Digest}, earlier)
		return err
	}
	for _, g := range u.Roles {
		if g.Role.Administrative() {
			return &Refused{Action: EraseAction, Refusals: []Refusal{*no("administrator", "管理员账号须先收回管理员角色，再删除",
				"an administrator's role is ended first, and the account erased then")}}
		}
	}
	name := pseudonym(x.User)
	refs, err := e.Store.NamedOn(ctx, x.User)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		part := Erasure{Kind: eraseName, Case: ref, User: x.User, Reason: x.Reason, Key: subkey(x.Key, ref), Digest: x.Digest,
			pseudonym: name.Name}
		if err := e.Desk.erase(ctx, actor, part, part.id(actor), e.Store); err != nil {
			return fmt.Errorf("erase the name on %s: %w", ref, err)
		}
	}
	for _, g := range u.Roles {
		if _, err := e.Registry.EndRole(ctx, actor, g.ID,
			RecordCommand{Key: subkey(x.Key, g.ID), Digest: x.Digest, Note: x.Reason}); err != nil {
			return fmt.Errorf("end role %s: %w", g.Role, err)
		}
	}
	return e.Registry.eraseUser(ctx, actor, x, id, name)
}

func subkey(key, part string) string { return key + "/" + part }

// pseudonym is the name of an erased person: one each, so that acts of two stay apart.
func pseudonym(id ID) UserRecord {
	tail := strings.ReplaceAll(id, "-", "")[20:]
	return UserRecord{Login: "erased-" + tail, Name: "已注销人员 " + tail}
}

// Pseudonymous reports whether an account was erased.
func (u *UserRecord) Pseudonymous() bool { return u.Login == pseudonym(u.ID).Login }

func (r *Registry) eraseUser(ctx context.Context, actor Actor, x Erasure, id ID, name UserRecord) error {
	_, err := change(ctx, r, actor, RecordCommand{Key: x.Key, Digest: x.Digest, Note: x.Reason}, KindUser, x.User,
		func(u UserRecord) (edit[UserRecord], error) {
			if u.Pseudonymous() {
				return edit[UserRecord]{}, &Refused{Action: EraseAction,
					Refusals: []Refusal{*no("nothing_to_erase", "已经删除，没有可删除的内容", "there is nothing left to erase")}}
			}
			u.Login, u.Name, u.Disabled, u.Roles, u.Reset = name.Login, name.Name, true, []RoleRecord{}, nil
			return edit[UserRecord]{after: u, op: "erased", erases: x.entry(actor, id)}, nil
		})
	return err
}

// EraseEntryDoc is what the store is told of an erasing in the log of a record.
type EraseEntryDoc struct {
	ID     ID          `json:"id"`
	Kind   ErasureKind `json:"kind"`
	Record RecordKind  `json:"record_kind"`
	Of     string      `json:"record_id"`
	Entry  int         `json:"entry,omitempty"` // of its log; 0 is all
	Actor  ID          `json:"actor_id"`
	At     time.Time   `json:"at"`
	Reason string      `json:"reason"`
}

func (x *Erasure) entry(actor Actor, id ID) *EraseEntryDoc {
	d := &EraseEntryDoc{ID: id, Kind: x.Kind, Record: x.Record, Of: x.RecordID, Entry: x.Entry, Actor: actor.ID,
		Reason: x.Reason}
	if x.Kind == ErasePerson {
		d.Record, d.Of = KindUser, x.User
	}
	return d
}

// eraseEntry takes away what one entry of a record's log says. The record stands as it does; its log says that this was
// done.
func (r *Registry) eraseEntry(ctx context.Context, actor Actor, x Erasure, id ID) error {
	cmd := RecordCommand{Key: x.Key, Digest: x.Digest, Note: x.Reason}
	switch x.Record {
	case KindOrganization:
		return eraseEntryOf[OrganizationRecord](ctx, r, actor, cmd, x, id)
	case KindProject:
		return eraseEntryOf[ProjectRecord](ctx, r, actor, cmd, x, id)
	case KindUser:
		return eraseEntryOf[UserRecord](ctx, r, actor, cmd, x, id)
	case KindAgency:
		return eraseEntryOf[AgencyRecord](ctx, r, actor, cmd, x, id)
	}
	return &Invalid{Fields: []FieldError{{"record", Text{ZH: "只有组织、项目、账号和单位的变更记录含个人信息",
		EN: "entries about organizations, projects, accounts and agencies can be erased"}}}}
}

func eraseEntryOf[T any, P interface {
	*T
	record
}](ctx context.Context, r *Registry, actor Actor, cmd RecordCommand, x Erasure, id ID) error {
	_, err := change[T, P](ctx, r, actor, cmd, x.Record, x.RecordID, func(before T) (edit[T], error) {
		return edit[T]{after: before, op: "entry_erased", erases: x.entry(actor, id)}, nil
	})
	return err
}
