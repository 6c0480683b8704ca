package registry

import (
	"context"
	"errors"

	"incubase/workflow"
)

type FirstAccount struct {
	User          UserRecord
	Role          RoleRecord
	First, Second string
}

// FirstAccounts returns the three administrators of a first start, three people, or all faults at once.
func (r *Registry) FirstAccounts(ctx context.Context, sysadmin, secadmin, auditadmin NewUser) ([]FirstAccount, error) {
	var out []FirstAccount
	var all workflow.Faults
	logins := map[string]bool{}
	for _, x := range []struct {
		role workflow.Role
		n    NewUser
	}{{workflow.RoleSysadmin, sysadmin}, {workflow.RoleSecadmin, secadmin}, {workflow.RoleAuditadmin, auditadmin}} {
		x.n.Organization, x.n.Agency = "", ""
		u, err := r.newUser(ctx, workflow.System(), x.n, string(x.role)+".")
		var bad *workflow.Invalid
		if errors.As(err, &bad) {
			all = append(all, bad.Fields...)
		} else if err != nil {
			return nil, err
		}
		if logins[u.Login] {
			all.Say(string(x.role)+".login", "三个管理员须是三个人、三个账号", "the three administrators are three persons with three accounts")
		}
		logins[u.Login] = true
		u.Touch(r.now())
		u.Version = 1
		out = append(out, FirstAccount{User: u, Role: RoleRecord{ID: workflow.NewID(r.now()), Version: 1, User: u.ID,
			Grant: workflow.Grant{Role: x.role}, Since: r.now()}, First: newHalf(), Second: newHalf()})
	}
	return out, all.Err()
}
