package records

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/lib/pq"

	"incubase/db/pg"
	"incubase/workflow"
	"incubase/workflow/registry"
)

// reach returns a scope as three parameters: everything, own organizations, regions.
func reach(s registry.RecordScope) []any {
	regions := make([]string, len(s.Regions))
	for i, r := range s.Regions {
		regions[i] = string(r)
	}
	return []any{s.Everything, pq.Array(pg.List(s.Organizations)), pq.Array(regions)}
}

// Organizations lists organizations of the scope, newest first; account administrators see all.
func (d *Records) Organizations(ctx context.Context, s registry.RecordScope,
	q registry.RecordQuery) ([]registry.OrganizationRecord, string, error) {
	at, err := pg.ParseSpot(q.Cursor, "organizations", pg.ByID)
	if err != nil {
		return nil, "", err
	}
	s.Everything = s.Everything || s.Accounts
	args := append(reach(s), string(q.Region), q.Kind, pq.Array(pg.Identities(q.Words)))
	return pg.Page[registry.OrganizationRecord](ctx, d.DB, "organization_list", at, q.Limit, args...)
}

func (d *Records) Projects(ctx context.Context, s registry.RecordScope,
	q registry.RecordQuery) ([]registry.ProjectRecord, string, error) {
	at, err := pg.ParseSpot(q.Cursor, "projects", pg.ByID)
	if err != nil {
		return nil, "", err
	}
	args := append(reach(s), string(q.Region), pg.IdOrNil(q.Organization), pq.Array(pg.Patterns(q.Words)),
		q.Organization != "")
	return pg.Page[registry.ProjectRecord](ctx, d.DB, "project_list", at, q.Limit, args...)
}

// Rounds lists opened rounds for all signed-in users, and rounds in preparation for staff of the region.
func (d *Records) Rounds(ctx context.Context, s registry.RecordScope,
	q registry.RecordQuery) ([]workflow.RoundRecord, string, error) {
	at, err := pg.ParseSpot(q.Cursor, "rounds", pg.ByID)
	if err != nil {
		return nil, "", err
	}
	to := reach(s)
	return pg.Page[workflow.RoundRecord](ctx, d.DB, "round_list", at, q.Limit, to[0], to[2], string(q.Region), q.Kind,
		string(q.State), pq.Array(pg.Patterns(q.Words)))
}

// Users lists accounts of the scope by login: all for administrators, otherwise the own organization and the actor.
func (d *Records) Users(ctx context.Context, s registry.RecordScope,
	q registry.RecordQuery) ([]registry.UserRecord, string, error) {
	at, err := pg.ParseSpot(q.Cursor, "users", pg.Word)
	if err != nil {
		return nil, "", err
	}
	return pg.Page[registry.UserRecord](ctx, d.DB, "user_list", at, q.Limit, s.Everything || s.Accounts,
		pq.Array(pg.List(s.Organizations)),
		pg.IdOrNil(s.User), pq.Array(pg.Patterns(q.Words)), pq.Array(members(s)))
}

func members(s registry.RecordScope) []string {
	out := make([]string, len(s.Members))
	for i, c := range s.Members {
		out[i] = string(c)
	}
	return out
}

// Agencies lists agencies by region, for every signed-in user.
func (d *Records) Agencies(ctx context.Context, q registry.RecordQuery) ([]registry.AgencyRecord, string, error) {
	at, err := pg.ParseSpot(q.Cursor, "agencies", pg.Word)
	if err != nil {
		return nil, "", err
	}
	return pg.Page[registry.AgencyRecord](ctx, d.DB, "agency_list", at, q.Limit, string(q.Region), q.Kind,
		pq.Array(pg.Patterns(q.Words)))
}

func (d *Records) Competences(ctx context.Context, q registry.RecordQuery) ([]registry.CompetenceRecord, string,
	error) {
	at, err := pg.ParseSpot(q.Cursor, "competences", pg.Word)
	if err != nil {
		return nil, "", err
	}
	return pg.Page[registry.CompetenceRecord](ctx, d.DB, "competence_list", at, q.Limit, pg.IdOrNil(q.Agency),
		q.Agency != "")
}

// Calendars returns all calendars in the order in which they apply.
func (d *Records) Calendars(ctx context.Context) ([]registry.CalendarRecord, error) {
	var docs []string
	if err := d.Read.All(ctx, &docs, "calendar_list"); err != nil {
		return nil, err
	}
	out := make([]registry.CalendarRecord, len(docs))
	for i, doc := range docs {
		if err := json.Unmarshal([]byte(doc), &out[i]); err != nil {
			return nil, fmt.Errorf("decode a calendar: %w", err)
		}
	}
	return out, nil
}

// Record reads one record, or returns ErrNotFound if it is outside the scope.
func (d *Records) Record(ctx context.Context, s registry.RecordScope, kind workflow.RecordKind, id workflow.ID,
	out any) error {
	if _, err := d.ReadRecord(ctx, kind, id, "", "", out); err != nil {
		return err
	}
	if id == "" || !s.Includes(out) {
		return workflow.ErrNotFound
	}
	return nil
}
