package erase

import (
	"context"
	"fmt"
	"strings"

	"incubase/workflow"
	"incubase/workflow/machine"
	"incubase/workflow/registry"
)

// person erases the name on cases and the roles first, each under a key of its own, and the account last: a
// repetition finishes an interrupted erasure.
func (e *Eraser) person(ctx context.Context, actor workflow.Actor, x Erasure, id workflow.ID) error {
	var u registry.UserRecord
	earlier, err := e.Registry.Store.ReadRecord(ctx, workflow.KindUser, x.User, actor.ID, x.Key, &u)
	if err != nil {
		return err
	}
	if earlier != nil {
		_, err := registry.Replay[registry.UserRecord](ctx, e.Registry, actor, registry.RecordCommand{Key: x.Key,
			Digest: x.Digest}, earlier)
		return err
	}
	for _, g := range u.Roles {
		if g.Role.Administrative() {
			return &workflow.Refused{Action: machine.EraseAction,
				Refusals: []workflow.Refusal{*workflow.No("administrator", "管理员账号须先收回管理员角色，再删除",
					"an administrator's role is ended first, and the account erased then")}}
		}
	}
	name := pseudonym(x.User)
	refs, err := e.Store.NamedOn(ctx, x.User)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		part := Erasure{Kind: workflow.EraseName, Case: ref, User: x.User, Reason: x.Reason, Key: subkey(x.Key, ref),
			Digest:    x.Digest,
			pseudonym: name.Name}
		if err := erase(e.Desk, ctx, actor, part, part.id(actor), e.Store); err != nil {
			return fmt.Errorf("erase the name on %s: %w", ref, err)
		}
	}
	for _, g := range u.Roles {
		if _, err := e.Registry.EndRole(ctx, actor, g.ID,
			registry.RecordCommand{Key: subkey(x.Key, g.ID), Digest: x.Digest, Note: x.Reason}); err != nil {
			return fmt.Errorf("end role %s: %w", g.Role, err)
		}
	}
	return eraseUser(e.Registry, ctx, actor, x, id, name)
}

func subkey(key, part string) string { return key + "/" + part }

// pseudonym returns one name for each erased person, so that acts of two stay distinct.
func pseudonym(id workflow.ID) registry.UserRecord {
	tail := strings.ReplaceAll(id, "-", "")[20:]
	return registry.UserRecord{Login: "erased-" + tail, Name: "已注销人员 " + tail}
}

func Pseudonymous(u *registry.UserRecord) bool { return u.Login == pseudonym(u.ID).Login }

func eraseUser(r *registry.Registry, ctx context.Context, actor workflow.Actor, x Erasure, id workflow.ID,
	name registry.UserRecord) error {
	_, err := registry.Change(ctx, r, actor, registry.RecordCommand{Key: x.Key, Digest: x.Digest, Note: x.Reason},
		workflow.KindUser, x.User,
		func(u registry.UserRecord) (registry.Edit[registry.UserRecord], error) {
			if Pseudonymous(&u) {
				return registry.Edit[registry.UserRecord]{}, &workflow.Refused{Action: machine.EraseAction,
					Refusals: []workflow.Refusal{*workflow.No("nothing_to_erase", "已经删除，没有可删除的内容", "there is nothing left to erase")}}
			}
			u.Login, u.Name, u.Disabled, u.Roles, u.Reset = name.Login, name.Name, true, []registry.RoleRecord{}, nil
			return registry.Edit[registry.UserRecord]{After: u, Op: "erased", Erases: x.entry(actor, id)}, nil
		})
	return err
}

func (x *Erasure) entry(actor workflow.Actor, id workflow.ID) *registry.EraseEntryDoc {
	d := &registry.EraseEntryDoc{ID: id, Kind: x.Kind, Record: x.Record, Of: x.RecordID, Entry: x.Entry, Actor: actor.ID,
		Reason: x.Reason}
	if x.Kind == workflow.ErasePerson {
		d.Record, d.Of = workflow.KindUser, x.User
	}
	return d
}

// eraseEntry erases the content of one entry of a record's log. The record stays; its log records the erasure.
func eraseEntry(r *registry.Registry, ctx context.Context, actor workflow.Actor, x Erasure, id workflow.ID) error {
	cmd := registry.RecordCommand{Key: x.Key, Digest: x.Digest, Note: x.Reason}
	switch x.Record {
	case workflow.KindOrganization:
		return eraseEntryOf[registry.OrganizationRecord](ctx, r, actor, cmd, x, id)
	case workflow.KindProject:
		return eraseEntryOf[registry.ProjectRecord](ctx, r, actor, cmd, x, id)
	case workflow.KindUser:
		return eraseEntryOf[registry.UserRecord](ctx, r, actor, cmd, x, id)
	case workflow.KindAgency:
		return eraseEntryOf[registry.AgencyRecord](ctx, r, actor, cmd, x, id)
	}
	return &workflow.Invalid{Fields: []workflow.FieldError{{Field: "record",
		Message: workflow.Text{ZH: "只有组织、项目、账号和单位的变更记录含个人信息",
			EN: "entries about organizations, projects, accounts and agencies can be erased"}}}}
}

func eraseEntryOf[T any, P interface {
	*T
	registry.Record
}](ctx context.Context, r *registry.Registry, actor workflow.Actor, cmd registry.RecordCommand, x Erasure,
	id workflow.ID) error {
	_, err := registry.Change[T, P](ctx, r, actor, cmd, x.Record, x.RecordID, func(before T) (registry.Edit[T], error) {
		return registry.Edit[T]{After: before, Op: "entry_erased", Erases: x.entry(actor, id)}, nil
	})
	return err
}
