package app

import (
	"context"

	"incubase/api"
	"incubase/db"
	"incubase/db/pg"
	"incubase/db/records"
	"incubase/workflow"
	"incubase/workflow/region"
	"incubase/workflow/registry"
)

// records reads records.
type recordPorts struct{ db *db.DB }

func query(in region.Code, p api.Page) records.RecordQuery {
	return records.RecordQuery{Region: in, Words: p.Words, Cursor: p.Cursor, Limit: p.Limit}
}

func (r recordPorts) Organizations(ctx context.Context, s registry.RecordScope, in region.Code,
	p api.Page) ([]registry.OrganizationRecord, string, error) {
	return r.db.Organizations(ctx, s, query(in, p))
}

// record reads one record in scope.
func record[T any](ctx context.Context, d *db.DB, s registry.RecordScope, kind workflow.RecordKind,
	id workflow.ID) (*T, error) {
	out := new(T)
	if err := d.Record(ctx, s, kind, id, out); err != nil {
		return nil, err
	}
	return out, nil
}

func (r recordPorts) Organization(ctx context.Context, s registry.RecordScope,
	id workflow.ID) (*registry.OrganizationRecord, error) {
	return record[registry.OrganizationRecord](ctx, r.db, s, workflow.KindOrganization, id)
}

func (r recordPorts) Projects(ctx context.Context, s registry.RecordScope, organization workflow.ID,
	p api.Page) ([]registry.ProjectRecord, string, error) {
	if _, err := r.Organization(ctx, s, organization); err != nil {
		return nil, "", err
	}
	q := query("", p)
	q.Organization = organization
	return r.db.Projects(ctx, s, q)
}

func (r recordPorts) Project(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.ProjectRecord,
	error) {
	return record[registry.ProjectRecord](ctx, r.db, s, workflow.KindProject, id)
}

func (r recordPorts) Rounds(ctx context.Context, s registry.RecordScope, which api.RoundFilters,
	p api.Page) ([]workflow.RoundRecord, string, error) {
	q := query(which.Region, p)
	q.Kind, q.State = which.Workflow, which.State
	return r.db.Rounds(ctx, s, q)
}

func (r recordPorts) Users(ctx context.Context, s registry.RecordScope, p api.Page) ([]registry.UserRecord, string,
	error) {
	return r.db.Users(ctx, s, query("", p))
}

func (r recordPorts) User(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.UserRecord, error) {
	return record[registry.UserRecord](ctx, r.db, s, workflow.KindUser, id)
}

func (r recordPorts) Agencies(ctx context.Context, in region.Code, p api.Page) ([]registry.AgencyRecord, string,
	error) {
	return r.db.Agencies(ctx, query(in, p))
}

func (r recordPorts) Role(ctx context.Context, s registry.RecordScope, id workflow.ID) (*registry.RoleRecord, error) {
	return record[registry.RoleRecord](ctx, r.db, s, workflow.KindRole, id)
}

func (r recordPorts) Competence(ctx context.Context, id workflow.ID) (*registry.CompetenceRecord, error) {
	return record[registry.CompetenceRecord](ctx, r.db, registry.RecordScope{}, workflow.KindCompetence, id)
}

// Agency is for everybody who is signed in.
func (r recordPorts) Agency(ctx context.Context, id workflow.ID) (*registry.AgencyRecord, error) {
	return record[registry.AgencyRecord](ctx, r.db, registry.RecordScope{}, workflow.KindAgency, id)
}

func (r recordPorts) Competences(ctx context.Context, agency workflow.ID) ([]registry.CompetenceRecord, error) {
	items, _, err := r.db.Competences(ctx, records.RecordQuery{Agency: agency, Limit: pg.MaxPage})
	return items, err
}

func (r recordPorts) Calendars(ctx context.Context) ([]registry.CalendarRecord, error) {
	return r.db.Calendars(ctx)
}

func (r recordPorts) Regions(ctx context.Context, parent region.Code) ([]api.RegionDoc, error) {
	list, err := r.db.Regions(ctx, parent)
	out := make([]api.RegionDoc, len(list))
	for i, x := range list {
		out[i] = regionDoc(x)
	}
	return out, err
}

func (r recordPorts) Region(ctx context.Context, code region.Code) (*api.RegionDoc, error) {
	x, err := r.db.Region(ctx, code)
	if err != nil {
		return nil, err
	}
	d := regionDoc(x)
	return &d, nil
}

func regionDoc(x registry.RegionRecord) api.RegionDoc {
	return api.RegionDoc{Code: x.Code, Name: x.Name, Path: x.FullName, Level: x.Code.Level().String(),
		Parent: x.Code.Parent(), Pilot: x.Pilot}
}
