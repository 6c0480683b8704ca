package workflow

import (
	"time"

	"incubase/workflow/region"
)

// Role is what a person may act as, within the scope of a Grant.
type Role string

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

// Grant is a role within a scope; empty fields do not limit it.
type Grant struct {
	Role         Role        `json:"role"`
	Region       region.Code `json:"region,omitempty"`
	Agency       ID          `json:"agency,omitempty"`
	Organization ID          `json:"organization,omitempty"`
	Round        ID          `json:"round,omitempty"`
}

type Actor struct {
	ID           ID      `json:"id"`
	Login        string  `json:"login,omitempty"`
	Name         string  `json:"name"`
	Organization ID      `json:"organization,omitempty"`
	Agency       ID      `json:"agency,omitempty"`
	Roles        []Grant `json:"roles"`
	Unconfirmed  bool    `json:"-"` // acts through a session that is not fresh; see confirm.go

	Session     ID        `json:"-"` // through which the actor acts; "" for none
	ConfirmedAt time.Time `json:"-"` // when the password was last typed in it
}

// SystemID and ObjectorID are no persons: their rows in the users table can never log in.
const (
	SystemID   ID = "00000000-0000-7000-8000-000000000001"
	ObjectorID ID = "00000000-0000-7000-8000-000000000002"
)

// Person reports whether the actor is one, and neither the system nor the public.
func (a Actor) Person() bool { return a.ID != SystemID && a.ID != ObjectorID }

// System is the actor of timers, automatic moves and signals.
func System() Actor {
	return Actor{ID: SystemID, Login: "system", Name: "系统 System", Roles: []Grant{{Role: RoleSystem}}}
}

// Objector is the actor of an objection from the public.
func Objector() Actor {
	return Actor{ID: ObjectorID, Login: "objector", Name: "公众 Public", Roles: []Grant{{Role: RoleObjector}}}
}

func (a Actor) Has(r Role) bool {
	for _, g := range a.Roles {
		if g.Role == r {
			return true
		}
	}
	return false
}

// Confirmed refuses a listed act in a session that is not fresh. It serves acts that change no record.
func (a Actor) Confirmed(kind RecordKind, act string) error {
	return a.RequireFresh(Confirms(kind, []string{act}))
}
