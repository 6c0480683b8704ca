package workflow

import "incubase/workflow/region"

// Role is what a person is entitled to act as, always within the scope of a Grant.
type Role string

// The closed list of roles (decision table "who does what").
const (
	RolePreparer       Role = "preparer"        // drafts for an organization
	RoleCertifier      Role = "certifier"       // legal representative or founders' delegate; submits and signs
	RoleOfficer        Role = "officer"         // programme officer of the incubator base
	RoleChecker        Role = "checker"         // document checker of the base
	RoleReviewer       Role = "reviewer"        // expert, assigned case by case
	RoleCosigner       Role = "cosigner"        // speaks for a partner agency
	RoleDecider        Role = "decider"         // approving bureau
	RoleFinanceMaker   Role = "finance_maker"   // prepares payments
	RoleFinanceChecker Role = "finance_checker" // releases payments, settles
	RoleEvaluator      Role = "evaluator"       // grades the finished project
	RoleAnalyst        Role = "analyst"         // reads figures
	RoleAuditor        Role = "auditor"         // reads everything in scope, a year later
	RoleSysadmin       Role = "sysadmin"        // accounts and configuration, no business data
	RoleSecadmin       Role = "secadmin"        // grants of rights
	RoleAuditadmin     Role = "auditadmin"      // reads the audit trail
	RoleSystem         Role = "system"          // timers and signals between cases
	RoleObjector       Role = "objector"        // a member of the public
)

// Grant is a role within a scope. Empty scope fields do not limit; an organization's roles always name it, an agency's
// too.
type Grant struct {
	Role         Role        `json:"role"`
	Region       region.Code `json:"region,omitempty"`
	Agency       ID          `json:"agency,omitempty"`
	Organization ID          `json:"organization,omitempty"`
	Round        ID          `json:"round,omitempty"`
}

// Actor is who acts: a person with sessions and grants, the system, or a member of the public.
type Actor struct {
	ID           ID      `json:"id"`
	Login        string  `json:"login,omitempty"`
	Name         string  `json:"name"`
	Organization ID      `json:"organization,omitempty"`
	Agency       ID      `json:"agency,omitempty"`
	Roles        []Grant `json:"roles"`
	Unconfirmed  bool    `json:"-"` // acts through a session that is not fresh; see confirm.go
}

// SystemID and ObjectorID are the fixed ids of the two actors that are no person; both have rows in the users table
// that can never log in.
const (
	SystemID   ID = "00000000-0000-7000-8000-000000000001"
	ObjectorID ID = "00000000-0000-7000-8000-000000000002"
)

// System is the actor of timers, automatic moves and signals between cases.
func System() Actor {
	return Actor{ID: SystemID, Login: "system", Name: "系统 System", Roles: []Grant{{Role: RoleSystem}}}
}

// Objector is the actor of an objection from the public.
func Objector() Actor {
	return Actor{ID: ObjectorID, Login: "objector", Name: "公众 Public", Roles: []Grant{{Role: RoleObjector}}}
}

// Has reports whether the actor holds the role anywhere.
func (a Actor) Has(r Role) bool {
	for _, g := range a.Roles {
		if g.Role == r {
			return true
		}
	}
	return false
}

// Confirmed says no where an act of the list is done in a session that is not fresh; for acts that are no changes of
// records.
func (a Actor) Confirmed(kind RecordKind, act string) error {
	return a.RequireFresh(Confirms(kind, []string{act}))
}
