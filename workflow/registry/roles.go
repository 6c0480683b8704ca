package registry

import (
	"context"
	"slices"
	"time"

	"incubase/workflow"
	"incubase/workflow/vet"
)

// GrantableRoles are in the order of forms.
var GrantableRoles = []workflow.Role{workflow.RolePreparer, workflow.RoleCertifier, workflow.RoleOfficer,
	workflow.RoleChecker, workflow.RoleReviewer, workflow.RoleCosigner,
	workflow.RoleDecider,
	workflow.RoleFinanceMaker, workflow.RoleFinanceChecker, workflow.RoleEvaluator, workflow.RoleAnalyst,
	workflow.RoleAuditor, workflow.RoleSysadmin, workflow.RoleSecadmin,
	workflow.RoleAuditadmin}

// GrantRole gives a user a role within a scope, from the user's next request on.
func (r *Registry) GrantRole(ctx context.Context, actor workflow.Actor, user workflow.ID, n workflow.NewRole,
	cmd RecordCommand) (*RoleRecord,
	error) {
	return create[RoleRecord](ctx, r, actor, cmd, workflow.KindRole, func() (RoleRecord, string, error) {
		if err := vet.Allow(actor, workflow.KindRole, "grant", workflow.Subject{User: user}); err != nil {
			return RoleRecord{}, "", err
		}
		var u UserRecord
		if _, err := r.Store.ReadRecord(ctx, workflow.KindUser, user, "", "", &u); err != nil {
			return RoleRecord{}, "", err
		}
		g, err := r.grant(n)
		if err != nil {
			return RoleRecord{}, "", err
		}
		if rs := exclusive(u, g); len(rs) > 0 {
			return RoleRecord{}, "", &workflow.Refused{Action: "role.grant", Refusals: rs}
		}
		return RoleRecord{ID: workflow.NewID(r.now()), User: user, Grant: g, Since: r.now(), Until: n.Until}, "", nil
	})
}

// EndRole takes a role back, from the user's next request on.
func (r *Registry) EndRole(ctx context.Context, actor workflow.Actor, id workflow.ID, cmd RecordCommand) (*RoleRecord,
	error) {
	return Change(ctx, r, actor, cmd, workflow.KindRole, id, func(before RoleRecord) (Edit[RoleRecord], error) {
		if err := vet.Allow(actor, workflow.KindRole, "end", workflow.Subject{User: before.User}); err != nil {
			return Edit[RoleRecord]{}, err
		}
		if before.Until != nil && before.Version > 1 {
			return Edit[RoleRecord]{},
				&workflow.Refused{Action: "role.end", Refusals: []workflow.Refusal{*workflow.No("role_ended", "这项授权已经收回",
					"this role has already ended")}}
		}
		now := r.now()
		before.Until = &now
		return Edit[RoleRecord]{After: before, Op: "end"}, nil
	})
}

func (r *Registry) grant(n workflow.NewRole) (workflow.Grant, error) {
	var f workflow.Faults
	g := workflow.Grant{Role: n.Role, Agency: n.Agency, Organization: n.Organization, Round: n.Round}
	if !slices.Contains(GrantableRoles, n.Role) {
		f.Say("role", "没有这个角色，或不能授予", "there is no such role, or it cannot be granted")
	}
	g.Region = f.Region("region", n.Region, r.Regions, false)
	own := n.Role == workflow.RolePreparer || n.Role == workflow.RoleCertifier
	f.IDs(map[string]workflow.ID{"agency": n.Agency, "organization": n.Organization, "round": n.Round})
	switch {
	case own && n.Organization == "":
		f.Say("organization", "填写人和负责人须指明所属组织", "a preparer or certifier acts for an organization: name it")
	case !own && n.Organization != "":
		f.Say("organization", "只有填写人和负责人属于组织", "only preparers and certifiers act for an organization")
	}
	if n.Role == workflow.RoleCosigner && n.Agency == "" {
		f.Say("agency", "会签人须指明所属单位", "a co-signer speaks for an agency: name it")
	}
	f.Scope(n)
	if n.Role.Administrative() && (n.Region != "" || n.Agency != "" || n.Round != "") {
		f.Say("region", "管理员角色没有管辖范围", "an administrator's role has no scope")
	}
	if n.Until != nil && !n.Until.After(time.Now()) { // rights live in real time, as sessions do
		f.Say("until", "应晚于现在", "must lie in the future")
	}
	return g, f.Err()
}

// Conflict is two duties that one user never holds at once; the schema has a constraint of the same name.
type Conflict struct {
	Rule string
	A, B []workflow.Role
	Why  workflow.Text
}

var business = slices.DeleteFunc(slices.Clone(GrantableRoles), workflow.Role.Administrative)

// Conflicts is the whole table. An officer may also be the checker: small places do not have two people.
var Conflicts = []Conflict{
	{"powers_are_separate", []workflow.Role{workflow.RoleSysadmin},
		append([]workflow.Role{workflow.RoleSecadmin, workflow.RoleAuditadmin}, business...), separation},
	{"powers_are_separate", []workflow.Role{workflow.RoleSecadmin}, append([]workflow.Role{workflow.RoleAuditadmin},
		business...), separation},
	{"powers_are_separate", []workflow.Role{workflow.RoleAuditadmin}, business, separation},
	{"finance_is_two", []workflow.Role{workflow.RoleFinanceMaker}, []workflow.Role{workflow.RoleFinanceChecker},
		workflow.Text{ZH: "制单与复核须由两人办理", EN: "the person who prepares payments may not release them"}},
	{"deciding_is_apart", []workflow.Role{workflow.RoleDecider}, []workflow.Role{workflow.RoleOfficer,
		workflow.RoleChecker},
		workflow.Text{ZH: "审批与受理、审核须由不同的人办理", EN: "the person who decides may not prepare or check what is decided"}},
	{"auditing_is_apart", []workflow.Role{workflow.RoleAuditor}, []workflow.Role{workflow.RoleOfficer,
		workflow.RoleChecker, workflow.RoleReviewer, workflow.RoleDecider,
		workflow.RoleFinanceMaker, workflow.RoleFinanceChecker, workflow.RoleEvaluator},
		workflow.Text{ZH: "审计须独立于被审计的业务", EN: "an auditor may not do the work that is audited"}},
}

var separation = workflow.Text{ZH: "三员分立", EN: "separation of administrators"}

// exclusive returns the refusals of a role beside those that the user holds.
func exclusive(u UserRecord, g workflow.Grant) []workflow.Refusal {
	var out []workflow.Refusal
	for _, have := range u.Roles {
		if have.Until != nil && !have.Until.After(time.Now()) {
			continue
		}
		for _, c := range Conflicts {
			if c.between(have.Role, g.Role) {
				out = append(out, *workflow.No(c.Rule, "%[1]s与%[2]s不能由同一人担任（%[5]s）：请先收回一项，或另设账号由他人担任",
					"one person cannot be both %[4]s and %[3]s (%[6]s): end the one first, or give it to another person",
					have.Role.Label().ZH, g.Role.Label().ZH, g.Role.Label().EN, have.Role.Label().EN, c.Why.ZH, c.Why.EN))
			}
		}
	}
	return out
}

func (c Conflict) between(x, y workflow.Role) bool {
	return slices.Contains(c.A, x) && slices.Contains(c.B, y) || slices.Contains(c.A, y) && slices.Contains(c.B, x)
}
