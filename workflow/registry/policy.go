package registry

import (
	"context"
	"slices"

	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/vet"
)

func MayKeepSessions(a workflow.Actor, user workflow.ID) error {
	return vet.Allow(a, workflow.KindUser, "sessions", workflow.Subject{User: user})
}

// RecordScope says which records an actor may see: a required argument of every read of records.
type RecordScope struct {
	User workflow.ID
	// an administrator: sees every user and the name of every organization
	Accounts      bool
	Everything    bool          // the system
	Regions       []region.Code // of staff; "" is the country
	Organizations []workflow.ID // own
	Members       []region.Code // in which an officer keeps the accounts of organizations' users
}

// RecordQuery filters a list of records. Zero values do not filter; kinds ignore filters that do not apply to them.
type RecordQuery struct {
	Region       region.Code // the division or one that contains the record's
	Organization workflow.ID
	Agency       workflow.ID
	Kind         string
	State        workflow.State
	Words        string
	Limit        int    // workflow.DefaultPage, at most MaxPage
	Cursor       string // where the last page ended
}

// Reader reads one record as those of a scope may see it.
type Reader interface {
	// Record reads into out, a pointer to the kind's type; workflow.ErrNotFound where the scope has no such record.
	Record(ctx context.Context, s RecordScope, kind workflow.RecordKind, id workflow.ID, out any) error
}

// Read reads one record of type T as those of a scope may see it, or workflow.ErrNotFound.
func Read[T any, P interface {
	*T
	Record
}](ctx context.Context, from Reader, s RecordScope, id workflow.ID) (*T, error) {
	out := P(new(T))
	kind, _ := out.RecordKey()
	if err := from.Record(ctx, s, kind, id, out); err != nil {
		return nil, err
	}
	return out, nil
}

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

func (s RecordScope) Sees(place region.Code, organization workflow.ID) bool {
	return s.Everything || organization != "" && slices.Contains(s.Organizations, organization) ||
		slices.ContainsFunc(s.Regions, func(r region.Code) bool { return place.Within(r) })
}

// Includes reports whether a record, by pointer, is in the scope. Agencies, competences, calendars and divisions are
// open to every user.
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
