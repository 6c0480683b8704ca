package registry

import (
	"slices"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/vet"
)

// MayKeepSessions says no to who may neither see nor end the sessions of a user.
func MayKeepSessions(a workflow.Actor, user workflow.ID) error {
	return vet.Allow(a, workflow.KindUser, "sessions", workflow.Subject{User: user})
}

// RecordScope is which records an actor may see, as data for a query: a required argument of every read of records.
type RecordScope struct {
	User workflow.ID
	// keeps accounts, rights or the audit trail: sees every user and the name of every organization
	Accounts      bool
	Everything    bool          // the system
	Regions       []region.Code // of staff; "" is the country
	Organizations []workflow.ID // own
	Members       []region.Code // whose organizations' people an officer keeps accounts of
}

// RecordScopeOf is the scope of an actor.
func RecordScopeOf(a workflow.Actor) RecordScope {
	s := RecordScope{User: a.ID, Everything: a.ID == workflow.SystemID}
	for _, g := range a.Roles {
		switch {
		case g.Role == workflow.RoleSysadmin, g.Role == workflow.RoleSecadmin, g.Role == workflow.RoleAuditadmin:
			s.Accounts = true
		case g.Role == workflow.RolePreparer, g.Role == workflow.RoleCertifier:
			if o := g.OrganizationOf(a); o != "" && !slices.Contains(s.Organizations, o) {
				s.Organizations = append(s.Organizations, o)
			}
		case g.Role == workflow.RoleOfficer && g.Round == "":
			s.Members = append(s.Members, g.Region)
			if !slices.Contains(s.Regions, g.Region) {
				s.Regions = append(s.Regions, g.Region)
			}
		case slices.Contains(workflow.Staff, g.Role) && g.Round == "" && !slices.Contains(s.Regions, g.Region):
			s.Regions = append(s.Regions, g.Region)
		}
	}
	return s
}

// Sees reports whether a record of that place and organization is in the scope.
func (s RecordScope) Sees(place region.Code, organization workflow.ID) bool {
	return s.Everything || organization != "" && slices.Contains(s.Organizations, organization) ||
		slices.ContainsFunc(s.Regions, func(r region.Code) bool { return place.Within(r) })
}

// Includes reports whether a record, by pointer, is in the scope. Agencies, competences, calendars and divisions are
// for everybody who is signed in.
func (s RecordScope) Includes(rec any) bool {
	switch r := rec.(type) {
	case *OrganizationRecord:
		return s.Accounts || s.Sees(r.Region, r.ID) || r.Kind == KindAbroad && len(s.Regions) > 0
	case *ProjectRecord:
		return s.Sees(r.Region, r.Organization)
	case *workflow.RoundRecord:
		return r.State != statePreparing || s.Sees(r.Region, "")
	case *UserRecord:
		return s.seesUser(*r)
	case *RoleRecord:
		return s.Everything || s.Accounts || r.User == s.User
	case *AgencyRecord, *CompetenceRecord, *CalendarRecord, *RegionRecord:
		return true
	}
	return false
}
