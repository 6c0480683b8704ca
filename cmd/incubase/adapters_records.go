package main

import (
	"context"

	"incubase/api"
	"incubase/db"
	"incubase/workflow"
	"incubase/workflow/region"
)

// records reads records.
type records struct{ db *db.DB }

func query(in region.Code, p api.Page) db.RecordQuery {
	return db.RecordQuery{Region: in, Words: p.Words, Cursor: p.Cursor, Limit: p.Limit}
}

func (r records) Organizations(ctx context.Context, s workflow.RecordScope, in region.Code,
	p api.Page) ([]workflow.OrganizationRecord, string, error) {
	return r.db.Organizations(ctx, s, query(in, p))
}

// record reads one record in scope.
func record[T any](ctx context.Context, d *db.DB, s workflow.RecordScope, kind workflow.RecordKind,
	id workflow.ID) (*T, error) {
	out := new(T)
	if err := d.Record(ctx, s, kind, id, out); err != nil {
		return nil, err
	}
	return out, nil
}

func (r records) Organization(ctx context.Context, s workflow.RecordScope,
	id workflow.ID) (*workflow.OrganizationRecord, error) {
	return record[workflow.OrganizationRecord](ctx, r.db, s, workflow.KindOrganization, id)
}

func (r records) Projects(ctx context.Context, s workflow.RecordScope, organization workflow.ID,
	p api.Page) ([]workflow.ProjectRecord, string, error) {
	if _, err := r.Organization(ctx, s, organization); err != nil {
		return nil, "", err
	}
	q := query("", p)
	q.Organization = organization
	return r.db.Projects(ctx, s, q)
}

func (r records) Project(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.ProjectRecord, error) {
	return record[workflow.ProjectRecord](ctx, r.db, s, workflow.KindProject, id)
}

func (r records) Rounds(ctx context.Context, s workflow.RecordScope, which api.RoundFilters,
	p api.Page) ([]workflow.RoundRecord, string, error) {
	q := query(which.Region, p)
	q.Kind, q.State = which.Workflow, which.State
	return r.db.Rounds(ctx, s, q)
}

func (r records) Users(ctx context.Context, s workflow.RecordScope, p api.Page) ([]workflow.UserRecord, string, error) {
	return r.db.Users(ctx, s, query("", p))
}

func (r records) User(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.UserRecord, error) {
	return record[workflow.UserRecord](ctx, r.db, s, workflow.KindUser, id)
}

func (r records) Agencies(ctx context.Context, in region.Code, p api.Page) ([]workflow.AgencyRecord, string, error) {
	return r.db.Agencies(ctx, query(in, p))
}

func (r records) Role(ctx context.Context, s workflow.RecordScope, id workflow.ID) (*workflow.RoleRecord, error) {
	return record[workflow.RoleRecord](ctx, r.db, s, workflow.KindRole, id)
}

func (r records) Competence(ctx context.Context, id workflow.ID) (*workflow.CompetenceRecord, error) {
	return record[workflow.CompetenceRecord](ctx, r.db, workflow.RecordScope{}, workflow.KindCompetence, id)
}

// Agency is for everybody who is signed in.
func (r records) Agency(ctx context.Context, id workflow.ID) (*workflow.AgencyRecord, error) {
	return record[workflow.AgencyRecord](ctx, r.db, workflow.RecordScope{}, workflow.KindAgency, id)
}

func (r records) Competences(ctx context.Context, agency workflow.ID) ([]workflow.CompetenceRecord, error) {
	items, _, err := r.db.Competences(ctx, db.RecordQuery{Agency: agency, Limit: db.MaxPage})
	return items, err
}

func (r records) Calendars(ctx context.Context) ([]workflow.CalendarRecord, error) {
	return r.db.Calendars(ctx)
}

func (r records) Regions(ctx context.Context, parent region.Code) ([]api.RegionDoc, error) {
	list, err := r.db.Regions(ctx, parent)
	out := make([]api.RegionDoc, len(list))
	for i, x := range list {
		out[i] = regionDoc(x)
	}
	return out, err
}

func (r records) Region(ctx context.Context, code region.Code) (*api.RegionDoc, error) {
	x, err := r.db.Region(ctx, code)
	if err != nil {
		return nil, err
	}
	d := regionDoc(x)
	return &d, nil
}

func regionDoc(x workflow.RegionRecord) api.RegionDoc {
	return api.RegionDoc{Code: x.Code, Name: x.Name, Path: x.FullName, Level: x.Code.Level().String(),
		Parent: x.Code.Parent(), Pilot: x.Pilot}
}
